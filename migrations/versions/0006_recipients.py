"""Recipients, their undertakings, transfers with their delivery, and what recipients have to be told."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {
    "undertakings": "number",
    "transfers": "id",
}


def upgrade() -> None:
    """From records that stay with the Operator to records that may be handed over."""
    _recipients()
    _transfers()
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)


def downgrade() -> None:
    """Back to records that stay with the Operator."""
    for table in APPEND_ONLY:
        let_change(table)
    for table in (
        "recipient_tasks",
        "deliveries",
        "transfers",
        "undertakings",
        "recipients",
    ):
        op.drop_table(table)


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("ended", sa.Date()),
        sa.Column("age_key", sa.String(80), nullable=False),
        sa.Column("webhook", sa.String(500), nullable=False),
        # Sealed with the site's key.
        sa.Column("webhook_secret", sa.LargeBinary()),
    )
    op.create_table(
        "undertakings",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("signed", sa.Date(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        _foreign("undertakings", "recipient_id", "recipients.id"),
    )
    op.create_index("ix_undertakings_recipient_id", "undertakings", ["recipient_id"])


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("undertaking", LONG_NUMBER, nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        _foreign("transfers", "submission_id", "submissions.id"),
        _foreign("transfers", "recipient_id", "recipients.id"),
        _foreign("transfers", "undertaking", "undertakings.number"),
    )
    op.create_index("ix_transfers_submission_id", "transfers", ["submission_id"])
    op.create_index("ix_transfers_recipient_id", "transfers", ["recipient_id"])
    op.create_table(
        "deliveries",
        sa.Column("transfer_id", sa.Uuid(), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        # What waits to go out, under the record's own content key: with that it is gone.
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _foreign("deliveries", "transfer_id", "transfers.id"),
    )
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])
    op.create_table(
        "recipient_tasks",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("closed", sa.Date()),
        sa.Column("how", sa.String(16)),
        sa.Column("told_on", sa.Date()),
        sa.Column("author", sa.String(32)),
        _foreign("recipient_tasks", "recipient_id", "recipients.id"),
        _foreign("recipient_tasks", "submission_id", "submissions.id"),
    )
    op.create_index("ix_recipient_tasks_recipient_id", "recipient_tasks", ["recipient_id"])
    op.create_index("ix_recipient_tasks_submission_id", "recipient_tasks", ["submission_id"])
    op.create_index("ix_recipient_tasks_closed_opened", "recipient_tasks", ["closed", "opened"])


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}_{target.partition('.')[0]}")
