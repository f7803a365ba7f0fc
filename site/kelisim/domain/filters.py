"""Which records are looked at: the filter of the desk's list, its bulk acts and its exports."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.purposes import Purpose
from kelisim.domain.search import Sought


class Due(StrEnum):
    """Records with an open request: any, or one whose day has passed."""

    OPEN = "open"
    OVERDUE = "overdue"


class Order(StrEnum):
    """The order of a list: that of time, either way."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Filter:
    """Each part narrows; None leaves open. ``since`` and ``until`` are days in Almaty, both within."""

    state: State | None = None
    consent: ConsentState | None = None
    topic: Purpose | None = None
    since: date | None = None
    until: date | None = None
    revision: str | None = None
    due: Due | None = None
    mailing: bool | None = None
    tag: int | None = None
    sought: Sought | None = None

    @property
    def narrows(self) -> bool:
        """True where any part is there."""
        return any(getattr(self, field.name) is not None for field in fields(self))
