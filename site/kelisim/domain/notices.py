"""What the Operator is told by mail, and when: each thing once, each clock once at either stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kelisim.domain.deadlines import Calendar
from kelisim.domain.due import DueItem


class Stage(StrEnum):
    """How far a clock has run."""

    NEAR = "near"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Running:
    """A clock that is to be told. ``reference``: of the submission it is about, None where there is none, or several."""

    item: DueItem
    stage: Stage
    reference: str | None = None

    @property
    def key(self) -> str:
        """What it is remembered by: the same clock at its other stage is another."""
        return f"{self.item.noun}:{self.item.key}:{self.stage}"


@dataclass(frozen=True)
class Listed:
    """References, the oldest first, not necessarily all; and how many there are."""

    references: tuple[str, ...]
    count: int


def stage_of(due: date, *, today: date, calendar: Calendar, near: int) -> Stage | None:
    """The stage of a clock, None while there are more than ``near`` working days left."""
    left = calendar.days_left(today, due)
    if left < 0:
        return Stage.OVERDUE
    return Stage.NEAR if left <= near else None


def running(items: Iterable[DueItem], *, today: date, calendar: Calendar, near: int) -> tuple[Running, ...]:
    """The clocks that are near their end or over, in their order."""
    staged = ((item, stage_of(item.due, today=today, calendar=calendar, near=near)) for item in items)
    return tuple(Running(item, stage) for item, stage in staged if stage is not None)


def may_have_been_told(one: Running) -> tuple[str, ...]:
    """The keys under which this clock may be remembered: an overdue one was near before."""
    return tuple(f"{one.item.noun}:{one.item.key}:{stage}" for stage in Stage)
