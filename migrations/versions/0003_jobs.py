"""The jobs of the background worker."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From nobody who does what is due to a worker."""
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(80)),
        sa.Column("held_until", MOMENT),
        sa.Column("last_started", MOMENT),
        sa.Column("last_finished", MOMENT),
        sa.Column("last_result", sa.String(120)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_due", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Back to nobody."""
    op.drop_table("jobs")
