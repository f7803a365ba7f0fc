"""The yardstick of submissions: a bare loop of durable SQLite transactions of the same rows, without the site."""

import secrets
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from bench import BenchError
from kelisim.storage.db import engine_options, prepare_engine

# The rows one accepted submission leaves, in the order their keys allow; and what must differ from row to row.
TABLES = {"submissions": 1, "consents": 1, "receipts": 1, "journal": 2}
_FRESH = frozenset({"id", "submission_id", "reference", "secret_hash", "form_hash"})

Rows = list[tuple[str, dict[str, object]]]


def count(database: Path) -> dict[str, int]:
    """How many rows the tables of a submission hold."""
    with _reading(database) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}  # noqa: S608  # our own names


def bare_loop(database: Path, beside: Path, transactions: int) -> float:
    """Transactions per second of rows like the last submission's, one after another, in a new file ``beside`` it.

    The schema with its indexes and triggers is the site's, and so is what each connection is told (WAL,
    synchronous = FULL and the rest).
    """
    engine = create_engine(f"sqlite:///{beside}", **engine_options(f"sqlite:///{beside}", 15))
    prepare_engine(engine)
    raw = engine.raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        raise BenchError("the site's SQLite driver is not sqlite3")
    try:
        rows = _copy_schema(database, connection)
        began = time.perf_counter()
        for number in range(transactions):
            _write(connection, rows, number)
        return transactions / (time.perf_counter() - began)
    finally:
        raw.close()
        engine.dispose()
        for file in beside.parent.glob(f"{beside.name}*"):
            file.unlink()


def _reading(database: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True))


def _copy_schema(database: Path, connection: sqlite3.Connection) -> Rows:
    """Make the site's schema, with the texts consents speak of. Returns the rows of the last submission."""
    with _reading(database) as site:
        site.row_factory = sqlite3.Row
        for made in site.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'trigger'"):
            connection.execute(made["sql"])
        for text in site.execute("SELECT * FROM shown_texts"):
            _insert(connection, "shown_texts", dict(text))
        return [
            (name, dict(row))
            for name, many in TABLES.items()
            for row in site.execute(f"SELECT * FROM {name} ORDER BY rowid DESC LIMIT {many}")  # noqa: S608  # our own names
        ]


def _write(connection: sqlite3.Connection, rows: Rows, number: int) -> None:
    """One transaction: rows of the same sizes under keys of their own."""
    shared = f"{time.time_ns():024x}{secrets.token_hex(4)}"
    keys: dict[str, object] = {"id": shared, "submission_id": shared, "subject": shared}
    connection.execute("BEGIN IMMEDIATE")
    for place, (name, row) in enumerate(rows):
        fresh = {column: keys.get(column) or _like(value) for column, value in row.items() if column in _FRESH}
        if name == "journal":
            fresh = {"number": 2 * number + place, "subject": shared}
        _insert(connection, name, {**row, **fresh})
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, name: str, row: dict[str, object]) -> None:
    marks = ", ".join(f":{column}" for column in row)
    connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608  # our own names


def _like(value: object) -> object:
    """A random value of the same kind and length."""
    length = len(value) if isinstance(value, (str, bytes)) else 0
    return secrets.token_bytes(length) if isinstance(value, bytes) else secrets.token_hex(length)[:length]
