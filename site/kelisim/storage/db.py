"""The engine and its transactions, on SQLite and on PostgreSQL.

Three things hold on both: a write takes its turn from its first statement (``writing``), time is UTC, and every
constraint has a name from one convention, so that a migration can speak of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from kelisim.storage import sqlite
from kelisim.storage.prepared import put
from kelisim.storage.turns import Turn

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
REPLICA = "replica"
_REPLICA_SECONDS = 2  # a replica that does not answer is not waited for: the database itself is there
_FOLLOWED = "kelisim_followed"
_CONNECTIONS, _EXTRA_CONNECTIONS = 16, 16


# What a page may hold and give to services, without knowing more of the database.
Reads = Session


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, in UTC in the database and in Python. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database: UTC, and on SQLite without the offset it cannot keep."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset from UTC")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database: always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# What a database that is locked, gone, damaged, read-only (InternalError on PostgreSQL) or full raises. Nothing of
# the transaction was saved.
DATABASE_AWAY: tuple[type[Exception], ...] = (OperationalError, InternalError, PoolTimeout)


def _follow_commit(session: Session) -> None:
    engine = session.get_bind().engine
    mark, work = engine.get_execution_options().get(_FOLLOWED, ("", None))
    if work is not None and session.info.pop(mark, False):
        with Session(engine) as another:
            work(another)


def make_database() -> SQLAlchemy:
    """Flask-SQLAlchemy over our tables; its sessions share one turn that puts this process's writers in a line."""
    made = SQLAlchemy(metadata=Base.metadata, session_options={"info": {"turn": Turn()}})
    event.listen(made.session, "after_commit", _follow_commit)
    return made


db = make_database()


def engine_options(address: str, wait_seconds: int, *, reads_only: bool = False) -> dict[str, Any]:
    """The options of ``create_engine`` for a database address. ``reads_only``: of PostgreSQL, which then refuses a write."""
    url = make_url(address)
    pool = {
        "pool_size": _CONNECTIONS,
        "max_overflow": _EXTRA_CONNECTIONS,
        "pool_timeout": wait_seconds,
        # An error must not carry the values of a row into a log.
        "hide_parameters": True,
    }
    if url.get_backend_name() == "sqlite":
        # The driver's own transactions begin too late (at the first write): ours begin where we say.
        return {
            **pool,
            "connect_args": {
                "isolation_level": None,
                "timeout": wait_seconds,
                "check_same_thread": False,
                "cached_statements": sqlite.STATEMENTS,
            },
        }
    milliseconds = wait_seconds * 1000
    return {
        **pool,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": _REPLICA_SECONDS if reads_only else wait_seconds,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c timezone=UTC"
            + (" -c default_transaction_read_only=on" if reads_only else ""),
        },
    }


def replica_session() -> Session:
    """A session at the replica, inside an application's context; whoever asks for one closes it."""
    return Session(db.engines[REPLICA])


def prepare_engine(engine: Engine) -> None:
    """Give an engine its habits; on PostgreSQL there are none to give."""
    if engine.dialect.name == "sqlite":
        sqlite.hold(engine)


def follow_commits(engine: Engine, mark: str, work: Callable[[Session], None]) -> None:
    """After each commit of a session in whose ``info`` the mark was set, call ``work`` with another session."""
    engine.update_execution_options(**{_FOLLOWED: (mark, work)})


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """One write transaction: committed at the end of the block, or nothing of it.

    On SQLite it takes the write lock with its first statement (BEGIN IMMEDIATE), after its turn among this process's
    threads: a lock that is waited for by polling is unfair and slow under load.
    """
    session.rollback()
    turn = turn_of(session)
    if turn is not None:
        wait_for(turn, session)
    try:
        with transaction(session):
            yield
    finally:
        if turn is not None:
            turn.lock.release()


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """One write transaction for who has the turn."""
    try:
        session.connection(execution_options={sqlite.WRITE: True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def turn_of(session: Session) -> Turn | None:
    """The turn of this process's writers; None on PostgreSQL, where they need none."""
    return line_of(session) if _is_sqlite(session) else None


def line_of(session: Session) -> Turn | None:
    """Where small writings of this process wait to be written together; None for a session that stands alone."""
    turn: Turn | None = session.info.get("turn")
    return turn


def wait_for(turn: Turn, session: Session) -> None:
    """Take the turn. Wait no longer than for a connection: behind a writer that hangs, the whole line would hang one by
    one. Raises TimeoutError of SQLAlchemy.
    """
    pool = session.get_bind().engine.pool
    if not turn.lock.acquire(timeout=pool.timeout() if isinstance(pool, QueuePool) else -1):
        raise PoolTimeout("other writers of this process kept the database for too long")


def let_go(session: Session) -> None:
    """End what a session has open. A connection that cannot even roll back any more is thrown away: nothing of its
    transaction was saved, and what was answered before stays answered.
    """
    try:
        session.rollback()
    except DATABASE_AWAY:
        session.invalidate()


def take_turn(session: Session, place: int) -> None:
    """Hold a place in the database until the transaction ends: who else takes it waits.

    On SQLite every write transaction is alone already.
    """
    if not _is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": place})


def forget(session: Session) -> bool:
    """After a destruction, outside of a transaction: leave nothing of it in SQLite's write-ahead log.

    False where a reader held the log for too long; the next call does it. PostgreSQL's vacuum is its own.
    """
    session.rollback()
    if not _is_sqlite(session):
        return True
    connection = session.get_bind().engine.raw_connection()
    try:
        busy: int = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    return not busy


def vacuum(session: Session, tables: Sequence[str]) -> bool:
    """Take what no transaction can see any more out of tables, outside of a transaction. False on SQLite, where
    ``secure_delete`` did it at once.
    """
    session.rollback()
    if _is_sqlite(session):
        return False
    preparer = session.get_bind().dialect.identifier_preparer
    with session.get_bind().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        try:
            connection.execute(text(f"VACUUM {', '.join(preparer.quote(name) for name in tables)}"))
        finally:
            connection.execute(text("RESET statement_timeout"))
    return True


def add_rows(session: Session, kind: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows whose values are all known, past the unit of work: nothing is to be tracked or loaded again."""
    put(session, kind.__table__, rows)  # type: ignore[arg-type]  # a mapped class has a Table


def is_unique_conflict(problem: DBAPIError) -> bool:
    """True where a write failed because the same value is there already."""
    code = getattr(problem.orig, "sqlstate", None) or getattr(problem.orig, "sqlite_errorname", "")
    return code in {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
