"""Working days of Kazakhstan and the terms that are counted in them (clause 7 of the Consent).

Each date is a day in Almaty time. The day of receipt is not counted: the next working day is the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

_HOME = ZoneInfo("Asia/Almaty")
_DAY = timedelta(days=1)
_FIRST_DAY_OF_THE_WEEKEND = 5


class Trigger(StrEnum):
    """What starts a clock."""

    CORRECTION = "correction"
    COMPLETION = "completion"
    BLOCKING = "blocking"
    UNBLOCKING = "unblocking"
    UNLAWFUL = "unlawful"
    BREACH = "breach"
    INFORMATION = "information"
    OBJECTION = "objection"
    TRANSFER = "transfer"
    WITHDRAWAL = "withdrawal"


# Working days. The Operator's settings may name others; these are what the law says (promises, "Clocks").
STATUTORY_TERMS: Mapping[Trigger, int] = MappingProxyType(
    {
        Trigger.CORRECTION: 1,  # correct data (Art. 25(2))
        Trigger.COMPLETION: 1,  # complete data (Art. 25(2))
        Trigger.BLOCKING: 1,  # block on a report of unlawful processing (Art. 25(2))
        Trigger.UNBLOCKING: 1,  # unblock when the report is not confirmed (Art. 25(2))
        Trigger.UNLAWFUL: 1,  # destroy when it is (Art. 25(2))
        Trigger.BREACH: 1,  # tell the authority of a breach
        Trigger.INFORMATION: 3,  # answer a request for information, or refuse it with reasons (Art. 25(2))
        Trigger.OBJECTION: 3,  # decide an objection
        Trigger.TRANSFER: 10,  # tell the person of a transfer, where that was promised (Art. 19)
        Trigger.WITHDRAWAL: 15,  # stop processing after withdrawal, or refuse with reasons
    }
)


class CalendarError(ValueError):
    """The Operator's moved days contradict each other. The message names the day."""


@dataclass(frozen=True)
class Calendar:
    """Monday to Friday less public holidays, as the Operator has corrected it.

    ``days_off``: working days that were moved to rest; ``working_days``: days of rest or holidays that were moved to
    work. Raises CalendarError for a day that is in both.
    """

    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = self.days_off & self.working_days
        if both:
            raise CalendarError(f"{min(both)} is both a day off and a working day: keep one of the two.")

    def is_working(self, day: date) -> bool:
        """True for a working day. The Operator's word goes before the public calendar's."""
        if day in self.working_days or day in self.days_off:
            return day in self.working_days
        return day.weekday() < _FIRST_DAY_OF_THE_WEEKEND and day not in public_days_off(day.year)

    def due(self, received: date, term: int) -> date:
        """The last day of a term of ``term`` working days: always a working day.

        A term of 0 is "the same day": the day of receipt, or the first working day after it. Raises ValueError for a
        negative term.
        """
        if term < 0:
            raise ValueError(f"a term of {term} working days has already passed: 0 is the least")
        day = received if term else received - _DAY
        for _ in range(max(term, 1)):
            day = self._next_working(day)
        return day

    def days_left(self, today: date, due: date) -> int:
        """Working days after ``today`` up to and with ``due``: 0 on the last day, negative when overdue.

        Overdue by a weekend only is overdue all the same: -1 from the first day after ``due``.
        """
        if today <= due:
            return self._working_between(today, due)
        return -max(1, self._working_between(due, today))

    def _next_working(self, day: date) -> date:
        day += _DAY
        while not self.is_working(day):
            day += _DAY
        return day

    def _working_between(self, after: date, until: date) -> int:
        return sum(self.is_working(after + step * _DAY) for step in range(1, (until - after).days + 1))


@lru_cache(maxsize=64)
def public_days_off(year: int) -> frozenset[date]:
    """Public holidays of Kazakhstan and the days that make up for those on a weekend, in ``year``.

    Source: the package ``holidays``. It knows moved days only of years the Government has decided, and the date of
    Kurban Ait (Eid al-Adha) of years to come only as an estimate: the Operator's table corrects both.
    """
    import holidays  # noqa: PLC0415  # four megabytes that only a clock needs, and no form

    return frozenset(holidays.country_holidays("KZ", years=year, observed=True))


def local_day(moment: datetime) -> date:
    """The date of a moment in Almaty: UTC+5 since 1 March 2024, UTC+6 before.

    Raises ValueError for a moment without a time zone: it may be any day.
    """
    return at_home(moment).date()


def at_home(moment: datetime) -> datetime:
    """A moment as a clock in Almaty shows it. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no date in Almaty")
    return moment.astimezone(_HOME)


def day_begins(day: date) -> datetime:
    """The first moment of a day in Almaty, UTC."""
    return datetime.combine(day, time.min, _HOME).astimezone(UTC)


def local_moment(day: date, hour: time) -> datetime:
    """A day and an hour as a clock in Almaty shows them, as a moment."""
    return datetime.combine(day, hour, _HOME)
