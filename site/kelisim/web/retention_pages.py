"""Page values of what is about to be destroyed."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class RetentionRow:
    """A record that is about to go. ``goes``: the day it is destroyed."""

    reference: str
    url: str
    goes: date
    ground: str


@dataclass(frozen=True)
class RetentionPage:
    """``days``: how many go on each day; ``rows``: the soonest of ``total``; ``last`` and ``next``: runs of the job."""

    term: str
    warning: int
    total: int
    days: tuple[tuple[date, int], ...]
    rows: tuple[RetentionRow, ...]
    last: datetime | None
    next: datetime | None
    late: bool
