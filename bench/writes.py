"""The yardstick of submissions: a bare loop of the same seals and durable SQLite transactions, without the site."""

import secrets
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey
from sqlalchemy import create_engine

from bench import BenchError
from kelisim.storage.db import engine_options, prepare_engine
from kelisim.vault import keys as key_files
from kelisim.vault.sealing import seal

# The rows one accepted submission leaves, in the order their keys allow; and what must differ from row to row.
TABLES = {"submissions": 1, "consents": 1, "receipts": 1, "journal": 2}
_FRESH = frozenset({"id", "submission_id", "reference", "secret_hash", "form_hash"})

_CONTENT = '["Айгерім","Қуанышбекқызы","+77011234567"]'.encode()
_SECRET_BYTES = 16

Rows = list[tuple[str, dict[str, object]]]


def count(database: Path) -> dict[str, int]:
    """How many rows the tables of a submission hold; of the journal those that are about one."""
    about = {"journal": " WHERE subject IN (SELECT id FROM submissions)"}
    with _reading(database) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}{about.get(name, '')}").fetchone()[0]  # noqa: S608  # our own names
            for name in TABLES
        }


def bare_loop(database: Path, beside: Path, transactions: int) -> tuple[float, float]:
    """Transactions per second of rows like the last submission's, one after another, in a new file ``beside`` it; and
    the processor time of each. Before it is written each content is sealed with both keyholes, as the site does.

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
        operator = key_files.load(database.parent / "keys").operator_public
        began, used = time.perf_counter(), time.process_time()
        for number in range(transactions):
            _write(connection, rows, number, operator)
        return transactions / (time.perf_counter() - began), (time.process_time() - used) / transactions
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


def _write(connection: sqlite3.Connection, rows: Rows, number: int, operator: MLKEM768X25519PublicKey) -> None:
    """One transaction: rows of the same sizes under keys of their own."""
    sealed = seal(
        _CONTENT,
        record=secrets.token_bytes(16),
        operator=operator,
        secret=secrets.token_bytes(_SECRET_BYTES),
        randomness=secrets.token_bytes,
    )
    seals = {
        "sealed_content": sealed.content,
        "key_for_operator": sealed.for_operator,
        "key_for_person": sealed.for_person,
    }
    shared = f"{time.time_ns():024x}{secrets.token_hex(4)}"
    keys: dict[str, object] = {"id": shared, "submission_id": shared, "subject": shared}
    connection.execute("BEGIN IMMEDIATE")
    for place, (name, row) in enumerate(rows):
        fresh = {column: keys.get(column) or _like(value) for column, value in row.items() if column in _FRESH}
        if name == "journal":
            fresh = {"number": 2 * number + place, "subject": shared}
        _insert(connection, name, {**row, **fresh, **(seals if name == "submissions" else {})})
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, name: str, row: dict[str, object]) -> None:
    marks = ", ".join(f":{column}" for column in row)
    connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608  # our own names


def _like(value: object) -> object:
    """A random value of the same kind and length."""
    length = len(value) if isinstance(value, (str, bytes)) else 0
    return secrets.token_bytes(length) if isinstance(value, bytes) else secrets.token_hex(length)[:length]
