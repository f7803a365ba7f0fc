"""Reading the journal at the desk: a page, a file, a check. Each is itself an act and is journalled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import day_begins
from kelisim.domain.journal import SITE, Link
from kelisim.domain.submissions import is_reference
from kelisim.services import heads, journal
from kelisim.services.records import By
from kelisim.storage.db import writing
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.submissions import ReceiptRow

REGISTER, CHECKED = "journal", "checked"
_FOUND = ("broken", "unfit")
_AT_ONCE = 1000
_DAY = timedelta(days=1)


class UnknownReference(Exception):
    """No record has this reference."""


class Unreadable(Exception):
    """An entry holds a value that was not written here: the check names it."""


@dataclass(frozen=True)
class Sought:
    """What narrows the journal. ``since`` and ``until``: days in Almaty, both of them in it. Empty narrows nothing."""

    act: Act | None = None
    actor: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """An entry in its place. ``reference``: of the record it is about; None where it is about none that is here."""

    link: Link
    reference: str | None


@dataclass(frozen=True)
class Page:
    """Entries, the newest first. ``earlier``: there are more behind the last."""

    lines: tuple[Line, ...]
    earlier: bool


@dataclass(frozen=True)
class Checked:
    """A check of the whole chain and of the published heads.

    ``broken``: the first entry that does not hold; None where all ``entries`` do. ``unfit``: the day of the first
    published head that the journal does not fit.
    """

    at: datetime
    entries: int
    broken: int | None
    unfit: date | None = None

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return self.broken is None and self.unfit is None


def read(session: Session, sought: Sought, *, before: int | None, rows: int, by: By) -> Page:
    """One page of the journal. Raises UnknownReference and Unreadable; the reading is journalled all the same."""
    _note(session, by, {"what": "page"})
    query = _lines(session, sought).order_by(JournalRow.number.desc()).limit(rows + 1)
    if before is not None:
        query = query.where(JournalRow.number < before)
    try:
        found = [_line(row) for row in session.execute(query)]
    except (TypeError, ValueError) as problem:
        raise Unreadable from problem
    return Page(tuple(found[:rows]), earlier=len(found) > rows)


def recent(session: Session, *, rows: int, by: By) -> tuple[Line, ...]:
    """The last entries about records, the newest first; reading them is journalled. Raises Unreadable."""
    _note(session, by, {"what": "recent"})
    query = _lines(session, Sought()).where(JournalRow.subject != SITE).order_by(JournalRow.number.desc()).limit(rows)
    try:
        return tuple(_line(row) for row in session.execute(query))
    except (TypeError, ValueError) as problem:
        raise Unreadable from problem


def export(session: Session, sought: Sought, *, by: By) -> Iterator[Line]:
    """Every entry that fits, the oldest first, up to the one that this export itself leaves. Raises UnknownReference.

    Read in parts, each in a transaction of its own: whoever reads the file slowly keeps nobody waiting.
    """
    query = _lines(session, sought).order_by(JournalRow.number).limit(_AT_ONCE)
    _note(session, by, {"what": "file"})
    return _in_parts(session, query, journal.count(session))


def check(session: Session, *, seed: bytes, by: By) -> Checked:
    """Check the whole chain and the heads (``seed``: of their signature), and note in it that and what was found."""
    broken = journal.verify(session, key=by.key)
    unfit = heads.first_unfit(session, seed=seed)
    made = Checked(by.now, journal.count(session), broken, unfit.day if unfit is not None else None)
    found = {name: str(value) for name in _FOUND if (value := getattr(made, name)) is not None}
    _note(session, by, {"what": CHECKED, "entries": str(made.entries), **found}, Act.STORAGE)
    return made


def count(session: Session) -> int:
    """How many entries there are."""
    return journal.count(session)


def note_asked(session: Session, *, by: By) -> None:
    """Note that somebody asked for a check that the worker makes."""
    _note(session, by, {"what": "check_asked"})


def last_check(session: Session) -> Checked | None:
    """The last check that was noted, or None."""
    return _noted_check(session)


def last_good_check(session: Session) -> Checked | None:
    """The last check that was noted and found nothing, or None."""
    return _noted_check(session, *(JournalRow.details[name].as_string().is_(None) for name in _FOUND))


def _noted_check(session: Session, *conditions: ColumnElement[bool]) -> Checked | None:
    row = session.execute(
        select(JournalRow.at, JournalRow.details)
        .where(JournalRow.subject == SITE, JournalRow.act == Act.STORAGE, *conditions)
        .where(JournalRow.details["what"].as_string() == CHECKED)
        .order_by(JournalRow.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    details = row.details
    return Checked(
        at=row.at,
        entries=int(details["entries"]),
        broken=int(details["broken"]) if "broken" in details else None,
        unfit=date.fromisoformat(details["unfit"]) if "unfit" in details else None,
    )


def _note(session: Session, by: By, details: dict[str, str], act: Act = Act.ACCESS) -> None:
    with writing(session):
        deed = journal.Deed(act, SITE, by.actor, {"register": REGISTER, **details})
        journal.append(session, [deed], key=by.key, now=by.now)


def _in_parts(session: Session, query: Select[JournalRow, str | None], last: int) -> Iterator[Line]:
    reached = 0
    while True:
        part = query.where(JournalRow.number > reached, JournalRow.number <= last)
        found = [_line(row) for row in session.execute(part)]
        session.rollback()
        yield from found
        if len(found) < _AT_ONCE:
            return
        reached = found[-1].link.entry.number


def _lines(session: Session, sought: Sought) -> Select[JournalRow, str | None]:
    query = select(JournalRow, ReceiptRow.reference)
    query = query.outerjoin(ReceiptRow, ReceiptRow.submission_id == JournalRow.subject)
    return query.where(*_conditions(session, sought))


def _conditions(session: Session, sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.act is not None:
        yield JournalRow.act == sought.act.value
    if sought.actor:
        yield JournalRow.actor == sought.actor
    if sought.reference:
        query = select(ReceiptRow.submission_id).where(ReceiptRow.reference == sought.reference)
        subject = session.scalar(query) if is_reference(sought.reference) else None
        if subject is None:
            raise UnknownReference
        yield JournalRow.subject == subject
    if sought.since is not None:
        yield JournalRow.at >= day_begins(sought.since)
    if sought.until is not None:
        yield JournalRow.at < day_begins(sought.until + _DAY)


def _line(row: Row[JournalRow, str | None]) -> Line:
    if not isinstance(row[0].details, dict):
        raise ValueError("details are a mapping of codes")  # noqa: TRY004  # said of a value of the database, not of a type of ours
    return Line(journal.as_link(row[0]), row[1])
