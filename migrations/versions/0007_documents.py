"""Documents the Operator publishes, and who approved which words."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# By what a row is the same row: REPLACE takes away every row that stands in the way of the new one.
APPEND_ONLY = {
    "published_documents": "sha256 = NEW.sha256 OR kind = NEW.kind AND revision = NEW.revision AND language = NEW.language",
    "document_approvals": "sha256 = NEW.sha256",
}
REFUSAL = "rows of this table are never changed"


def upgrade() -> None:
    """From shipped documents to published ones."""
    op.create_table(
        "published_documents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("in_force", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        # What a person reads: the Operator's facts were filled in when it was published.
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.UniqueConstraint("kind", "revision", "language", name="uq_published_documents_kind_revision_language"),
    )
    op.create_table(
        "document_approvals",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
    )
    for table, same in APPEND_ONLY.items():
        _forbid_change(table, same)


def downgrade() -> None:
    """Back to shipped documents."""
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_keep ON {table}")
            op.execute(f"DROP TRIGGER {table}_keep_all ON {table}")
    for table in APPEND_ONLY:
        op.drop_table(table)


def _forbid_change(table: str, same: str) -> None:
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
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
