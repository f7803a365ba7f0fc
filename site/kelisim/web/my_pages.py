"""The page values of My data and of the rights: all that a person sees of what is held about them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kelisim.web.recipient_pages import MyTransferRow
from kelisim.web.desk_pages import TimelineRow


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
