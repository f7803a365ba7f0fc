"""What the desk has to do by a day, of whatever noun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DueNoun(StrEnum):
    """What has a clock."""

    REQUEST = "request"
    INCIDENT = "incident"
    RECIPIENT_TASK = "recipient_task"
    RETENTION = "retention"


@dataclass(frozen=True)
class DueItem:
    """One thing to do. ``kind``: a code of its noun; ``key``: what its address is made of; ``due``: the last day."""

    noun: DueNoun
    kind: str
    key: str
    due: date


@dataclass(frozen=True)
class Due:
    """What one noun has to do: the most urgent first, not necessarily all; and how many there are of each."""

    items: tuple[DueItem, ...]
    waiting: int
    overdue: int


def together(dues: Iterable[Due], rows: int) -> Due:
    """Several as one: the ``rows`` most urgent first."""
    each = tuple(dues)
    items = sorted((item for due in each for item in due.items), key=lambda item: (item.due, item.noun, item.key))
    return Due(tuple(items[:rows]), sum(due.waiting for due in each), sum(due.overdue for due in each))
