"""Counting people among many records that have no data any more."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an index that finds every record without a number to one that knows their states."""
    op.create_index("ix_submissions_phone_token_state", "submissions", ["phone_token", "state"])
    op.drop_index("ix_submissions_phone_token", "submissions")


def downgrade() -> None:
    """Back to the number alone."""
    op.create_index("ix_submissions_phone_token", "submissions", ["phone_token"])
    op.drop_index("ix_submissions_phone_token_state", "submissions")
