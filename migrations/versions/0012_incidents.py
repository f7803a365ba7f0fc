"""The register of incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {"incidents": "id", "incident_steps": "number"}
REFUSAL = "rows of this table are never changed"


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
        _forbid_change(table, key)


def downgrade() -> None:
    """Back to paper."""
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_keep ON {table}")
            op.execute(f"DROP TRIGGER {table}_keep_all ON {table}")
    for table in ("incident_steps", "incidents"):
        op.drop_table(table)


def _forbid_change(table: str, key: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kelisim_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kelisim_refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
