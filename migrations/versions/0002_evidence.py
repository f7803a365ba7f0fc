"""Evidence: the state of a consent, requests with their clocks, sealed changes, keeping grounds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {
    "keepings": "number",
    "request_steps": "number",
}
REFUSAL = "rows of this table are never changed"


def upgrade() -> None:
    """From submissions that are sent to submissions that can be steered."""
    op.add_column("submissions", sa.Column("consent_state", sa.String(24), nullable=False, server_default="given"))
    op.add_column("submissions", sa.Column("consent_ended_at", MOMENT))
    _requests()
    for table, key in APPEND_ONLY.items():
        _forbid_change(table, key)


def downgrade() -> None:
    """Back to submissions that are only sent."""
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_keep ON {table}")
            op.execute(f"DROP TRIGGER {table}_keep_all ON {table}")
    for table in (
        "request_steps",
        "requests",
        "keepings",
        "changes",
        "moved_days",
    ):
        op.drop_table(table)
    op.drop_column("submissions", "consent_ended_at")
    op.drop_column("submissions", "consent_state")


def _requests() -> None:
    op.create_table(
        "moved_days",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("works", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        # Before and after, sealed as the record itself is, under the record's own content key.
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _foreign("changes", "submission_id", "submissions.id"),
    )
    op.create_index("ix_changes_submission_id", "changes", ["submission_id"])
    op.create_table(
        "keepings",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("decided", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _foreign("keepings", "submission_id", "submissions.id"),
    )
    op.create_index("ix_keepings_submission_id", "keepings", ["submission_id"])
    op.create_table(
        "requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        # Empty while a letter's sender has not been found among the submissions.
        sa.Column("submission_id", sa.Uuid()),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("identity", sa.String(24)),
        sa.Column("ground", sa.String(32)),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        _foreign("requests", "submission_id", "submissions.id"),
    )
    op.create_index("ix_requests_submission_id", "requests", ["submission_id"])
    op.create_index("ix_requests_state_due", "requests", ["state", "due"])
    op.create_table(
        "request_steps",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("ground", sa.String(32)),
        _foreign("request_steps", "request_id", "requests.id"),
    )
    op.create_index("ix_request_steps_request_id", "request_steps", ["request_id"])


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}_{target.partition('.')[0]}")


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
