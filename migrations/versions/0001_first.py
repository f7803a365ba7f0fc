"""The first schema: submissions with their receipts and consents, the journal, choices, operators.

A migration is frozen: it imports nothing of the application, whose words may change later; the triggers
that several share are frozen beside them.
"""

import sqlalchemy as sa
from alembic import op
from append_only import forbid_change, let_change, make_refusal

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTS = (
    "collection",
    "accumulation",
    "transfer",
    "storage",
    "change",
    "addition",
    "access",
    "use",
    "depersonalization",
    "blocking",
    "destruction",
)
# Table and key: rows of these are written once.
APPEND_ONLY = {"shown_texts": "sha256", "consents": "submission_id", "journal": "number", "choices": "number"}


def upgrade() -> None:
    """From nothing."""
    _evidence()
    _submissions()
    _operators()
    make_refusal()
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)


def downgrade() -> None:
    """Back to nothing."""
    for table in APPEND_ONLY:
        let_change(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kelisim_refuse_change()")
    for table in (
        "operator_sessions",
        "recovery_codes",
        "set_up_links",
        "sign_in_tries",
        "operators",
        "receipts",
        "consents",
        "submissions",
        "shown_texts",
        "choices",
        "journal",
    ):
        op.drop_table(table)


def _evidence() -> None:
    op.create_table(
        "journal",
        sa.Column("number", LONG_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("mac", sa.LargeBinary(32), nullable=False),
        # op.f: the name is whole; the naming convention would put its beginning before it once more.
        sa.CheckConstraint(sa.column("act").in_(ACTS), name=op.f("ck_journal_act")),
    )
    op.create_index("ix_journal_subject_number", "journal", ["subject", "number"])
    op.create_table(
        "choices",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("receipt_id", sa.String(32), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_choices_receipt_id", "choices", ["receipt_id"])
    op.create_table(
        "shown_texts",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("in_force", sa.Date(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("topic", sa.String(24)),
        sa.Column("mailing", sa.Boolean(), nullable=False),
        sa.Column("suspicions", sa.JSON(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("key_for_operator", sa.LargeBinary(), nullable=False),
        sa.Column("key_for_person", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "consents",
        sa.Column("submission_id", sa.Uuid(), primary_key=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("policy_revision", sa.String(32), nullable=False),
        sa.Column("policy_sha256", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("person_states", sa.JSON(), nullable=False),
        sa.Column("operator_states", sa.JSON(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        _foreign("consents", "submission_id", "submissions.id"),
        _foreign("consents", "sha256", "shown_texts.sha256"),
        _foreign("consents", "policy_sha256", "shown_texts.sha256"),
    )
    op.create_table(
        "receipts",
        sa.Column("submission_id", sa.Uuid(), primary_key=True),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("form_hash", sa.LargeBinary(32), nullable=False),
        _foreign("receipts", "submission_id", "submissions.id"),
        sa.UniqueConstraint("reference", name="uq_receipts_reference"),
        sa.UniqueConstraint("secret_hash", name="uq_receipts_secret_hash"),
        sa.UniqueConstraint("form_hash", name="uq_receipts_form_hash"),
    )


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("second_factor", sa.LargeBinary()),
        sa.Column("last_step", sa.Integer()),
        sa.UniqueConstraint("name", name="uq_operators_name"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        _foreign("recovery_codes", "operator_id", "operators.id"),
    )
    op.create_index("ix_recovery_codes_operator_id", "recovery_codes", ["operator_id"])
    op.create_table(
        "set_up_links",
        sa.Column("operator_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _foreign("set_up_links", "operator_id", "operators.id"),
        sa.UniqueConstraint("token_hash", name="uq_set_up_links_token_hash"),
    )
    op.create_table(
        "operator_sessions",
        sa.Column("id_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        _foreign("operator_sessions", "operator_id", "operators.id"),
    )
    op.create_index("ix_operator_sessions_operator_id", "operator_sessions", ["operator_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("key_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try", MOMENT, nullable=False),
    )


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}_{target.partition('.')[0]}")
