"""Page values of the desk's statistics: charts as percentages of their own width, so that they fit any screen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """One number to see first."""

    title: str
    number: str
    says: str


@dataclass(frozen=True)
class Column:
    """One span of the chart over time. Places are in percent of the width and in pixels of the height."""

    words: str
    iso: str
    visits: str
    opened: str
    sent: str
    submissions: str
    x: str
    width: str
    y: str
    height: str
    middle: str
    dot: str
    few: bool
    label: str


@dataclass(frozen=True)
class Level:
    """A line across a chart, with its number."""

    y: str
    number: str


@dataclass(frozen=True)
class Line:
    """A piece of the line from one span's submissions to the next."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class TimeChart:
    """Visits as columns, submissions as a line."""

    says: str
    spans: str
    columns: tuple[Column, ...]
    levels: tuple[Level, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bar:
    """One value of a breakdown."""

    words: str
    number: str
    width: str
    few: bool
    y: int


@dataclass(frozen=True)
class BarChart:
    """A breakdown. ``bars`` is empty where there are none, or too few to tell them apart (``too_few``). ``track``: how wide the
    longest one is, in percent.
    """

    code: str
    title: str
    says: str
    height: int
    bars: tuple[Bar, ...]
    too_few: bool
    track: int


@dataclass(frozen=True)
class Piece:
    """One answer's part of a purpose. ``code``: yes, no or not-asked."""

    code: str
    words: str
    number: str
    share: str
    x: str
    width: str


@dataclass(frozen=True)
class ShareChart:
    """The answers about one purpose. ``pieces`` is empty where there are too few to tell them apart."""

    code: str
    title: str
    says: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class RangeLink:
    """A range at one click."""

    words: str
    url: str
    current: bool


@dataclass(frozen=True)
class StatisticsPage:
    """The whole page. ``is_empty``: nothing was counted in this range."""

    first: str
    last: str
    ranges: tuple[RangeLink, ...]
    csv_url: str
    is_empty: bool
    tiles: tuple[Tile, ...]
    time: TimeChart
    charts: tuple[BarChart, ...]
    shares: tuple[ShareChart, ...]
    methods: BarChart
