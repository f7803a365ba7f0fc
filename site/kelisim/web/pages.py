"""Page values: what a template is given, and nothing else. Plain, frozen, already in the reader's words.

Times come as datetimes in UTC (templates show them with the ``when`` filter in Asia/Almaty); lists are tuples.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from kelisim.web.choice_pages import BannerPage

if TYPE_CHECKING:
    from kelisim.web.recipient_pages import MyTransferRow, TransferRow


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
    requests: "Urgency | None"
    # True where the site may remember things in this browser, and where it would ask about cookies.
    convenience: bool
    asks: bool
    notices: "tuple[Notice, ...]"
    # The areas of the desk that the role of who is signed in opens, by their names.
    may: frozenset[str]


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
class ClosedPage:
    """The form while it is closed. ``typed``: label and value of what somebody sent meanwhile, empty for a visit."""

    typed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReceiptPage:
    """What was recorded when a form was sent: categories, never values. ``file_sha256``: of the signed receipt.

    ``stands``: the consent has not ended; ``standing`` and ``since`` say what it is and since when. ``paper``: where the
    signed sheet lies, empty where it came through the form.
    """

    reference: str
    received_at: datetime
    link: str
    my_url: str
    withdraw_url: str
    qr: "QrPage"
    file_url: str
    file_sha256: str
    evidence_url: str
    check_url: str
    repeated: bool
    consent_title: str
    consent_url: str
    revision: str
    sha256: str
    language: str
    method: str
    stands: bool
    standing: str
    since: datetime | date
    categories: tuple[str, ...]
    topic: str | None
    purposes: tuple[str, ...]
    person_stated: tuple[str, ...]
    operator_stated: tuple[str, ...]
    mailing: bool
    retention_term: str
    statements_version: int | None
    paper: str


@dataclass(frozen=True)
class VerdictPage:
    """What the site says of a receipt somebody showed. ``since`` None: the record is not kept any more."""

    issued: bool
    heading: str
    text: str
    reference: str
    standing: str | None
    since: datetime | date | None


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
class MyRequestRow:
    """One request of the person. ``due`` None: it has come to its end, and ``answer_url`` leads to the letter;
    ``ground``: why it was refused, ``objection``: what an objection is about, else empty.
    """

    kind: str
    received: date
    due: date | None
    state: str
    ground: str
    objection: str
    answer_url: str | None


@dataclass(frozen=True)
class MyActLink:
    """An act the person can do now."""

    code: str
    title: str
    url: str


@dataclass(frozen=True)
class MyPage:
    """A record for the person it is about. Of the Operator's people only the role is there.

    ``name``, ``second_name`` and ``phone`` None: nothing is left of them, or ``damaged`` says why not; ``kept_on_ground_until``: the last day of a
    decision to keep the data without consent; ``kept_until`` None: no term runs any more; ``said``: what was just done.
    """

    said: str | None
    reference: str
    received_at: datetime
    receipt_url: str
    evidence_url: str
    state: str
    state_means: str
    kept_until: date | None
    destruction_url: str | None
    kept_on_ground: str
    kept_on_ground_until: date | None
    name: str | None
    second_name: str | None
    phone: str | None
    topic: str | None
    mailing: bool
    consent: str
    consent_ended_at: datetime | None
    consent_given_at: datetime | date
    consent_title: str
    consent_url: str
    timeline: tuple[TimelineRow, ...]
    requests: tuple[MyRequestRow, ...]
    transfers: "tuple[MyTransferRow, ...]"
    acts: tuple[MyActLink, ...]
    statements: tuple[str, ...]
    statements_version: int | None
    method: str
    paper: str
    damaged: str


@dataclass(frozen=True)
class MyActPage:
    """An act before it is done: what follows from it."""

    title: str
    consequences: tuple[str, ...]
    button: str
    url: str
    back_url: str


@dataclass(frozen=True)
class MyRefusalPage:
    """Why an act cannot be done now."""

    wanted: str
    reason: str
    back_url: str


@dataclass(frozen=True)
class RightRow:
    """One right: ``term`` and ``grounds`` in words; ``article`` empty where the Law is not sure to have one; ``about``:
    what can be objected to, of that right alone.
    """

    code: str
    title: str
    gives: str
    happens: str
    term: str
    grounds: tuple[str, ...]
    article: str
    about: tuple[str, ...]


@dataclass(frozen=True)
class RightsPage:
    """Every right, and the two terms that are no right's."""

    law_url: str
    rows: tuple[RightRow, ...]
    transfer_term: str
    breach_term: str


@dataclass(frozen=True)
class Urgency:
    """What waits at the desk, beside the name of the queue."""

    due: int
    overdue: int


@dataclass(frozen=True)
class TabLink:
    """One tab of the queue."""

    words: str
    count: int
    url: str
    current: bool


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
class DecisionPage:
    """A decision about a request or a record before it is made: what follows from it."""

    title: str
    consequences: tuple[str, ...]
    button: str
    url: str
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
