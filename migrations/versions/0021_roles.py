"""Roles of the Operator's people: whoever could do everything is an administrator."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From people who may do everything to roles."""
    # No batch: copying a table that others refer to would delete it under them on SQLite.
    op.add_column("operators", sa.Column("role", sa.String(16), nullable=False, server_default="viewer"))
    op.add_column("operators", sa.Column("disabled_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE operators SET role = 'administrator'")


def downgrade() -> None:
    """Back: nobody whose way in was taken away gets it back by this, since nothing of it is kept."""
    op.drop_column("operators", "disabled_at")
    op.drop_column("operators", "role")
