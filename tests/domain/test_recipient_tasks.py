"""What recipients have to be told: the day that parts due from overdue, and what overtakes what."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.deadlines import Calendar
from kelisim.domain.recipient_tasks import OVERTAKES, STOPS, TaskKind, last_overdue, told_on_is_possible

TODAY = date(2026, 12, 14)
some_days = st.integers(min_value=-30, max_value=30).map(lambda number: TODAY + timedelta(days=number))


@given(some_days, st.integers(min_value=1, max_value=15), st.frozensets(some_days, max_size=6))
def test_one_day_parts_what_is_overdue_from_what_is_due(today: date, term: int, off: frozenset[date]) -> None:
    calendar = Calendar(days_off=off)
    parted = last_overdue(today, term, calendar)
    for number in range(-10, 40):
        opened = today - timedelta(days=number)
        assert (calendar.due(opened, term) < today) is (opened <= parted)


def test_a_change_of_a_friday_is_overdue_on_tuesday() -> None:
    friday = date(2026, 12, 11)
    assert last_overdue(date(2026, 12, 14), 1, Calendar()) < friday
    assert last_overdue(date(2026, 12, 15), 1, Calendar()) >= friday


@given(some_days, some_days, some_days)
def test_nobody_was_told_before_there_was_anything_or_on_a_day_to_come(told: date, opened: date, today: date) -> None:
    assert told_on_is_possible(told, opened, today) is (opened <= told <= today)


def test_nothing_overtakes_itself_and_destruction_overtakes_all_else() -> None:
    assert all(kind not in others for kind, others in OVERTAKES.items())
    assert OVERTAKES[TaskKind.DESTROY] | {TaskKind.DESTROY} == set(TaskKind) == set(OVERTAKES)
    assert set(STOPS) == {TaskKind.CHANGE, TaskKind.BLOCK, TaskKind.WITHDRAW, TaskKind.DESTROY}
