"""What the templates know of choices: the banner, and the preferences on the cookies page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

YesNo = Literal["yes", "no"]
Said = Literal["accepted", "rejected", "chosen", "blocked"]


@dataclass(frozen=True)
class BannerPage:
    """The cookie banner. ``said`` None: the question; else the confirmation of an answer just given.

    ``changes``: why a person who has answered before is asked again.
    """

    token: str
    next: str
    said: Said | None
    changes: tuple[str, ...]


@dataclass(frozen=True)
class PurposeRow:
    """One optional purpose. ``answer`` None: not asked yet. ``sees``: what it would show of this very visit."""

    code: str
    title: str
    does: str
    loses: str
    seen_by: str
    kept: str
    sees: str | None
    changes: tuple[str, ...]
    answer: YesNo | None
    problem: str | None


@dataclass(frozen=True)
class CookieRow:
    """One line of the table, made from what the code sets by. ``here``: it is in this browser now."""

    name: str
    purpose: str
    set_by: str
    lifetime: str
    here: bool


@dataclass(frozen=True)
class SignalPage:
    """A browser that asks us not to. ``yes_on``: when its person said yes in spite of it. ``on_hold``: and before it."""

    yes_on: datetime | None
    on_hold: bool


@dataclass(frozen=True)
class ChoiceRecordRow:
    """One record of this browser: when, how, and each purpose with its answer."""

    at: datetime
    how: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OwnRecordsPage:
    """What this browser's number leads to. ``rows`` None: the database is away."""

    receipt_id: str
    rows: tuple[ChoiceRecordRow, ...] | None
    kept_days: int


@dataclass(frozen=True)
class PreferencesPage:
    """The preferences below the text of /cookies."""

    token: str
    purposes: tuple[PurposeRow, ...]
    cookies: tuple[CookieRow, ...]
    saved: Said | None
    forgotten: bool
    signal: SignalPage | None
    answered_on: datetime | None
    asked_again_on: datetime | None
    remembers_appearance: bool
    records: OwnRecordsPage | None
