"""Page values: what a template is given, and nothing else. Plain, frozen, already in the reader's words.

Times come as datetimes in UTC (templates show them with the ``when`` filter in Asia/Almaty); lists are tuples.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kelisim.web.choice_pages import BannerPage


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
class DecisionPage:
    """A decision, of an operator or of the person, before it is made: what follows from it."""

    title: str
    consequences: tuple[str, ...]
    button: str
    url: str
    back_url: str
    # Where it is not, the page says why and leads back.
    permitted: bool = True
