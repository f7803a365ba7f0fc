"""Exports, sealed for the Operator, and which records are in them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("reached", sa.Uuid()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name="fk_exports_operator_id_operators"),
    )
    op.create_index("ix_exports_operator_id_id", "exports", ["operator_id", "id"])
    op.create_index("ix_exports_state_id", "exports", ["state", "id"])
    op.create_table(
        "export_pieces",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "number", name="pk_export_pieces"),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_pieces_export_id_exports"),
    )
    op.create_table(
        "export_records",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "submission_id", name="pk_export_records"),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_records_export_id_exports"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_export_records_submission_id_submissions"
        ),
    )
    op.create_index("ix_export_records_submission_id", "export_records", ["submission_id"])


def downgrade() -> None:
    """Take the three tables away."""
    op.drop_table("export_records")
    op.drop_table("export_pieces")
    op.drop_table("exports")
