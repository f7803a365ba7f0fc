"""Page values of incidents."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class IncidentRow:
    """An incident in the list. ``left``: until the authority has to be told, in words; None once it need not be."""

    url: str
    kind: str
    found_at: datetime
    persons: int
    due: date
    left: str | None
    overdue: bool
    state: str


@dataclass(frozen=True)
class IncidentsPage:
    """The register. ``older_url`` None: nothing is behind this page."""

    rows: tuple[IncidentRow, ...]
    newest_url: str | None
    older_url: str | None


@dataclass(frozen=True)
class StepLine:
    """One step. ``lines``: what it says, in words."""

    words: str
    at: datetime
    who: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class IncidentPage:
    """One incident and what can be done now. ``notices``: the ready notice in each language."""

    row: IncidentRow
    categories: tuple[str, ...]
    measures: tuple[str, ...]
    steps: tuple[StepLine, ...]
    can_notify: bool
    can_add: bool
    url: str
    notices: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class AuthorityNotice:
    """The notice to the authority, in its own language."""

    language: str
    day: str
    to: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    signed_by: str
    back_url: str
