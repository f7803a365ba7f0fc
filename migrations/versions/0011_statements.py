"""The Operator's statements in versions, and which one a consent was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFUSAL = "rows of this table are never changed"


def upgrade() -> None:
    """From words kept with each consent to words kept with each consent and by version."""
    op.create_table(
        "statements",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    _forbid_change("statements", "number")
    # Without a reference: SQLite cannot add a named one without copying the table, which would lose its triggers.
    op.add_column("consents", sa.Column("statements_number", sa.Integer()))


def downgrade() -> None:
    """Back to words kept with each consent."""
    op.drop_column("consents", "statements_number")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER statements_keep ON statements")
        op.execute("DROP TRIGGER statements_keep_all ON statements")
    op.drop_table("statements")


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
