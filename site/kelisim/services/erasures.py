"""The ledger of erasures and the database: what is in one and not in the other.

Each act of destruction is a row, written in the transaction that took the data away. Once that is committed, the row is
what the ledger still has to get: whoever comes next, the same process or another, appends every row behind the last line.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.erasures import Erasure, Kind, restored
from kelisim.services import records
from kelisim.services.records import By
from kelisim.storage.db import writing
from kelisim.storage.ledger import Book, Ledger
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.submissions import SubmissionRow

_AT_ONCE = 500
_GONE = (State.DESTROYED.value, State.DEPERSONALIZED.value)


class LedgerAhead(Exception):
    """The ledger knows of erasures that the database does not: it was brought back from a backup.

    The message is one line with what mends it.
    """


@dataclass(frozen=True)
class Compared:
    """``lines``: of the ledger; ``unwritten``: acts it lacks; ``came_back``: records that are there although erased."""

    lines: int
    unwritten: int
    came_back: int


def complete(session: Session, ledger: Ledger) -> int:
    """Append the acts of destruction that the ledger lacks. How many. Raises LedgerAhead, LedgerBroken, OSError."""
    last = _last_act(session)
    if last == 0 and ledger.last() is None:
        return 0
    with ledger.held() as book:
        _refuse_ahead(session, book.last, ledger)
        return _append(session, book)


def writer(ledger: Ledger, fault: Callable[[BaseException], None]) -> Callable[[Session], None]:
    """What follows each commit of an act of destruction. The data are gone by then: where the ledger cannot be written,
    ``fault`` is told, and the worker's next round tries again.
    """

    def write_down(session: Session) -> None:
        try:
            complete(session, ledger)
        except Exception as problem:  # noqa: BLE001  # what was asked for is done, and is not answered with a fault
            fault(problem)

    return write_down


def check_not_ahead(session: Session, ledger: Ledger) -> None:
    """A light check, at each start. Raises LedgerAhead, LedgerBroken, OSError."""
    _refuse_ahead(session, ledger.last(), ledger)


def compare(session: Session, ledger: Ledger) -> Compared:
    """Read the whole ledger and hold it against the database. Raises LedgerBroken, OSError."""
    lines = came_back = 0
    for erasures in _batches(ledger):
        lines += len(erasures)
        came_back += len(_there(session, [erasure.record for erasure in erasures]))
    last = ledger.last()
    unwritten = select(func.count()).where(DestructionRow.number > (last.number if last is not None else 0))
    return Compared(lines, session.scalar(unwritten) or 0, came_back)


def erase_again(session: Session, ledger: Ledger, *, by: By) -> int:
    """Destroy anew what the ledger says was destroyed and what came back with a backup, each record journalled.

    How many; the caller calls ``storage.db.forget``. It works in transactions of some hundred records; a run after a
    stop goes on. Raises LedgerBroken, OSError.
    """
    again = 0
    for erasures in _batches(ledger):
        there = _there(session, [erasure.record for erasure in erasures])
        if there:
            with writing(session):
                for erasure in erasures:
                    if erasure.record in there:
                        _erase(session, erasure, by)
            again += len(there)
    return again


def note_restored(session: Session, ledger: Ledger, *, by: By) -> None:
    """After ``erase_again``: let the ledger go on from the acts that this database has. Raises LedgerBroken, OSError."""
    with ledger.held() as book:
        if not _fits(session, book.last):
            book.add([restored(_common(session, ledger), by.now)])
        _append(session, book)


def _batches(ledger: Ledger) -> Iterator[list[Erasure]]:
    lines = ledger.lines()
    while batch := list(islice(lines, _AT_ONCE)):
        yield batch


def _append(session: Session, book: Book) -> int:
    appended = 0
    while True:
        after = book.last.number if book.last is not None else 0
        query = select(DestructionRow).where(DestructionRow.number > after).order_by(DestructionRow.number)
        rows = session.scalars(query.limit(_AT_ONCE)).all()
        if not rows:
            return appended
        book.add([_of_row(row) for row in rows])
        appended += len(rows)


def _of_row(row: DestructionRow) -> Erasure:
    return Erasure(row.number, Kind(row.act), row.submission_id, DestructionGround(row.ground), row.at)


def _erase(session: Session, erasure: Erasure, by: By) -> None:
    row = records.locked(session, erasure.record)
    ground = erasure.ground or DestructionGround.RELATION_OVER
    records.erase_again(session, row, erasure.act, by, ground=ground, first=erasure.at, number=erasure.number)


def _there(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """The records among these whose data are in the database."""
    query = select(SubmissionRow.id).where(SubmissionRow.id.in_(ids), SubmissionRow.state.not_in(_GONE))
    return set(session.scalars(query))


def _last_act(session: Session) -> int:
    return session.scalar(select(func.max(DestructionRow.number))) or 0


def _refuse_ahead(session: Session, last: Erasure | None, ledger: Ledger) -> None:
    if not _fits(session, last):
        raise LedgerAhead(
            f"{ledger.path} names erasures that the database does not know, as after a backup was brought back: "
            "stop the site and run `flask erasures apply`"
        )


def _fits(session: Session, last: Erasure | None) -> bool:
    """True where the last line is one of this database's acts, so that what follows can be appended behind it."""
    if last is None:
        return True
    if last.kind is Kind.RESTORED:
        return _last_act(session) >= last.number
    record = session.scalar(select(DestructionRow.submission_id).where(DestructionRow.number == last.number))
    return record == last.record


def _common(session: Session, ledger: Ledger) -> int:
    """The number up to which every act of the database is in the ledger."""
    known = {erasure.record for erasure in ledger.lines()}
    through = 0
    for number, record in session.execute(
        select(DestructionRow.number, DestructionRow.submission_id).order_by(DestructionRow.number)
    ):
        if record not in known:
            break
        through = number
    return through
