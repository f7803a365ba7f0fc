"""The Operator's statements in versions, and which one a consent was shown."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From words kept with each consent to words kept with each consent and by version."""
    op.create_table(
        "statements",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    forbid_change("statements", "number")
    # Without a reference: SQLite cannot add a named one without copying the table, which would lose its triggers.
    op.add_column("consents", sa.Column("statements_number", sa.Integer()))


def downgrade() -> None:
    """Back to words kept with each consent."""
    op.drop_column("consents", "statements_number")
    let_change("statements")
    op.drop_table("statements")
