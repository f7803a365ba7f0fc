"""Consents on paper: where each sheet lies."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "papers"


def upgrade() -> None:
    """From consents by the form alone to consents by the form and on paper."""
    op.create_table(
        TABLE,
        sa.Column("submission_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.String(24), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("signed", sa.Date(), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_papers_submission_id_submissions"),
        sa.UniqueConstraint("place", "number", name="uq_papers_place_number"),
    )
    forbid_change(TABLE, "submission_id", "place,number")


def downgrade() -> None:
    """Back to consents by the form alone."""
    let_change(TABLE)
    op.drop_table(TABLE)
