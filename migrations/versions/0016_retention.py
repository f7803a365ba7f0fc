"""What is about to go."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From a term that is stated to one that is kept."""
    op.create_table(
        "retention_warnings",
        sa.Column("submission_id", sa.Uuid(), primary_key=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("goes", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_retention_warnings_submission_id_submissions"
        ),
    )
    op.create_index("ix_retention_warnings_goes", "retention_warnings", ["goes"])


def downgrade() -> None:
    """Back to a term that is only stated."""
    op.drop_table("retention_warnings")
