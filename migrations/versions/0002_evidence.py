"""Evidence: the state of a consent, requests with their clocks, sealed changes, keeping grounds."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

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


def upgrade() -> None:
    """From submissions that are sent to submissions that can be steered."""
    op.add_column("submissions", sa.Column("consent_state", sa.String(24), nullable=False, server_default="given"))
    op.add_column("submissions", sa.Column("consent_ended_at", MOMENT))
    _requests()
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)


def downgrade() -> None:
    """Back to submissions that are only sent."""
    for table in APPEND_ONLY:
        let_change(table)
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
