"""Page values of what the Operator has stated."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class VersionRow:
    """One version of what the Operator states. ``since`` None: nobody has consented under it yet."""

    number: int
    since: datetime | None
    sentences: tuple[str, ...]
    operator: str


@dataclass(frozen=True)
class ToldRow:
    """A recipient as visitors are told of it."""

    name: str
    country: str
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class ToldPage:
    """Who receives data on a ``day``. ``version``: of the statements that say the same; None: the database is away."""

    rows: tuple[ToldRow, ...]
    sentence: str
    cross_border: str
    day: date
    version: int | None
