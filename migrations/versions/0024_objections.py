"""What an objection is about. Those from before say nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From a kind of request alone to what is objected to."""
    # No batch: copying a table that others refer to would delete it under them on SQLite.
    op.add_column("requests", sa.Column("objection", sa.String(16), nullable=True))


def downgrade() -> None:
    """Back to the kind alone."""
    op.drop_column("requests", "objection")
