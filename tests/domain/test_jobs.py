"""When a job is due again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.jobs import due_after_failure, next_due

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INTERVALS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=40))


def test_the_length_of_a_run_does_not_move_the_next_one() -> None:
    hour = timedelta(hours=1)
    assert next_due(NOON, NOON + timedelta(minutes=7), hour) == NOON + hour
    assert next_due(NOON, NOON + 2 * hour, hour) == NOON + 2 * hour


def test_the_pauses_after_failures_grow_up_to_the_interval() -> None:
    pauses = [due_after_failure(NOON, timedelta(days=1), failures) - NOON for failures in (1, 2, 3, 11, 12, 99)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 1024, 1440, 1440)]


def test_a_job_of_every_few_seconds_is_not_tried_so_often_once_it_fails() -> None:
    pauses = [due_after_failure(NOON, timedelta(seconds=10), failures) - NOON for failures in (1, 2, 99)]
    assert pauses == [timedelta(seconds=10), timedelta(seconds=20), timedelta(hours=1)]


@given(INTERVALS, st.integers(1, 60))
def test_no_pause_is_shorter_than_the_one_before_or_longer_than_it_may_be(every: timedelta, failures: int) -> None:
    before, after = (due_after_failure(NOON, every, n) - NOON for n in (failures, failures + 1))
    assert timedelta(0) < before <= after <= max(every, timedelta(hours=1))
