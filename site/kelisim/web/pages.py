"""Page values: what a template is given, and nothing else. Plain, frozen, already in the reader's words.

Times come as datetimes in UTC (templates show them with the ``when`` filter in Asia/Almaty); lists are tuples.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup

Answer = Literal["yes", "no"]


@dataclass(frozen=True)
class SitePage:
    """What every page shows of the site and its Operator."""

    name: str
    address: str
    trial: bool
    operator_name: str
    operator_bin: str
    operator_address: str
    operator_email: str


@dataclass(frozen=True)
class BannerPage:
    """The cookie banner. ``said`` None: the question; else the confirmation of an answer just given."""

    token: str
    next: str
    said: Literal["accepted", "rejected", "chosen", "blocked"] | None


@dataclass(frozen=True)
class LanguageLink:
    """This page in a language, which is named in itself."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class FramePage:
    """The frame around each page, in templates as ``frame``."""

    site: SitePage
    language: str
    languages: tuple[LanguageLink, ...]
    path: str
    appearance: Literal["auto", "light", "dark"]
    banner: BannerPage | None
    operator: str | None


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary: the id of the field, empty where there is none, and the words beside it."""

    field: str
    text: str


@dataclass(frozen=True)
class Notice:
    """Something that is not the person's fault, said above the form: was anything saved, and what to do now."""

    heading: str
    text: str


@dataclass(frozen=True)
class DocumentPage:
    """A revision of a document. ``sha256`` is of the plain text, 64 hex digits."""

    kind: Literal["consent", "policy", "cookies"]
    title: str
    revision: str
    in_force: date
    language: str
    sha256: str
    permanent_url: str
    plain_url: str
    body: Markup


@dataclass(frozen=True)
class ReceiptPage:
    """What was recorded when a form was sent: categories, never values."""

    reference: str
    received_at: datetime
    link: str
    repeated: bool
    consent_title: str
    consent_url: str
    revision: str
    sha256: str
    language: str
    method: str
    categories: tuple[str, ...]
    topic: str | None
    purposes: tuple[str, ...]
    statements: tuple[str, ...]
    mailing: bool
    retention_term: str


@dataclass(frozen=True)
class PurposeRow:
    """One optional purpose on the preferences page. ``answer`` None: not asked yet."""

    code: str
    title: str
    does: str
    seen_by: str
    kept: str
    answer: Answer | None
    problem: str | None


@dataclass(frozen=True)
class CookieRow:
    """One line of the cookie table, made from the same table the code sets cookies from."""

    name: str
    purpose: str
    set_by: str
    lifetime: str


@dataclass(frozen=True)
class PreferencesPage:
    """The preferences below the text of /cookies."""

    token: str
    purposes: tuple[PurposeRow, ...]
    cookies: tuple[CookieRow, ...]
    saved: Literal["accepted", "rejected", "chosen", "blocked"] | None
    answered_on: datetime | None
    asked_again_on: datetime | None
    remembers_appearance: bool


@dataclass(frozen=True)
class NextStep:
    """A link on an error page: where to go from here."""

    text: str
    url: str


@dataclass(frozen=True)
class ErrorPage:
    """An error in the site's look: what happened, whether anything was saved, what to do."""

    status: int
    heading: str
    text: str
    steps: tuple[NextStep, ...]


@dataclass(frozen=True)
class QrPage:
    """A QR code as one SVG path in a square of ``size`` modules, quiet zone included."""

    path: str
    size: int


@dataclass(frozen=True)
class SetUpPage:
    """The set-up of an operator's way in: the second factor to add to an authenticator app."""

    name: str
    qr: QrPage
    secret: str
    password_length: int


@dataclass(frozen=True)
class SubmissionRow:
    """One line of the list. Name and phone are masked; opening the record shows them and is journalled."""

    reference: str
    url: str
    name: str
    phone: str
    topic: str
    received_at: datetime
    state: str
    mailing: bool
    suspect: bool


@dataclass(frozen=True)
class SubmissionsPage:
    """One page of the list, newest first."""

    rows: tuple[SubmissionRow, ...]
    total: int
    older_url: str | None
    newest_url: str | None


@dataclass(frozen=True)
class TimelineRow:
    """One entry of a record's journal."""

    at: datetime
    act: str
    who: str
    detail: str


@dataclass(frozen=True)
class RecordPage:
    """One submission, opened."""

    reference: str
    received_at: datetime
    state: str
    name: str
    second_name: str
    phone: str
    phone_link: str
    topic: str
    mailing: bool
    suspicions: tuple[str, ...]
    consent_title: str
    consent_url: str
    revision: str
    sha256: str
    language: str
    method: str
    purposes: tuple[str, ...]
    statements: tuple[str, ...]
    timeline: tuple[TimelineRow, ...]
    back_url: str
