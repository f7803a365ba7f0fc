"""When an operator was last at the desk: what came since is new."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From a list to a home."""
    op.add_column("operators", sa.Column("seen_at", MOMENT))
    op.add_column("operators", sa.Column("seen_before", MOMENT))


def downgrade() -> None:
    """Back to the list."""
    op.drop_column("operators", "seen_before")
    op.drop_column("operators", "seen_at")
