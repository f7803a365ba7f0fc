"""A document in short, shown beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From documents alone to documents with a summary beside them."""
    op.add_column("published_documents", sa.Column("summary", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back to documents alone."""
    op.drop_column("published_documents", "summary")
