"""What people are counted by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From records that are counted to people who are."""
    op.add_column("submissions", sa.Column("phone_token", sa.BigInteger()))
    op.create_index("ix_submissions_phone_token", "submissions", ["phone_token"])


def downgrade() -> None:
    """Back to records."""
    op.drop_index("ix_submissions_phone_token", "submissions")
    op.drop_column("submissions", "phone_token")
