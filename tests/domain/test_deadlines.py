"""Working days of Kazakhstan: the vectors, the moved days, the dates of Almaty."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.deadlines import STATUTORY_TERMS, Calendar, CalendarError, Trigger, local_day, public_days_off

CALENDAR = Calendar()
FRIDAY = date(2026, 12, 11)
DAYS = st.dates(date(2023, 1, 1), date(2035, 12, 31))
TERMS = st.integers(0, 20)
MOVED = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=4)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days_off = draw(MOVED)
    return Calendar(days_off, draw(MOVED) - days_off)


@pytest.mark.parametrize(
    ("received", "term", "due"),
    [
        (date(2026, 12, 11), 1, date(2026, 12, 14)),
        (date(2026, 12, 11), 3, date(2026, 12, 17)),
        (date(2026, 12, 11), 10, date(2026, 12, 28)),
        (date(2026, 12, 11), 15, date(2027, 1, 6)),
        (date(2026, 3, 20), 1, date(2026, 3, 26)),
        (date(2026, 3, 20), 3, date(2026, 3, 30)),
        (date(2026, 3, 20), 10, date(2026, 4, 8)),
        (date(2026, 3, 20), 15, date(2026, 4, 15)),
        (date(2026, 12, 30), 1, date(2026, 12, 31)),
        (date(2026, 12, 30), 3, date(2027, 1, 6)),
        (date(2026, 12, 30), 15, date(2027, 1, 25)),
    ],
)
def test_the_vectors_of_the_promises(received: date, term: int, due: date) -> None:
    assert CALENDAR.due(received, term) == due


def test_the_terms_are_those_of_the_promises() -> None:
    assert {trigger.value: term for trigger, term in STATUTORY_TERMS.items()} == {
        "correction": 1,
        "completion": 1,
        "blocking": 1,
        "unblocking": 1,
        "unlawful": 1,
        "breach": 1,
        "information": 3,
        "objection": 3,
        "transfer": 10,
        "withdrawal": 15,
    }
    assert set(STATUTORY_TERMS) == set(Trigger)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 7), False),  # Christmas
        (date(2026, 3, 24), False),  # makes up for Nauryz on a Saturday
        (date(2026, 3, 25), False),  # and for that on a Sunday
        (date(2026, 12, 16), False),  # Independence Day
        (date(2025, 1, 3), False),  # moved by the Government
        (date(2026, 10, 26), False),  # makes up for Republic Day on a Sunday
        (date(2024, 1, 8), True),  # Christmas on a Sunday is not made up for
        (date(2027, 1, 4), False),  # makes up for 2 January on a Saturday
        (date(2026, 12, 17), True),
        (date(2026, 12, 12), False),  # Saturday
    ],
)
def test_holidays_and_the_days_that_make_up_for_them(day: date, working: bool) -> None:
    assert CALENDAR.is_working(day) is working


def test_a_day_moved_to_rest_prolongs_a_term() -> None:
    assert Calendar(days_off=frozenset({date(2026, 12, 14)})).due(FRIDAY, 1) == date(2026, 12, 15)


def test_a_day_moved_to_work_shortens_a_term_even_a_holiday() -> None:
    saturday, independence_day = date(2026, 12, 12), date(2026, 12, 16)
    assert Calendar(working_days=frozenset({saturday})).due(FRIDAY, 1) == saturday
    assert Calendar(working_days=frozenset({independence_day})).due(FRIDAY, 3) == independence_day


def test_a_day_cannot_be_moved_both_ways() -> None:
    days = frozenset({date(2026, 12, 15), date(2026, 12, 14)})
    with pytest.raises(CalendarError, match="2026-12-14 is both"):
        Calendar(days, days)


@given(calendars(), DAYS, TERMS)
def test_a_term_never_ends_on_a_day_off_and_never_before_it_began(
    calendar: Calendar, received: date, term: int
) -> None:
    due = calendar.due(received, term)
    assert calendar.is_working(due)
    assert due > received or (due == received and term == 0)


@given(calendars(), DAYS, TERMS)
def test_a_longer_term_ends_later(calendar: Calendar, received: date, term: int) -> None:
    step = calendar.due(received, term + 1) > calendar.due(received, term)
    # A term of 0 that had to wait for a working day ends with the term of 1.
    assert step or (term == 0 and not calendar.is_working(received))


@given(calendars(), DAYS, TERMS, st.integers(0, 40))
def test_what_comes_later_is_due_no_earlier(calendar: Calendar, received: date, term: int, days: int) -> None:
    assert calendar.due(received + timedelta(days), term) >= calendar.due(received, term)


@given(calendars(), DAYS, st.integers(1, 10), st.integers(1, 10))
def test_terms_add_up(calendar: Calendar, received: date, first: int, second: int) -> None:
    assert calendar.due(calendar.due(received, first), second) == calendar.due(received, first + second)


@pytest.mark.parametrize(
    ("received", "due"),
    [(FRIDAY, FRIDAY), (date(2026, 12, 12), date(2026, 12, 14)), (date(2026, 12, 16), date(2026, 12, 17))],
)
def test_a_term_of_0_is_the_same_day_or_the_first_working_day_after(received: date, due: date) -> None:
    assert CALENDAR.due(received, 0) == due


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.due(FRIDAY, -1)


@given(calendars(), DAYS, st.integers(1, 20))
def test_on_the_day_of_receipt_the_whole_term_is_left(calendar: Calendar, received: date, term: int) -> None:
    assert calendar.days_left(received, calendar.due(received, term)) == term


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 12, 11), 3),
        (date(2026, 12, 13), 3),
        (date(2026, 12, 14), 2),
        (date(2026, 12, 16), 1),
        (date(2026, 12, 17), 0),
        (date(2026, 12, 18), -1),
        (date(2026, 12, 21), -2),
    ],
)
def test_days_left_are_working_days(today: date, left: int) -> None:
    assert CALENDAR.days_left(today, date(2026, 12, 17)) == left


def test_overdue_by_a_weekend_is_overdue() -> None:
    assert [CALENDAR.days_left(FRIDAY + timedelta(days), FRIDAY) for days in range(5)] == [0, -1, -1, -1, -2]


@given(calendars(), DAYS, DAYS, st.integers(1, 5))
def test_days_left_never_grow(calendar: Calendar, today: date, due: date, days: int) -> None:
    today = min(today, due + timedelta(60))
    due = min(due, today + timedelta(60))
    assert calendar.days_left(today + timedelta(days), due) <= calendar.days_left(today, due)
    assert (calendar.days_left(today, due) < 0) is (today > due)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2023, 7, 20, 17, 59, 59, tzinfo=UTC), date(2023, 7, 20)),  # UTC+6
        (datetime(2023, 7, 20, 18, 0, tzinfo=UTC), date(2023, 7, 21)),
        # The hour before midnight came twice when the clocks were set back on 1 March 2024.
        (datetime(2024, 2, 29, 18, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 19, 0, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2026, 12, 11, 18, 59, 59, tzinfo=UTC), date(2026, 12, 11)),  # UTC+5 since 1 March 2024
        (datetime(2026, 12, 11, 19, 0, tzinfo=UTC), date(2026, 12, 12)),
        (datetime(2026, 12, 31, 19, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_moment_has_the_date_of_almaty(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


def test_a_moment_without_a_time_zone_has_no_date() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        local_day(datetime(2026, 12, 11))  # noqa: DTZ001  # what must be refused is tried


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(0, 200_000))  # noqa: DTZ001  # the strategy adds the time zone
def test_a_later_moment_has_no_earlier_date(moment: datetime, seconds: int) -> None:
    assert local_day(moment) <= local_day(moment + timedelta(seconds=seconds))


@pytest.mark.parametrize("year", [2023, 2026, 2027, 2040])
def test_holidays_of_a_year_are_of_that_year(year: int) -> None:
    found = public_days_off(year)
    assert {day.year for day in found} == {year}
    assert 10 <= len(found) <= 25
