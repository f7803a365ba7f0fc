"""Page values of the journal at the desk."""

from dataclasses import dataclass
from datetime import date, datetime

from kelisim.web.list_pages import Chip
from kelisim.web.pages import Notice


@dataclass(frozen=True)
class EntryRow:
    """An entry. ``about_url`` None: it is about no record that is here; ``codes``: its details as they are chained."""

    number: int
    at: datetime
    act: str
    who: str
    about: str
    about_url: str | None
    codes: str


@dataclass(frozen=True)
class HeadPage:
    """The newest published head. ``mail``: what became of its mail, in words."""

    day: date
    entries: int
    mail: str


@dataclass(frozen=True)
class ProofPage:
    """Whether the journal holds. ``broken``: what the last check found, None where it found nothing or was not made.

    ``asked``: the worker is about to check it, or does so now. ``head`` None: none is published yet. ``mails``: whether
    heads are mailed.
    """

    checked_at: datetime | None
    asked: bool
    good_at: datetime | None
    good_entries: int
    broken: Notice | None
    head: HeadPage | None
    heads_url: str
    mails: bool


@dataclass(frozen=True)
class JournalPage:
    """The journal as it is filtered. ``unreadable``: an entry of this page cannot even be read."""

    rows: tuple[EntryRow, ...]
    filtered: bool
    chips: tuple[Chip, ...]
    unreadable: bool
    proof: ProofPage
    csv_url: str
    newest_url: str | None
    older_url: str | None
