"""What a recipient who holds a person's data has to be told, by when, and how it was done."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.acts import Reason
from kelisim.domain.deadlines import Calendar


class TaskKind(StrEnum):
    """What happened to the record that the recipient was handed."""

    CHANGE = "change"
    UNSUBSCRIBE = "unsubscribe"
    BLOCK = "block"
    UNBLOCK = "unblock"
    WITHDRAW = "withdraw"
    DESTROY = "destroy"


class How(StrEnum):
    """How the recipient was told. ``overtaken``: a later task says all that this one would have said."""

    EMAIL = "email"
    LETTER = "letter"
    PHONE = "phone"
    SYSTEM = "system"
    IN_PERSON = "in_person"
    OVERTAKEN = "overtaken"


class TaskProblem(ValueError):
    """A task cannot be closed so. ``code``: ``task`` (there is none), ``closed`` (already), ``told_on`` (the day)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# What need not be told any more once the later thing is to be told.
OVERTAKES: Mapping[TaskKind, frozenset[TaskKind]] = MappingProxyType(
    {
        TaskKind.CHANGE: frozenset(),
        TaskKind.UNSUBSCRIBE: frozenset(),
        TaskKind.BLOCK: frozenset({TaskKind.UNBLOCK}),
        TaskKind.UNBLOCK: frozenset(),
        TaskKind.WITHDRAW: frozenset({TaskKind.UNSUBSCRIBE, TaskKind.BLOCK, TaskKind.UNBLOCK}),
        TaskKind.DESTROY: frozenset(TaskKind) - {TaskKind.DESTROY},
    }
)
# What says nothing new to who was told, or is to be told, that the consent is over.
SAID_BY_WITHDRAWAL = OVERTAKES[TaskKind.WITHDRAW]
# Why a transfer that has not gone out never does: nothing may be handed over any more, or nothing of what it holds.
CHANGED = "changed"
STOPS: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.CHANGE: CHANGED,
        TaskKind.BLOCK: Reason.BLOCKED.value,
        TaskKind.WITHDRAW: Reason.CONSENT_OVER.value,
        TaskKind.DESTROY: Reason.DESTROYED.value,
    }
)
_DAY = timedelta(days=1)


def told_on_is_possible(told: date, opened: date, today: date) -> bool:
    """True for a day on which the recipient can have been told: none to come, none before there was anything to tell."""
    return opened <= told <= today


def last_overdue(today: date, term: int, calendar: Calendar) -> date:
    """The last day whose tasks are overdue today: what was opened later is still due.

    ``term``: working days. A later day is never due earlier, so that one day parts the two.
    """
    day = today
    while calendar.due(day, term) >= today:
        day -= _DAY
    return day
