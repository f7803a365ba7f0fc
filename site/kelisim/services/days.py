"""The days the Operator moved, and the calendar that the terms are counted by. Each move is journalled: it moves terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import Calendar, Trigger
from kelisim.domain.journal import SITE
from kelisim.domain.requests import OPEN
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.services import journal
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.requests import MovedDayRow, RequestRow

if TYPE_CHECKING:  # records has tasks for recipients, and these are counted in working days
    from kelisim.services.records import By

REGISTER = "days"
# The place in the database whose holder may change the calendar.
_CALENDAR = 0x4B454C44


class DayProblem(ValueError):
    """The day is already what it would be moved to."""


@dataclass(frozen=True)
class MovedDay:
    """A working day moved to rest (``works`` false), or a day of rest moved to work."""

    day: date
    works: bool


def calendar(session: Session) -> Calendar:
    """The working days as the Operator has corrected them."""
    days = moved(session)
    return Calendar(
        days_off=frozenset(found.day for found in days if not found.works),
        working_days=frozenset(found.day for found in days if found.works),
    )


def moved(session: Session) -> tuple[MovedDay, ...]:
    """Every moved day, the earliest first."""
    rows = session.scalars(select(MovedDayRow).order_by(MovedDayRow.day))
    return tuple(MovedDay(row.day, row.works) for row in rows)


def move(session: Session, day: date, *, works: bool, terms: Mapping[Trigger, int], by: "By") -> None:
    """Move a day; the open requests are counted anew. Raises DayProblem."""
    with writing(session):
        take_turn(session, _CALENDAR)
        if calendar(session).is_working(day) is works:
            raise DayProblem(f"{day} is {'a working day' if works else 'a day of rest'} already")
        session.execute(delete(MovedDayRow).where(MovedDayRow.day == day))
        # Moved back to what the public calendar says: there is nothing to correct.
        if Calendar().is_working(day) is not works:
            session.add(MovedDayRow(day=day, works=works))
        _count_anew(session, terms)
        _note(session, by, {"step": "to_work" if works else "to_rest", "day": day.isoformat()})


def put_back(session: Session, day: date, *, terms: Mapping[Trigger, int], by: "By") -> None:
    """Let the public calendar decide about a day again; the open requests are counted anew. It may do so already."""
    with writing(session):
        take_turn(session, _CALENDAR)
        row = session.get(MovedDayRow, day)
        if row is None:
            return
        session.delete(row)
        _count_anew(session, terms)
        _note(session, by, {"step": "put_back", "day": day.isoformat()})


def _count_anew(session: Session, terms: Mapping[Trigger, int]) -> None:
    session.flush()
    days = calendar(session)
    for row in session.scalars(select(RequestRow).where(RequestRow.state.in_(OPEN))):
        row.due = days.due(row.received, terms[RIGHTS[RequestKind(row.kind)].clock])


def _note(session: Session, by: "By", details: Mapping[str, str]) -> None:
    deed = journal.Deed(Act.STORAGE, SITE, by.actor, {"register": REGISTER, **details})
    journal.append(session, [deed], key=by.key, now=by.now)
