"""Writing, reading and verifying the journal."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kelisim.domain.acts import Act
from kelisim.domain.journal import BEGINNING, Entry, Link, chained, first_broken
from kelisim.storage.db import add_rows, take_turn
from kelisim.storage.prepared import fetch
from kelisim.storage.tables.journal import JournalRow

# The place in the database whose holder may add to the chain.
_CHAIN = 0x4B454C49
_READ_AT_ONCE = 1000
_LAST = select(JournalRow.number, JournalRow.mac).order_by(JournalRow.number.desc()).limit(1)


@dataclass(frozen=True)
class Deed:
    """An act to be journalled: codes in ``details``, never personal values."""

    act: Act
    subject: UUID
    actor: str
    details: Mapping[str, str]


def append(session: Session, deeds: Sequence[Deed], *, key: bytes, now: datetime) -> None:
    """Add entries to the chain, inside the transaction of the acts they record."""
    take_turn(session, _CHAIN)
    last = fetch(session, _LAST)
    number, mac = last[0] if last else (0, BEGINNING)
    rows = []
    for deed in deeds:
        number += 1
        entry = Entry(number, now, deed.act, deed.subject, deed.actor, deed.details)
        mac = chained(key, mac, entry)
        rows.append(
            {
                "number": number,
                "at": now,
                "act": deed.act.value,
                "subject": deed.subject,
                "actor": deed.actor,
                "details": dict(deed.details),
                "mac": mac,
            }
        )
    add_rows(session, JournalRow, rows)


def of_subject(session: Session, subject: UUID) -> tuple[Entry, ...]:
    """Every entry about one record, oldest first."""
    rows = session.scalars(select(JournalRow).where(JournalRow.subject == subject).order_by(JournalRow.number))
    return tuple(as_link(row).entry for row in rows)


def extract(session: Session, subject: UUID) -> tuple[tuple[Link, bytes], ...]:
    """Every entry about one record, oldest first, each with its mac and the mac of the entry before it."""
    before = aliased(JournalRow)
    rows = session.execute(
        select(JournalRow, before.mac)
        .outerjoin(before, before.number == JournalRow.number - 1)
        .where(JournalRow.subject == subject)
        .order_by(JournalRow.number)
    )
    return tuple((as_link(row), BEGINNING if mac is None else mac) for row, mac in rows)


def verify(session: Session, *, key: bytes) -> int | None:
    """The number of the first entry that does not hold; None where the whole chain holds."""
    try:
        with closing(_links(session, _READ_AT_ONCE)) as links:
            return first_broken(key, links)
    except (TypeError, ValueError):
        # A value that cannot even be read was not written here: read one by one, to name the entry it stands in.
        return _first_broken_or_unreadable(session, key)


def is_of_key(session: Session, *, key: bytes) -> bool:
    """False where the journal was written with another key: neither its first entry nor its last holds under this one.

    One of the two alone would be a change behind the site's back, which ``verify`` names.
    """
    return any(_ends(session, key, number) for number in (1, count(session)))


@dataclass(frozen=True)
class Reached:
    """How far a check has come: the last entry that holds and its mac. ``broken``: the entry that does not."""

    number: int
    mac: bytes
    at_end: bool
    broken: int | None


START = Reached(0, BEGINNING, at_end=False, broken=None)


def verify_on(session: Session, reached: Reached, *, key: bytes, at_most: int) -> Reached:
    """Check the entries behind what was reached, at most so many of them."""
    query = select(JournalRow).where(JournalRow.number > reached.number).order_by(JournalRow.number).limit(at_most)
    try:
        links = [as_link(row) for row in session.scalars(query)]
        broken = first_broken(key, links, after=reached.number, previous=reached.mac)
    except (TypeError, ValueError):
        broken = verify(session, key=key)  # a value that cannot be read: found one by one, from the beginning
        links = []
    last = links[-1] if links else None
    return Reached(
        number=last.entry.number if last is not None else reached.number,
        mac=last.mac if last is not None else reached.mac,
        at_end=len(links) < at_most,
        broken=broken,
    )


def verify_tail(session: Session, *, key: bytes, at_most: int) -> Reached:
    """Check the last entries, at most so many of them, against the one before them, which is believed."""
    first = max(0, count(session) - at_most)
    mac = session.scalar(select(JournalRow.mac).where(JournalRow.number == first)) if first else None
    start = START if mac is None else Reached(first, mac, at_end=False, broken=None)
    return verify_on(session, start, key=key, at_most=at_most + 1)


def fits(session: Session, *, key: bytes) -> bool:
    """True where the last entry was chained with this key, or where there is none."""
    rows = session.scalars(select(JournalRow).order_by(JournalRow.number.desc()).limit(2)).all()
    if not rows:
        return True
    before = rows[1].mac if len(rows) > 1 else BEGINNING
    return first_broken(key, [as_link(rows[0])], after=rows[0].number - 1, previous=before) is None


def count(session: Session) -> int:
    """How many entries there are: the number of the last one."""
    return session.scalar(select(JournalRow.number).order_by(JournalRow.number.desc()).limit(1)) or 0


def as_link(row: JournalRow) -> Link:
    """The entry of a row, in its place. Raises TypeError or ValueError for a value that was not written here."""
    # An act that is none of the eleven was written behind the site's back: the value is kept, the chain will not hold.
    act = Act(row.act) if row.act in set(Act) else row.act
    return Link(Entry(row.number, row.at, act, row.subject, row.actor, row.details), row.mac)  # type: ignore[arg-type]  # a foreign act is not an Act, and must still be checked


def _ends(session: Session, key: bytes, number: int) -> bool:
    """True where an entry holds as the one that follows what stands before it, and where there is none."""
    row, before = (session.get(JournalRow, wanted) for wanted in (number, number - 1))
    if row is None:
        return number <= 1
    try:
        links = [as_link(row)]
    except (TypeError, ValueError):
        return False
    previous = before.mac if before is not None else BEGINNING
    return first_broken(key, links, after=number - 1, previous=previous) is None


def _first_broken_or_unreadable(session: Session, key: bytes) -> int | None:
    last = 0

    def noted(links: Iterable[Link]) -> Iterator[Link]:
        nonlocal last
        for link in links:
            last = link.entry.number
            yield link

    with closing(_links(session, 1)) as links:
        try:
            return first_broken(key, noted(links))
        except (TypeError, ValueError):
            return last + 1


def _links(session: Session, at_once: int) -> Generator[Link]:
    rows = session.scalars(select(JournalRow).order_by(JournalRow.number).execution_options(yield_per=at_once))
    with closing(rows):
        for row in rows:
            yield as_link(row)
