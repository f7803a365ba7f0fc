"""Sessions and set-up links are kept under a key: those from before end, since nobody has their tokens to hash anew."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From plain hashes to keyed ones."""
    _end_all()


def downgrade() -> None:
    """Back."""
    _end_all()


def _end_all() -> None:
    for table in ("operator_sessions", "set_up_links"):
        op.execute(f"DELETE FROM {table}")
