"""The register of incidents."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {"incidents": "id", "incident_steps": "number"}


def upgrade() -> None:
    """From a sheet of paper to a register."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
    )
    op.create_table(
        "incident_steps",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        # About the event, never about a person.
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("categories", sa.JSON(none_as_null=True)),
        sa.Column("persons", sa.Integer()),
        sa.Column("told_on", sa.Date()),
        sa.Column("authority_number", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_incident_steps_incident_id_incidents"),
    )
    op.create_index("ix_incident_steps_incident_id", "incident_steps", ["incident_id"])
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)


def downgrade() -> None:
    """Back to paper."""
    for table in APPEND_ONLY:
        let_change(table)
    for table in ("incident_steps", "incidents"):
        op.drop_table(table)
