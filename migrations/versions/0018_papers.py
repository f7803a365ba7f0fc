"""Consents on paper: where each sheet lies."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "papers"
SAME = "submission_id = NEW.submission_id OR (place = NEW.place AND number = NEW.number)"
REFUSAL = "rows of this table are never changed"


def upgrade() -> None:
    """From consents by the form alone to consents by the form and on paper."""
    op.create_table(
        TABLE,
        sa.Column("submission_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.String(24), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("signed", sa.Date(), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_papers_submission_id_submissions"),
        sa.UniqueConstraint("place", "number", name="uq_papers_place_number"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION kelisim_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_keep_all BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kelisim_refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE {SAME}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def downgrade() -> None:
    """Back to consents by the form alone."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {TABLE}_keep ON {TABLE}")
        op.execute(f"DROP TRIGGER {TABLE}_keep_all ON {TABLE}")
    op.drop_table(TABLE)
