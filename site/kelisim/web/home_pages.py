"""Page values of the desk's home."""

from dataclasses import dataclass
from datetime import date, datetime

from kelisim.web.compliance_pages import PeoplePage
from kelisim.web.journal_pages import EntryRow, ProofPage
from kelisim.web.statistics_pages import TimeChart


@dataclass(frozen=True)
class DueRow:
    """One thing to do. ``left``: the term in words."""

    url: str
    what: str
    noun: str
    due: date
    left: str
    overdue: bool


@dataclass(frozen=True)
class WorkPage:
    """``mail``: what becomes of notices, in words; ``late``: jobs that are not done in time, by their names."""

    mail: str
    mail_works: bool
    late: tuple[str, ...]


@dataclass(frozen=True)
class HomePage:
    """The three answers, then what is new, the numbers and the last acts.

    ``rows``: what is overdue and due, the most urgent first. ``acts`` None: an entry among them cannot be read.
    ``last_here`` None: on the first visit. ``new`` and ``records``: never more than ``most`` and one.
    """

    overdue: int
    waiting: int
    rows: tuple[DueRow, ...]
    proof: ProofPage
    new: int
    last_here: datetime | None
    people: PeoplePage
    records: int
    most: int
    acts: tuple[EntryRow, ...] | None
    time: TimeChart
    work: WorkPage
