"""What is due at the desk: each module says it in its own function, and this is the one list of them.

A new module with a clock offers ``due(session, asked) -> Due`` and gets its line here, its words in
``web/operator/due_words.py``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from kelisim.domain.deadlines import Trigger
from kelisim.domain.due import Due, DueItem, DueNoun, together
from kelisim.services import incidents, recipient_tasks, request_reading, retention

_TABS: tuple[Literal["overdue", "due"], ...] = ("overdue", "due")


@dataclass(frozen=True)
class Asked:
    """What is asked of each module. ``rows``: how many of its most urgent items are wanted."""

    today: date
    terms: Mapping[Trigger, int]
    recipient_days: int
    rows: int


def of_requests(session: Session, asked: Asked) -> Due:
    """Open requests of persons."""
    counts = request_reading.counts(session, today=asked.today)
    found: list[request_reading.Kept] = []
    for tab in _TABS:
        found += request_reading.queue(session, tab, today=asked.today, skip=0, rows=asked.rows - len(found))
    items = tuple(DueItem(DueNoun.REQUEST, one.request.kind, one.id.hex, one.request.due) for one in found)
    return Due(items, counts.due, counts.overdue)


def of_incidents(session: Session, asked: Asked) -> Due:
    """Incidents the authority is not told of yet."""
    found = incidents.untold(session, terms=asked.terms)
    late = sum(one.due < asked.today for one in found)
    items = tuple(DueItem(DueNoun.INCIDENT, one.kind, one.id.hex, one.due) for one in found[: asked.rows])
    return Due(items, len(found) - late, late)


def of_recipient_tasks(session: Session, asked: Asked) -> Due:
    """What recipients have to be told."""
    term, today = asked.recipient_days, asked.today
    counts = recipient_tasks.counts(session, today=today, term=term)
    found: list[recipient_tasks.Task] = []
    for tab in _TABS:
        found += recipient_tasks.queue(session, tab, today=today, term=term, skip=0, rows=asked.rows - len(found))
    items = tuple(DueItem(DueNoun.RECIPIENT_TASK, one.kind, str(one.number), one.due) for one in found)
    return Due(items, counts["due"], counts["overdue"])


def of_retention(session: Session, asked: Asked) -> Due:
    """Records whose term is over: one line for each day on which some of them go, unless somebody sees a reason."""
    days = retention.shown(session, rows=0).days
    items = tuple(DueItem(DueNoun.RETENTION, str(number), day.isoformat(), day) for day, number in days)
    late = sum(day < asked.today for day, _ in days)
    return Due(items[: asked.rows], len(days) - late, late)


SOURCES: tuple[Callable[[Session, Asked], Due], ...] = (
    of_requests,
    of_incidents,
    of_recipient_tasks,
    of_retention,
)


def everything(session: Session, asked: Asked) -> Due:
    """All of it, the most urgent first."""
    return together((source(session, asked) for source in SOURCES), asked.rows)
