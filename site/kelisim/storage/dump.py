"""All rows of the database as plain values, out of one moment, and back into a database of either kind.

A value is written by the kind of its column, not by the database it lay in, so that what SQLite gave PostgreSQL takes.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    column,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.types import TypeEngine

from kelisim.storage.db import Base, UtcDateTime

_AT_ONCE = 500
# What is over when a site comes back: who was signed in, what the worker was doing, exports that were kept for a day.
LEFT_OUT = frozenset(
    {
        "jobs",
        "operator_sessions",
        "set_up_links",
        "sign_in_tries",
        "spent_challenges",
        "exports",
        "export_pieces",
        "export_records",
    }
)
# A trigger refuses a choice once a closing counts it: the choices come first.
_LAST = ("choice_closings", "choice_counts")


@dataclass(frozen=True)
class _Kind:
    type: TypeEngine[Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


_KINDS: Mapping[str, _Kind] = {
    "id": _Kind(Uuid(), lambda value: value.hex, lambda text_: UUID(hex=text_)),
    "moment": _Kind(UtcDateTime(), lambda value: value.isoformat(), datetime.fromisoformat),
    "day": _Kind(Date(), lambda value: value.isoformat(), date.fromisoformat),
    "bytes": _Kind(LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "json": _Kind(JSON(none_as_null=True), _same, _same),
    "flag": _Kind(Boolean(), _same, _same),
    "number": _Kind(BigInteger(), _same, _same),
    "text": _Kind(String(), _same, _same),
}
_KIND_OF: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (Uuid, "id"),
    (UtcDateTime, "moment"),
    (Date, "day"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "flag"),
    (Integer, "number"),
    (String, "text"),
)


@dataclass(frozen=True)
class Shape:
    """A table by its name, and of each column name and kind."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def index(self, name: str) -> int | None:
        """The place of a column, None where there is none of that name."""
        names = [found for found, _ in self.columns]
        return names.index(name) if name in names else None


def unknown_kinds(shape: Shape) -> tuple[str, ...]:
    """Kinds of columns that this version cannot read."""
    return tuple(kind for _, kind in shape.columns if kind not in _KINDS)


def shapes() -> tuple[Shape, ...]:
    """The tables of this version that are kept, in an order in which their rows may be written."""
    tables = sorted(Base.metadata.sorted_tables, key=lambda found: found.name in _LAST)
    return tuple(_shape(found) for found in tables if found.name not in LEFT_OUT)


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("SELECT count(*) FROM alembic_version"))
        else:
            connection = connection.execution_options(  # noqa: PLW2901  # the same one, with its options
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


@contextmanager
def one_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection whose writes are there at the end of the block, all of them or none."""
    with engine.connect() as connection:
        connection = connection.execution_options(kelisim_write=True)  # noqa: PLW2901  # the same one
        with connection.begin():
            if engine.dialect.name != "sqlite":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection


def lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Each row of a table as one line, in the order of its key."""
    found = Base.metadata.tables[shape.name]
    writers = [_KINDS[kind].write for _, kind in shape.columns]
    query = select(found).order_by(*found.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query):
        values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def values_of(shape: Shape, line: bytes) -> list[Any]:
    """The values of a line. Raises ValueError, TypeError for what is none of this shape."""
    found = json.loads(line)
    readers = [_KINDS[kind].read for _, kind in shape.columns]
    return [None if value is None else read(value) for read, value in zip(readers, found, strict=True)]


def put_in(connection: Connection, shape: Shape, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows, each the values in the order of the columns."""
    names = [name for name, _ in shape.columns]
    target = table(shape.name, *(column(name, _KINDS[kind].type) for name, kind in shape.columns))
    connection.execute(insert(target), [dict(zip(names, row, strict=True)) for row in rows])


def set_counters(connection: Connection, shape: Shape) -> None:
    """On PostgreSQL let the numbers it gives go on behind those that are there; SQLite looks itself."""
    if connection.dialect.name == "sqlite":
        return
    quote = connection.dialect.identifier_preparer.quote
    for name, kind in shape.columns:
        sequence = kind == "number" and connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": shape.name, "column": name}
        )
        if sequence:
            highest = connection.scalar(text(f"SELECT max({quote(name)}) FROM {quote(shape.name)}"))  # noqa: S608  # names of a shape
            if highest is not None:
                connection.execute(text("SELECT setval(:sequence, :at)"), {"sequence": sequence, "at": highest})


def _shape(found: Table) -> Shape:
    return Shape(found.name, tuple((each.name, _kind_of(each.type)) for each in found.columns))


def _kind_of(type_: TypeEngine[Any]) -> str:
    return next(name for known, name in _KIND_OF if isinstance(type_, known))
