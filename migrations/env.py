"""Alembic's environment: the engine and the tables of the running application, no logging set-up of its own."""

from alembic import context

from kelisim.storage import tables
from kelisim.storage.db import Base, db

# Importing them is what makes them known to the metadata.
__all__ = ["tables"]


def run() -> None:
    """Bring the database of the application in the current context to the asked revision."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # SQLite cannot alter most of a table: batch mode copies it.
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
