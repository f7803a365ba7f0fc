"""Alembic's environment: the engine and the tables of the running application, no logging set-up of its own."""

from alembic import context
from sqlalchemy.engine import Connection

from kelisim.storage import tables
from kelisim.storage.db import Base, db
from kelisim.storage.migrate import alone, taking_its_time

# Importing them is what makes them known to the metadata.
__all__ = ["tables"]


def run() -> None:
    """Bring the database of the application in the current context to the asked revision.

    Every host does so at its start: one after another, and whoever comes later finds it done. A caller that gives its own
    connection is in a transaction, which it ends itself.
    """
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with alone(db.engine), db.engine.connect() as fresh, taking_its_time(fresh) as connection:
        migrate(connection)
        connection.commit()


def migrate(connection: Connection) -> None:
    """The same over one connection."""
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


run()
