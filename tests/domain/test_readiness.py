from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kelisim.domain.readiness import Check, Least, Seen, failed

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LEAST = Least(revision="0018", worker=30 * MINUTE, disk=200, certificate=DAY)
FIT = Seen(
    at=NOW,
    revisions=("0018",),
    unreadable_keys=(),
    last_run=NOW - MINUTE,
    newest_entry=NOW - HOUR,
    free_disk=200,
    certificate_ends=NOW + DAY,
)


def asked(began: datetime = NOW - DAY, **changes: object) -> tuple[Check, ...]:
    return failed(replace(FIT, **changes), LEAST, began=began)  # type: ignore[arg-type]


def test_what_is_just_enough_is_enough() -> None:
    assert asked() == asked(revisions=("0019",)) == ()
    assert asked(last_run=NOW - 30 * MINUTE, newest_entry=NOW + MINUTE, certificate_ends=None) == ()


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"revisions": ("0017",)}, Check.MIGRATIONS),
        ({"revisions": ()}, Check.MIGRATIONS),
        ({"revisions": ("0018", "0019")}, Check.MIGRATIONS),
        ({"unreadable_keys": ("operator.key",)}, Check.KEYS),
        ({"last_run": NOW - 31 * MINUTE}, Check.WORKER),
        ({"last_run": None}, Check.WORKER),
        ({"free_disk": 199}, Check.DISK),
        ({"newest_entry": NOW + 2 * MINUTE}, Check.CLOCK),
        ({"certificate_ends": NOW + DAY - MINUTE}, Check.CERTIFICATE),
    ],
)
def test_each_check_fails_alone(changes: dict[str, object], check: Check) -> None:
    assert asked(**changes) == (check,)


def test_a_database_that_is_away_says_nothing_of_what_stands_in_it() -> None:
    assert asked(revisions=None, last_run=None, newest_entry=None) == (Check.DATABASE,)


def test_a_process_that_just_began_waits_for_its_worker() -> None:
    assert asked(began=NOW - 30 * MINUTE, last_run=None) == ()
    assert asked(began=NOW, last_run=NOW - DAY) == ()


def test_a_worker_that_is_not_asked_for_may_be_late() -> None:
    assert failed(replace(FIT, last_run=None), replace(LEAST, worker=None), began=NOW - DAY) == ()
