"""The page values of the desk's statistics. Every number of visits passes the rule for small counts here."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import url_for
from flask_babel import format_date, gettext

from kelisim.domain.choices import ChoicePurpose
from kelisim.domain.small_counts import Told, members, told
from kelisim.domain.spans import Span, cut
from kelisim.domain.visits import YES, Event, Kind
from kelisim.services.statistics import Statistics
from kelisim.services.visits import VisitCounts
from kelisim.web.choice_words import CHOICE_TITLES
from kelisim.web.operator.charts import (
    FLOOR,
    TRACK,
    bar_chart,
    down,
    every_nth,
    height_of,
    levels,
    lines,
    share_chart,
    short,
    top_level,
)
from kelisim.web.statistics_pages import BarChart, Column, RangeLink, ShareChart, StatisticsPage, Tile, TimeChart
from kelisim.web.statistics_words import KINDS, METHODS, OTHER, number_words, value_words

_RANGES = (7, 30, 90, 365)
_GAP = 0.22  # of a column's place is left empty


def statistics_page(found: Statistics, days: Span, today: date) -> StatisticsPage:
    """The page of a range."""
    spans = cut(days)
    visits = {span: sum(found.visits.days[day] for day in span.days) for span in spans}
    said, whole = members(visits)
    return StatisticsPage(
        first=days.first.isoformat(),
        last=days.last.isoformat(),
        ranges=tuple(_range_link(length, days, today) for length in _RANGES),
        csv_url=url_for("statistics.file", first=days.first.isoformat(), last=days.last.isoformat()),
        is_empty=not (any(visits.values()) or any(found.submissions.values()) or any(found.choices.methods.values())),
        tiles=_tiles(found, whole),
        time=_time_chart(found.visits, found.submissions, said, whole),
        charts=tuple(_breakdown(kind, found.visits.values[kind], whole) for kind in KINDS),
        shares=tuple(_share(purpose, found) for purpose in ChoicePurpose),
        methods=bar_chart(
            "methods",
            gettext("How the answers were given"),
            gettext("Answers about cookies, by how they were given."),
            {method.value: number for method, number in found.choices.methods.items()},
            {**{method.value: str(words) for method, words in METHODS.items()}, OTHER: ""},
        ),
    )


def default_days(today: date, length: int = 30) -> Span:
    """The last days, today among them."""
    return Span(today - timedelta(days=length - 1), today)


def _range_link(length: int, shown: Span, today: date) -> RangeLink:
    days = default_days(today, length)
    address = url_for("statistics.page", first=days.first.isoformat(), last=days.last.isoformat())
    return RangeLink(gettext("%(days)s days", days=length), address, days == shown)


def _tiles(found: Statistics, visits: Told) -> tuple[Tile, ...]:
    sent = told(_events(found.visits, Event.SENT))
    came_back = told(found.visits.values[Kind.CAME_BACK].get(YES, 0))
    return (
        Tile(gettext("Visits"), number_words(visits), gettext("of those who agreed to statistics")),
        Tile(gettext("Submissions"), str(sum(found.submissions.values())), gettext("of everybody")),
        Tile(
            gettext("Conversion"),
            _percent(sent, visits),
            gettext("forms sent per visit, of those who agreed"),
        ),
        Tile(gettext("Came back"), _percent(came_back, visits), gettext("of the visits, on another day")),
    )


def _percent(part: Told, whole: Told) -> str:
    """A share, where both numbers are told; of few it would say too much."""
    if part.exact is None or not whole.exact:
        return "—"
    return f"{round(100 * part.exact / whole.exact)} %"


def _events(found: VisitCounts, event: Event, days: tuple[date, ...] | None = None) -> int:
    wanted = found.events if days is None else {day: found.events[day] for day in days}
    return sum(numbers.get(event.value, 0) for numbers in wanted.values())


def time_chart(found: VisitCounts, sent: Mapping[date, int], days: Span) -> TimeChart:
    """The chart over time of a range, by itself. ``sent``: submissions of each day."""
    said, whole = members({span: sum(found.days[day] for day in span.days) for span in cut(days)})
    return _time_chart(found, sent, said, whole)


def _time_chart(found: VisitCounts, sent: Mapping[date, int], visits: Mapping[Span, Told], whole: Told) -> TimeChart:
    submissions = {span: sum(sent.get(day, 0) for day in span.days) for span in visits}
    top = top_level(max([height_of(count) for count in visits.values()] + list(submissions.values())))
    place, step = 100 / len(visits), every_nth(len(visits))
    columns = tuple(
        _column(found, span, count, submissions[span], at, place, top, labelled=at % step == 0)
        for at, (span, count) in enumerate(visits.items())
    )
    return TimeChart(
        says=gettext(
            "%(visits)s visits of those who agreed and %(submissions)s submissions of everybody.",
            visits=number_words(whole),
            submissions=sum(submissions.values()),
        ),
        spans=_kind_of_spans(tuple(visits)),
        columns=columns,
        levels=levels(top),
        lines=lines([(column.middle, column.dot) for column in columns]),
    )


def _column(
    found: VisitCounts, span: Span, visits: Told, submissions: int, at: int, place: float, top: int, *, labelled: bool
) -> Column:
    y = down(height_of(visits), top)
    return Column(
        words=_span_words(span),
        iso=span.first.isoformat(),
        visits=number_words(visits),
        opened=number_words(told(_events(found, Event.OPENED, span.days))),
        sent=number_words(told(_events(found, Event.SENT, span.days))),
        submissions=str(submissions),
        x=short(place * (at + _GAP / 2)),
        width=short(place * (1 - _GAP)),
        y=short(y),
        height=short(FLOOR - y),
        middle=short(place * (at + 0.5)),
        dot=short(down(submissions, top)),
        few=visits.is_small,
        label=format_date(span.first, "d.MM") if labelled else "",
    )


def _kind_of_spans(spans: tuple[Span, ...]) -> str:
    longest = max(len(span.days) for span in spans)
    return gettext("by day") if longest == 1 else gettext("by week") if longest <= 7 else gettext("by month")


def _span_words(span: Span) -> str:
    first = format_date(span.first, "d MMM y")
    return first if span.first == span.last else f"{first} – {format_date(span.last, 'd MMM y')}"


def _breakdown(kind: Kind, counts: Mapping[str, int], visits: Told) -> BarChart:
    title = str(KINDS[kind])
    # Where even the total is not told, its parts would tell it.
    if visits.exact is None:
        return BarChart(kind.value, title, "", 0, (), too_few=bool(counts), track=TRACK)
    words = {value: value_words(kind, value) for value in (*counts, OTHER)}
    return bar_chart(kind.value, title, gettext("%(title)s, the largest first.", title=title), counts, words)


def _share(purpose: ChoicePurpose, found: Statistics) -> ShareChart:
    title = str(CHOICE_TITLES[purpose])
    says = gettext("Answers about “%(purpose)s”: yes, no, not asked.", purpose=title)
    return share_chart(f"purpose-{purpose.value}", title, says, found.choices.purposes[purpose])
