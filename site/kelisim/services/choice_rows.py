"""The rows of choices, their closings and counts, as the domain knows them."""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import Cell, Decision
from kelisim.domain.choice_records import Closing, Record
from kelisim.domain.choices import ChoiceMethod, ChoicePurpose
from kelisim.storage.db import take_turn
from kelisim.storage.tables.choices import ChoiceClosing, ChoiceCount, ChoiceRow

# The place in the database whose holder may add to the records or close them.
_RECORDS = 0x4B454C43
AT_ONCE = 1000


def take_records(session: Session) -> None:
    """Hold the records until the transaction ends."""
    take_turn(session, _RECORDS)


def in_order() -> Select[ChoiceRow]:
    """Every row that is there, as they were written."""
    return select(ChoiceRow).order_by(ChoiceRow.number)


def read(session: Session, query: Select[ChoiceRow], at_once: int = AT_ONCE) -> Generator[Record]:
    """The records of a query. Close it where it may not be read to its end."""
    with closing(session.scalars(query.execution_options(yield_per=at_once))) as rows:
        for row in rows:
            yield Record(
                number=row.number,
                receipt_id=row.receipt_id,
                answers=row.answers,
                versions=row.versions,
                method=row.method,
                language=row.language,
                decided_at=row.decided_at,
                expires_at=row.expires_at,
                mac=row.mac,
            )


def closings(session: Session) -> Iterator[Closing]:
    """Every closing, oldest first, with what it counted; with nothing where that was not written by this site."""
    for row in session.scalars(select(ChoiceClosing).order_by(ChoiceClosing.through)).all():
        yield Closing(row.through, row.closed_at, row.last_mac, _counted(session, row.through), row.mac)


def newest_closing(session: Session) -> ChoiceClosing | None:
    """The last closing."""
    return session.scalar(select(ChoiceClosing).order_by(ChoiceClosing.through.desc()).limit(1))


def cell_of(row: ChoiceCount) -> Cell:
    """What a count counts. Raises ValueError where the site wrote no such count."""
    return Cell(row.day, ChoicePurpose(row.purpose), Decision(row.decision), ChoiceMethod(row.method), row.language)


def _counted(session: Session, through: int) -> Counter[Cell]:
    counted = Counter[Cell]()
    try:
        for row in session.scalars(select(ChoiceCount).where(ChoiceCount.through == through)):
            counted[cell_of(row)] += row.records
    except (TypeError, ValueError):
        return Counter[Cell]()
    return counted
