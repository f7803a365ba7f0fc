"""Small writings of several threads in one durable transaction.

Making a transaction durable costs as much for one form as for twenty, and on PostgreSQL each holds the end of the journal's
chain, which every host waits for. Whoever gets the turn writes along what waits behind it; nobody is told of success before
that transaction is committed.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar, cast

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from kelisim.storage.db import DATABASE_AWAY, line_of, transaction, wait_for, writing
from kelisim.storage.prepared import ask_anew, keeping
from kelisim.storage.turns import Turn, Waiting

Result = TypeVar("Result")
_MOST_AT_ONCE = 64


def written(session: Session, work: Callable[[Session], Result]) -> Result:
    """What ``work`` gives, once all it wrote is committed; or what it raised, and nothing of it is written.

    It may run in another thread, on that one's session, beside the work of others: it is to use nothing but the session
    it is given and values, and to write with ``add_rows`` only. What fails takes back its own writing and no other's; where the
    database fails, none of those that were to be written together are.
    """
    turn = line_of(session)
    if turn is None:
        with writing(session):
            return work(session)
    session.rollback()
    mine = Waiting(work)
    turn.line.append(mine)
    _wait(session, turn, mine)
    try:
        while not mine.ended:
            _write(session, _taken(turn))
    finally:
        turn.lock.release()
    if mine.problem is not None:
        raise mine.problem
    return cast(Result, mine.result)


def _wait(session: Session, turn: Turn, mine: Waiting) -> None:
    """Take the turn. Raises TimeoutError of SQLAlchemy while nobody has begun to write this."""
    try:
        wait_for(turn, session)
    except PoolTimeout:
        try:
            turn.line.remove(mine)
        except ValueError:
            # It is being written this moment: what comes of it is known when the writer is done.
            turn.lock.acquire()
        else:
            raise


def _taken(turn: Turn) -> list[Waiting]:
    """The next in the line. Who waited for too long may leave it meanwhile."""
    group: list[Waiting] = []
    with suppress(IndexError):
        while len(group) < _MOST_AT_ONCE:
            group.append(turn.line.popleft())
    return group


def _write(session: Session, group: Sequence[Waiting]) -> None:
    try:
        with transaction(session):
            if len(group) == 1:
                group[0].result = group[0].work(session)
            else:
                _write_each(session, group)
    except BaseException as problem:
        for one in group:
            one.problem = one.problem or problem
        if not isinstance(problem, Exception):
            raise
    finally:
        for one in group:
            one.ended = True


def _write_each(session: Session, group: Sequence[Waiting]) -> None:
    with keeping(session):
        for one in group:
            _write_one(session, one)


def _write_one(session: Session, one: Waiting) -> None:
    """One of several: what it raises is its own, unless the database is what fails."""
    connection = session.connection()
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        one.result = one.work(session)
    except DATABASE_AWAY:
        raise
    except Exception as problem:  # noqa: BLE001  # whatever it is belongs to whoever waits for this one
        connection.exec_driver_sql("ROLLBACK TO one")
        ask_anew(session)
        one.problem = problem
    connection.exec_driver_sql("RELEASE one")
