"""Acts of destruction."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "destructions"


def upgrade() -> None:
    """From destruction noted in the journal to an act of its own."""
    op.create_table(
        TABLE,
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("ground", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_destructions_submission_id_submissions"
        ),
        sa.UniqueConstraint("submission_id", name="uq_destructions_submission_id"),
    )
    forbid_change(TABLE, "number", "submission_id")


def downgrade() -> None:
    """Back to destruction noted in the journal."""
    let_change(TABLE)
    op.drop_table(TABLE)
