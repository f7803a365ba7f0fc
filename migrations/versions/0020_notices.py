"""What the Operator was told of by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From one daily mail to notices."""
    op.create_table(
        "notices",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.BigInteger()),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_notices"),
    )


def downgrade() -> None:
    """Back to one mail."""
    op.drop_table("notices")
