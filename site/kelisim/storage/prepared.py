"""Statements that are compiled once and then run as the driver's own text, past the unit of work.

SQLAlchemy finds a statement it has compiled before by walking through all of it. For what one accepted form reads and
writes that walk cost more than the database did.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVarTuple, cast

from sqlalchemy import ClauseElement, Dialect, Insert, Select, Table, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Columns = TypeVarTuple("Columns")
_MOST = 512
_KEPT = "kept while several are written"


@dataclass(frozen=True)
class _Compiled:
    """The text of a statement for one dialect. ``order``: of its values, or None where they are given by name.

    ``ways``: of a value into the database, by name, where it is not given as it is; ``fixed``: the statement's own values.
    """

    text: str
    order: tuple[str, ...] | None
    ways: Mapping[str, Callable[[Any], Any]]
    fixed: Values

    def parameters(self, values: Values) -> Any:
        """The values as the driver takes them. Raises KeyError where one is missing."""
        ways = self.ways
        if self.fixed:
            values = {**self.fixed, **values}
        if self.order is None:
            return {name: ways[name](value) if name in ways else value for name, value in values.items()}
        return tuple(ways[name](values[name]) if name in ways else values[name] for name in self.order)


def fetch(session: Session, statement: Select[*Columns], **values: object) -> Sequence[tuple[*Columns]]:
    """The rows of a statement; ``values`` are those of its ``bindparam``s. Columns come as the driver gives them: ask for
    numbers, texts and bytes only.
    """
    connection = session.connection()
    compiled = _of_select(statement, connection.dialect)
    found = connection.exec_driver_sql(compiled.text, compiled.parameters(values)).all()
    return cast(Sequence[tuple[*Columns]], found)


def fetch_once(session: Session, statement: Select[*Columns], **values: object) -> Sequence[tuple[*Columns]]:
    """As ``fetch``, of what does not change while several are written in one transaction: asked for once for all of them.

    Whoever changes it in that transaction calls ``ask_anew``.
    """
    kept: dict[object, Any] | None = session.info.get(_KEPT)
    if kept is None:
        return fetch(session, statement, **values)
    key = (statement, *values.items())
    if key not in kept:
        kept[key] = fetch(session, statement, **values)
    return cast(Sequence[tuple[*Columns]], kept[key])


@contextmanager
def keeping(session: Session) -> Iterator[None]:
    """For one transaction alone: ``fetch_once`` keeps what it found."""
    session.info[_KEPT] = {}
    try:
        yield
    finally:
        del session.info[_KEPT]


def ask_anew(session: Session) -> None:
    """What ``fetch_once`` has kept may be no longer so."""
    session.info.get(_KEPT, {}).clear()


def put(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows that all have the same columns, and every value the table does not find by itself."""
    connection = session.connection()
    compiled = _of_insert(table, tuple(rows[0]), connection.dialect)
    parameters = [compiled.parameters(row) for row in rows]
    connection.exec_driver_sql(compiled.text, parameters[0] if len(parameters) == 1 else parameters)


@lru_cache(_MOST)
def _of_select(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    return _compiled(statement, dialect)


@lru_cache(_MOST)
def _of_insert(table: Table, columns: tuple[str, ...], dialect: Dialect) -> _Compiled:
    return _compiled(insert(table).inline(), dialect, columns)


def _compiled(statement: ClauseElement, dialect: Dialect, columns: tuple[str, ...] | None = None) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("not a statement of SQL")
    if isinstance(statement, Insert) and compiled.insert_prefetch:
        raise TypeError("a column's own default is not among the values")
    ways, fixed = {}, {}
    for bind, name in compiled.bind_names.items():
        if not bind.required:
            fixed[name] = bind.effective_value
        way = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if way is not None:
            ways[name] = way
    return _Compiled(str(compiled), tuple(compiled.positiontup or ()) if compiled.positional else None, ways, fixed)
