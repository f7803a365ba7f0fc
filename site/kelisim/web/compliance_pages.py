"""Page values of the compliance pack."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PeoplePage:
    """How many people, against the limit of the class, in words. ``more``: not counted beyond this number."""

    at_most: int
    uncounted: int
    limit: int | None
    size: str
    more: int | None = None


@dataclass(frozen=True)
class AccessRow:
    """A person with access. ``role``: in words."""

    name: str
    role: str
    since: datetime
    ready: bool


@dataclass(frozen=True)
class CompliancePage:
    """What the pack holds. ``records``: how many are in each state, in words."""

    contents: tuple[tuple[str, str], ...]
    people: PeoplePage
    records: tuple[tuple[str, int], ...]
    access: tuple[AccessRow, ...]
