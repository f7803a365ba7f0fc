"""From numbers to the places of a chart: percent across, pixels down."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil

from kelisim.domain.choice_counts import Decision, Tally
from kelisim.domain.small_counts import Told, parts
from kelisim.web.statistics_pages import Bar, BarChart, Level, Line, Piece, ShareChart
from kelisim.web.statistics_words import DECISIONS, OTHER, number_words

TOP, FLOOR = 16, 196  # of the chart over time
ROW = 44  # of a bar with its words
# So much of the width, in percent, is the bars'; their numbers stand in what is left, so that no word can lie on one.
TRACK = 75
_MOST_BARS = 10
_STEPS = (1, 2, 3, 5)
_WIDE = 10


def height_of(count: Told) -> float:
    """How high a count is drawn: in the middle of what it may be, or as its least where that is wide."""
    return (count.least + count.most) / 2 if count.most - count.least < _WIDE else count.least


def top_level(highest: float) -> int:
    """The number at the top line: the next round one, even, so that the middle line has a whole number."""
    level, power = 2, 1
    while level < highest:
        for step in _STEPS:
            level = max(2, step * power * 2)
            if level >= highest:
                return level
        power *= 10
    return level


def levels(top: int) -> tuple[Level, ...]:
    """The lines across: the top and the middle."""
    return tuple(Level(short(down(number, top)), str(number)) for number in (top, top // 2))


def down(number: float, top: int) -> float:
    """Where a number stands, in pixels from above."""
    return FLOOR - (FLOOR - TOP) * number / top


def lines(dots: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
    """The line through the dots."""
    return tuple(Line(*left, *right) for left, right in pairwise(dots))


def bar_chart(code: str, title: str, says: str, counts: Mapping[str, int], words: Mapping[str, str]) -> BarChart:
    """A breakdown of a total that is told: the largest first, what is beyond ten together as others."""
    ordered = sorted(counts, key=lambda value: (-counts[value], words.get(value, value)))
    kept = {value: counts[value] for value in ordered[:_MOST_BARS]}
    rest = sum(counts[value] for value in ordered[_MOST_BARS:])
    said = parts({**kept, OTHER: rest} if rest else kept)
    if said is None:
        return BarChart(code, title, says, 0, (), too_few=True, track=TRACK)
    longest = max((height_of(count) for count in said.values()), default=1) or 1
    bars = tuple(
        Bar(
            words=words[value],
            number=number_words(count),
            width=short(max(1.0, TRACK * height_of(count) / longest) if count.most else 0),
            few=count.is_small,
            y=place * ROW,
        )
        for place, (value, count) in enumerate(said.items())
    )
    return BarChart(code, title, says, len(bars) * ROW, bars, too_few=False, track=TRACK)


def share_chart(code: str, title: str, says: str, tally: Tally) -> ShareChart:
    """The answers about one purpose as pieces of one bar."""
    said = parts({Decision.YES: tally.yes, Decision.NO: tally.no, Decision.NOT_ASKED: tally.not_asked})
    whole = tally.yes + tally.no + tally.not_asked
    if said is None or not whole:
        return ShareChart(code, title, says, ())
    pieces, x = [], 0.0
    total = sum(height_of(count) for count in said.values())
    for decision, count in said.items():
        width = 100 * height_of(count) / total
        share = "" if count.exact is None else f"{round(100 * count.exact / whole)} %"
        pieces.append(
            Piece(
                code=decision.value.replace("_", "-"),
                words=str(DECISIONS[decision]),
                number=number_words(count),
                share=share,
                x=short(x),
                width=short(width),
            )
        )
        x += width
    return ShareChart(code, title, says, tuple(pieces))


def every_nth(count: int, most: int = 6) -> int:
    """Each how many-th column has room for its label."""
    return max(1, ceil(count / most))


def short(number: float) -> str:
    """A place in a chart, to a hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
