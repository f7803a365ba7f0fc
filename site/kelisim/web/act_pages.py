"""Page values of decisions about a record as a whole, and of the act that is written when its data go."""

from dataclasses import dataclass
from datetime import datetime

from kelisim.web.desk_pages import TimelineRow


@dataclass(frozen=True)
class DeskActLink:
    """A decision on the record's page. ``url`` None: the state does not permit it, ``reason`` says why."""

    title: str
    url: str | None
    reason: str


@dataclass(frozen=True)
class RecordActsPage:
    """The decisions about a record. ``act_title`` and ``act_url`` None while its data are there."""

    links: tuple[DeskActLink, ...]
    act_title: str | None
    act_url: str | None


@dataclass(frozen=True)
class ConfirmPage:
    """An irreversible decision, asked for the second time. ``code``: what was chosen, ``chosen`` in words."""

    title: str
    chosen: str
    code: str
    consequences: tuple[str, ...]
    button: str
    url: str
    back_url: str


@dataclass(frozen=True)
class DestructionPage:
    """An act of destruction or depersonalization. ``operator``: name, BIN, address; ``file_url``: the signed act."""

    title: str
    text: str
    number: int
    at: datetime
    who: str
    ground: str
    categories: tuple[str, ...]
    reference: str
    operator: tuple[str, ...]
    journal: tuple[TimelineRow, ...]
    sha256: str
    key: str
    file_url: str
    back_url: str
