"""How SQLite is held: durable, strict, one writer from a transaction's first statement, and never a file that is gone."""

import sqlite3
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

# Each connection keeps what it read of the file, and statements it has prepared: a worker has up to 32 connections, and
# what they keep would grow to 90 MB. Pages beyond it are in the system's own cache, which all of them share.
PAGES_KILOBYTES, STATEMENTS = 512, 32
# The option of a connection whose transaction is to write.
WRITE = "kelisim_write"
_LOG = "kelisim_log"
_NOTHING = (0, 0)


def hold(engine: Engine) -> None:
    """Give an engine of SQLite its habits."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _as_away, retval=True)
    if engine.url.database:
        _hold_on_to_file(engine, Path(engine.url.database))


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "secure_delete = ON",
        # Without it INSERT OR REPLACE deletes a row without firing the triggers that forbid it.
        "recursive_triggers = ON",
        f"cache_size = -{PAGES_KILOBYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _as_away(context: ExceptionContext) -> BaseException | None:
    """A file that is damaged or no database at all: sqlite3 says so with the bare class of all its errors."""
    problem = context.original_exception
    return OperationalError(None, None, problem) if type(problem) is sqlite3.DatabaseError else None


def _hold_on_to_file(engine: Engine, path: Path) -> None:
    """Refuse to go on once the database's file is gone or another: an open connection would write into nowhere."""
    known: list[tuple[int, int]] = []

    def remember(*_connection: object) -> None:
        if not known:
            known.append(_identity(path))

    def check(*_connection: object) -> None:
        if known and _identity(path) != known[0]:
            raise sqlite3.OperationalError("the database file is gone or another one")

    event.listen(engine, "do_connect", check)  # before SQLite would begin an empty file
    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", check)
    _hold_on_to_log(engine, path.with_name(f"{path.name}-wal"))


def _hold_on_to_log(engine: Engine, log: Path) -> None:
    """The same for the write-ahead log, for as long as a connection is open."""

    def begin(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_LOG] = _NOTHING

    def check(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # A new database has no log before its first write.
        if record.info[_LOG] == _NOTHING:
            record.info[_LOG] = _identity(log)
        elif record.info[_LOG] != _identity(log):
            raise sqlite3.OperationalError("the database's write-ahead log is gone or another one")

    event.listen(engine, "connect", begin)
    event.listen(engine, "checkout", check)


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return _NOTHING
    return (found.st_dev, found.st_ino)


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
