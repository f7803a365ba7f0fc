"""Page values of exports. Plain, frozen, already in the reader's words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ExportPage:
    """One export. ``progress``: how many of how many, while it is made; ``file_url`` None: it cannot be saved now."""

    url: str
    asked_at: datetime
    scope: tuple[str, ...]
    columns: tuple[str, ...]
    format: str
    purpose: str
    state: str
    unfinished: bool
    gone: bool
    cause: str
    looked_at: int
    total: int
    rows: int
    left_out: tuple[tuple[str, int], ...]
    ends_at: datetime
    saved: int
    file_url: str | None
    remove_url: str | None
    again_url: str


@dataclass(frozen=True)
class ExportsPage:
    """What is asked for, and what was. ``number`` None: more than ``most``."""

    scope: tuple[str, ...]
    number: int
    most: int
    list_url: str
    url: str
    exports: tuple[ExportPage, ...]
    hours: int
