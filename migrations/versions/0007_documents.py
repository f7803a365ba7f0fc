"""Documents the Operator publishes, and who approved which words."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# By what a row is the same row: REPLACE takes away every row that stands in the way of the new one.
APPEND_ONLY = {"published_documents": ("sha256", "kind,revision,language"), "document_approvals": ("sha256",)}


def upgrade() -> None:
    """From shipped documents to published ones."""
    op.create_table(
        "published_documents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("in_force", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        # What a person reads: the Operator's facts were filled in when it was published.
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.UniqueConstraint("kind", "revision", "language", name="uq_published_documents_kind_revision_language"),
    )
    op.create_table(
        "document_approvals",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
    )
    for table, keys in APPEND_ONLY.items():
        forbid_change(table, *keys)


def downgrade() -> None:
    """Back to shipped documents."""
    for table in APPEND_ONLY:
        let_change(table)
    for table in APPEND_ONLY:
        op.drop_table(table)
