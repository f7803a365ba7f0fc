"""The page values of the desk that records and requests share."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kelisim.web.recipient_pages import TransferRow
from kelisim.web.pages import QrPage, TabLink


@dataclass(frozen=True)
class SetUpPage:
    """The set-up of an operator's way in: the second factor to add to an authenticator app."""

    name: str
    qr: QrPage
    secret: str
    password_length: int


@dataclass(frozen=True)
class TimelineRow:
    """One entry of a record's journal."""

    at: datetime
    act: str
    who: str
    detail: str


@dataclass(frozen=True)
class RecordPage:
    """One submission, opened. The data are None where the state of the record closes them to the Operator."""

    reference: str
    received_at: datetime
    state: str
    name: str | None
    second_name: str | None
    phone: str | None
    phone_link: str | None
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
    person_stated: tuple[str, ...]
    operator_stated: tuple[str, ...]
    timeline: tuple[TimelineRow, ...]
    requests: "tuple[RequestRowPage, ...]"
    keeping: "KeepingPage | None"
    keep_url: str | None
    transfers: "tuple[TransferRow, ...]"
    transfer_url: str | None
    damaged: bool
    consent_state: str
    consent_ended_at: datetime | None
    statements_version: int | None
    given: datetime | date
    paper: str
    ask_urls: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RequestRowPage:
    """One request in a list. ``left`` None: it has come to its end; ``overdue``: its day has passed."""

    url: str
    kind: str
    channel: str
    received: date
    due: date
    left: str | None
    overdue: bool
    reference: str
    state: str


@dataclass(frozen=True)
class RequestsPage:
    """One tab of the queue."""

    tabs: tuple[TabLink, ...]
    rows: tuple[RequestRowPage, ...]
    before_url: str | None
    after_url: str | None


@dataclass(frozen=True)
class StepRow:
    """One step that was taken with a request."""

    words: str
    at: datetime
    who: str
    detail: str


@dataclass(frozen=True)
class RequestPage:
    """One request. ``meet_words`` and ``can_*`` say what is permitted now; ``record_url`` None: not found yet."""

    row: RequestRowPage
    title: str
    gives: str
    happens: str
    identity: str | None
    language: str
    ground: str
    objection: str
    record_url: str | None
    record_state: str
    steps: tuple[StepRow, ...]
    can_take_up: bool
    can_identify: bool
    can_decide: bool
    meet_words: str
    url: str
    meet_url: str
    refuse_url: str
    letter_url: str
    back_url: str


@dataclass(frozen=True)
class LetterPage:
    """A letter in the person's language. ``facts`` are personal: only where the record may be opened."""

    language: str
    day: str
    to: str
    heading: str
    greeting: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    signed_by: str
    operator_name: str
    operator_bin: str
    operator_address: str
    back_url: str


@dataclass(frozen=True)
class MovedDayRow:
    """A day the Operator moved."""

    day: date
    works: bool


@dataclass(frozen=True)
class KeepingPage:
    """Why a record is kept without consent, in words, and the last day."""

    ground: str
    who: str
    decided: date
    until: date
    stands: bool
