"""Tags of the Operator's list, and the log of contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("words", sa.String(40), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("words", name="uq_tags_words"),
    )
    op.create_table(
        "record_tags",
        sa.Column("tag_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tag_id", "submission_id", name="pk_record_tags"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_record_tags_tag_id_tags"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_record_tags_submission_id_submissions"),
    )
    op.create_index("ix_record_tags_submission_id", "record_tags", ["submission_id"])
    op.create_table(
        "contacts",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_contacts_submission_id_submissions"),
    )
    op.create_index("ix_contacts_submission_id", "contacts", ["submission_id"])


def downgrade() -> None:
    """Back to records without them."""
    for table in ("contacts", "record_tags", "tags"):
        op.drop_table(table)
