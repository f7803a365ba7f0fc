"""A range of days, cut into the spans a chart can show: days, weeks or months."""

from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_RANGE = 1100  # days: three years
_DAYS_UP_TO, _WEEKS_UP_TO = 62, 400
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class RangeProblem(ValueError):
    """A range that cannot be shown: it ends before it begins, or is longer than LONGEST_RANGE days."""


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Each of them."""
        return tuple(self.first + n * _DAY for n in range((self.last - self.first).days + 1))


def checked(first: date, last: date) -> Span:
    """The range, where it can be shown. Raises RangeProblem."""
    if first > last or (last - first).days >= LONGEST_RANGE:
        raise RangeProblem
    return Span(first, last)


def cut(whole: Span) -> tuple[Span, ...]:
    """The spans of a range: each day, or weeks from its first day, or months of the calendar."""
    length = (whole.last - whole.first).days + 1
    found, begin = [], whole.first
    while begin <= whole.last:
        if length <= _DAYS_UP_TO:
            end = begin
        elif length <= _WEEKS_UP_TO:
            end = begin + _WEEK - _DAY
        else:
            end = (begin.replace(day=1) + timedelta(days=32)).replace(day=1) - _DAY
        end = min(end, whole.last)
        found.append(Span(begin, end))
        begin = end + _DAY
    return tuple(found)
