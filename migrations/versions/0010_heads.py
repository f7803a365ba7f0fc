"""The published heads of the journal, mails to the Operator, and what the desk narrows the journal by."""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {"heads": "day"}
JOURNAL = {"ix_journal_act_number": ["act", "number"], "ix_journal_actor_number": ["actor", "number"]}


def upgrade() -> None:
    """From a journal that only its own key proves to one that strangers hold heads of."""
    for name, columns in {**JOURNAL, "ix_journal_at": ["at"]}.items():
        op.create_index(name, "journal", columns)
    op.create_table(
        "heads",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("entries", LONG_NUMBER, nullable=False),
        sa.Column("mac", sa.LargeBinary(32), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        # Word for word as it was published: the signature is of it.
        sa.Column("file", sa.Text(), nullable=False),
    )
    op.create_table(
        "mails",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachment_name", sa.String(80)),
        sa.Column("attachment", sa.LargeBinary()),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(16)),
        sa.Column("sent_at", MOMENT),
    )
    op.create_index("ix_mails_sent_at_due", "mails", ["sent_at", "due"])
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)


def downgrade() -> None:
    """Back to its own key alone."""
    for table in APPEND_ONLY:
        let_change(table)
    for table in ("mails", "heads"):
        op.drop_table(table)
    for name in ("ix_journal_at", *JOURNAL):
        op.drop_index(name, "journal")
