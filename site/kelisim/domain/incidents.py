"""Incidents: what happened to personal data, and the clock of one working day to tell the authority.

An incident is a row that never changes and steps that are added to it; what it is now follows from its steps. Facts that
become known later (how many persons, which categories) come with a step of their own: the first count is not overwritten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.consents import Category
from kelisim.domain.deadlines import Calendar, local_day

MOST_PERSONS = 100_000_000


class IncidentKind(StrEnum):
    """What happened."""

    FOREIGN_ACCESS = "foreign_access"  # somebody came in who may not
    DISCLOSURE = "disclosure"  # data were sent or shown to the wrong person
    LOSS = "loss"  # data, or the means to read them, are gone
    CHANGE = "change"  # data were changed by somebody who may not
    THEFT = "theft"  # of a device or a carrier
    MALWARE = "malware"
    MISUSE = "misuse"  # by somebody who may come in
    RECIPIENT = "recipient"  # at a recipient


class Measure(StrEnum):
    """What was done about it."""

    ACCESS_CLOSED = "access_closed"
    PASSWORDS_CHANGED = "passwords_changed"  # the name of a measure
    KEYS_CHANGED = "keys_changed"
    FAULT_MENDED = "fault_mended"
    DATA_RESTORED = "data_restored"
    COPIES_DESTROYED = "copies_destroyed"
    RECIPIENT_ASKED = "recipient_asked"
    PERSONS_TOLD = "persons_told"
    POLICE_TOLD = "police_told"


class IncidentState(StrEnum):
    """What an incident is now."""

    OPEN = "open"
    NOTIFIED = "notified"
    CLOSED = "closed"


class IncidentStep(StrEnum):
    """What can be done with an incident."""

    REGISTER = "register"
    ADD = "add"  # measures, a note, facts that became known
    NOTIFY = "notify"  # the authority was told
    CLOSE = "close"


class Outcome(StrEnum):
    """How an incident ends. ``no_breach``: it turned out that no personal data were touched: nobody need be told."""

    MENDED = "mended"
    NO_BREACH = "no_breach"


class IncidentProblem(ValueError):
    """A step that is not possible. ``code`` names what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Facts:
    """What is known of it: the categories of data, and of how many persons."""

    categories: tuple[Category, ...]
    persons: int

    def __post_init__(self) -> None:
        """Raises IncidentProblem ``categories`` for none, ``persons`` for a number that cannot be."""
        if not self.categories:
            raise IncidentProblem("categories")
        if not 0 <= self.persons <= MOST_PERSONS:
            raise IncidentProblem("persons")


@dataclass(frozen=True)
class Step:
    """One step. ``told_on``: of NOTIFY, the day the authority was told; ``number``: the one it gave, empty for none."""

    step: IncidentStep
    at: datetime
    author: str
    measures: tuple[Measure, ...] = ()
    note: str = ""
    facts: Facts | None = None
    told_on: date | None = None
    number: str = ""
    outcome: Outcome | None = None


# What may follow what.
_NEXT: Mapping[IncidentState, frozenset[IncidentStep]] = MappingProxyType(
    {
        IncidentState.OPEN: frozenset({IncidentStep.ADD, IncidentStep.NOTIFY, IncidentStep.CLOSE}),
        IncidentState.NOTIFIED: frozenset({IncidentStep.ADD, IncidentStep.CLOSE}),
        IncidentState.CLOSED: frozenset(),
    }
)


def state_of(steps: Iterable[IncidentStep]) -> IncidentState:
    """What an incident is after its steps."""
    taken = set(steps)
    if IncidentStep.CLOSE in taken:
        return IncidentState.CLOSED
    return IncidentState.NOTIFIED if IncidentStep.NOTIFY in taken else IncidentState.OPEN


def due_of(found_at: datetime, calendar: Calendar, term: int) -> date:
    """The last day to tell the authority: ``term`` working days after the day it was found, in Almaty."""
    return calendar.due(local_day(found_at), term)


def check_register(found_at: datetime, now: datetime) -> None:
    """Raises IncidentProblem ``found`` for an incident that is found in the future."""
    if found_at > now:
        raise IncidentProblem("found")


def check_step(state: IncidentState, step: Step, *, found_on: date, today: date) -> None:
    """Raises IncidentProblem: ``state`` where the step may not follow; ``told_on`` for a day that cannot be;
    ``empty`` for an addition of nothing; ``outcome`` where it is closed as mended and the authority was not told.
    """
    if step.step not in _NEXT[state]:
        raise IncidentProblem("state")
    if step.step is IncidentStep.NOTIFY and (step.told_on is None or not found_on <= step.told_on <= today):
        raise IncidentProblem("told_on")
    if step.step is IncidentStep.ADD and not (step.measures or step.note or step.facts):
        raise IncidentProblem("empty")
    if step.step is IncidentStep.CLOSE:
        _check_outcome(state, step.outcome)


def _check_outcome(state: IncidentState, outcome: Outcome | None) -> None:
    if outcome is None or (state is IncidentState.OPEN and outcome is not Outcome.NO_BREACH):
        raise IncidentProblem("outcome")
