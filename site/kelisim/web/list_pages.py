"""Page values of the desk's list: its rows, tabs, filters and chips."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ListRow:
    """One line of the list. Name and phone are masked; opening the record shows them and is journalled."""

    reference: str
    url: str
    name: str
    phone: str
    topic: str
    received_at: datetime
    state: str
    mailing: bool
    suspect: bool


@dataclass(frozen=True)
class StateTab:
    """One tab of the list. ``count`` None: not counted."""

    words: str
    count: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class Option:
    """One value of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Select:
    """A filter that is one of a list. ``options`` begin with "any", which is empty."""

    name: str
    words: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Chip:
    """One filter that narrows the list, and the way to take it off."""

    words: str
    without_url: str


@dataclass(frozen=True)
class FilterPage:
    """The filter of a list. ``kept``: what the GET form carries along besides its own fields."""

    url: str
    search_url: str
    text: str
    selects: tuple[Select, ...]
    since: str
    until: str
    kept: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    all_url: str


@dataclass(frozen=True)
class ListPage:
    """One page of the list. ``total``: never more than ``most`` and one, None where it is not counted; ``order_url``: the other order."""

    filter: FilterPage
    tabs: tuple[StateTab, ...]
    rows: tuple[ListRow, ...]
    total: int | None
    most: int
    newest_first: bool
    order_url: str
    first_url: str | None
    back_url: str | None
    on_url: str | None
    bulk_url: str
    bulk_acts: tuple[tuple[str, str], ...]
    nothing_ticked: bool
    nothing_typed: bool
    behind: bool
    export_url: str
