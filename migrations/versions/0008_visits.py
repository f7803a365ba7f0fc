"""Visits of those who agreed to statistics, and the numbers that remain of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From a site that counts nobody."""
    op.create_table(
        "visits",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("came_back", sa.Boolean(), nullable=False),
        sa.Column("network", sa.String(40)),
        # Rows lie in the order of their random keys: no hidden number says which came first.
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visit_counts",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(100), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back to nobody."""
    op.drop_table("visit_counts")
    op.drop_table("visits")
