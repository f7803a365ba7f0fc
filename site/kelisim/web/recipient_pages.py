"""Page values of the register of recipients and of the transfers. Plain, frozen, already in the reader's words."""

from dataclasses import dataclass
from datetime import date, datetime

from kelisim.web.desk_pages import TimelineRow
from kelisim.web.pages import TabLink


@dataclass(frozen=True)
class RecipientRow:
    """One line of the register. ``standing``: may it get data today, in words; ``good``: it may."""

    name: str
    url: str
    number: str
    country: str
    purposes: tuple[str, ...]
    standing: str
    good: bool


@dataclass(frozen=True)
class RecipientsPage:
    """The register; how many transfers did not arrive, and how much recipients have to be told."""

    rows: tuple[RecipientRow, ...]
    failed: int
    due: int
    overdue: int


@dataclass(frozen=True)
class UndertakingRow:
    """One version of an undertaking. ``counts``: it is the one that holds today."""

    signed: date
    expires: date
    scope: tuple[str, ...]
    counts: bool


@dataclass(frozen=True)
class RecipientPage:
    """One recipient. ``ended`` None: it may still get data."""

    row: RecipientRow
    contact: str
    age_key: str
    webhook: str
    ended: date | None
    undertakings: tuple[UndertakingRow, ...]
    transfers: int
    history: tuple[TimelineRow, ...]
    url: str
    undertaking_url: str
    webhook_url: str
    end_url: str


@dataclass(frozen=True)
class TransferRow:
    """One line of the register of transfers."""

    url: str
    reference: str
    record_url: str
    recipient: str
    recipient_url: str
    purpose: str
    way: str
    at: datetime
    state: str
    failed: bool


@dataclass(frozen=True)
class TransfersPage:
    """One page of the register of transfers, newest first."""

    tabs: tuple[TabLink, ...]
    rows: tuple[TransferRow, ...]
    older_url: str | None
    newest_url: str | None


@dataclass(frozen=True)
class TransferPage:
    """One transfer. ``outcome`` empty: nothing to say; ``until``: how long the file can be saved;
    ``next_try``: when the webhook is tried; ``can_*``: what is permitted now.
    """

    row: TransferRow
    who: str
    outcome: str
    until: datetime | None
    next_try: datetime | None
    file_url: str | None
    can_try: bool
    can_give_up: bool
    url: str


@dataclass(frozen=True)
class MyTransferRow:
    """One transfer, for the person: to whom, when, for what, and what came of it."""

    recipient: str
    at: datetime
    purpose: str
    state: str


@dataclass(frozen=True)
class TaskRow:
    """Something a recipient has to be told. ``left`` None: it is done, and ``told`` says how and when."""

    url: str
    kind: str
    recipient: str
    contact: str
    reference: str
    record_url: str
    opened: date
    due: date
    left: str | None
    overdue: bool
    told: str


@dataclass(frozen=True)
class TasksPage:
    """One tab of what recipients have to be told."""

    tabs: tuple[TabLink, ...]
    rows: tuple[TaskRow, ...]
    before_url: str | None
    after_url: str | None
