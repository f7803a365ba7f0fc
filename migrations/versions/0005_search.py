"""Search: a keyed blind index, and an index for each filter of the desk's list."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_submissions_state_id": ("submissions", ["state", "id"]),
    "ix_submissions_consent_state_id": ("submissions", ["consent_state", "id"]),
    "ix_submissions_topic_id": ("submissions", ["topic", "id"]),
    "ix_submissions_mailing_id": ("submissions", ["mailing", "id"]),
    "ix_submissions_state_consent_state_search_version": ("submissions", ["state", "consent_state", "search_version"]),
    "ix_consents_revision_submission_id": ("consents", ["revision", "submission_id"]),
}


def upgrade() -> None:
    """The columns, the index table and the indexes."""
    op.add_column("submissions", sa.Column("search_version", sa.BigInteger()))
    op.add_column("submissions", sa.Column("search_tokens", sa.LargeBinary()))
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("token", "submission_id", name="pk_search_tokens"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_search_tokens_submission_id_submissions"
        ),
        sqlite_with_rowid=False,
    )
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Back to a list without search."""
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("search_tokens")
    op.drop_column("submissions", "search_tokens")
    op.drop_column("submissions", "search_version")
