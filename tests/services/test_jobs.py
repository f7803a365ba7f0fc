"""The table of jobs: one runs a job at a time, whoever died keeps nothing."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from kelisim.services import jobs
from kelisim.storage.db import db
from tests.conftest import FixedClock

HOUR, TERM = timedelta(hours=1), timedelta(minutes=10)


@pytest.fixture
def entered(app_on_each: Flask, clock: FixedClock) -> Iterator[Flask]:
    """One job that is due."""
    with app_on_each.app_context():
        jobs.enter(db.session(), {"sweep": HOUR}, now=clock.at)
        yield app_on_each


def take(clock: FixedClock, holder: str, *, before_due: bool = False) -> bool:
    return jobs.take(db.session(), "sweep", holder=holder, now=clock.at, term=TERM, before_due=before_due)


def state() -> jobs.JobState:
    db.session.rollback()
    (found,) = jobs.states(db.session())
    return found


def test_of_many_at_once_one_takes_a_job(entered: Flask, clock: FixedClock) -> None:
    together, taken = threading.Barrier(8), []

    def race(holder: str) -> None:
        with entered.app_context():
            db.session.connection()
            together.wait()
            if take(clock, holder):
                taken.append(holder)

    threads = [threading.Thread(target=race, args=(f"host:{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert state().holder == taken[0]
    assert jobs.due(db.session(), {"sweep"}, now=clock.at) == ()


def test_the_term_of_one_that_died_ends_and_another_takes_the_job(entered: Flask, clock: FixedClock) -> None:
    assert take(clock, "dead")
    clock.at += TERM - timedelta(seconds=1)
    assert not take(clock, "next", before_due=True)
    clock.at += timedelta(seconds=1)
    assert jobs.due(db.session(), {"sweep"}, now=clock.at) == ("sweep",)
    assert take(clock, "next")
    # The dead one comes back: the job is no longer its own.
    assert not jobs.hold(db.session(), "sweep", holder="dead", until=clock.at + HOUR)
    jobs.finish(db.session(), "sweep", holder="dead", now=clock.at, every=HOUR, result="late")
    assert (state().holder, state().last_result) == ("next", None)


def test_who_runs_long_prolongs_the_term(entered: Flask, clock: FixedClock) -> None:
    assert take(clock, "slow")
    clock.at += TERM - timedelta(seconds=1)
    assert jobs.hold(db.session(), "sweep", holder="slow", until=clock.at + TERM)
    clock.at += TERM - timedelta(seconds=1)
    assert not take(clock, "next", before_due=True)


def test_a_job_that_went_well_is_due_after_its_interval_and_can_be_run_before(
    entered: Flask, clock: FixedClock
) -> None:
    began = clock.at
    assert take(clock, "one")
    clock.at += timedelta(minutes=5)
    jobs.finish(db.session(), "sweep", holder="one", now=clock.at, every=HOUR, result="3 rows")
    found = state()
    assert (found.holder, found.last_result, found.failures) == (None, "3 rows", 0)
    assert (found.last_started, found.last_finished, found.next_due) == (began, clock.at, began + HOUR)
    assert not take(clock, "two")
    assert take(clock, "two", before_due=True)


def test_failures_are_counted_until_one_run_goes_well(entered: Flask, clock: FixedClock) -> None:
    for failures, minutes in ((1, 1), (2, 2), (3, 4)):
        assert take(clock, "one")
        jobs.fail(db.session(), "sweep", holder="one", now=clock.at, every=HOUR, result="failed: KeyError" * 99)
        assert (state().failures, state().next_due) == (failures, clock.at + timedelta(minutes=minutes))
        clock.at = state().next_due
    assert take(clock, "one")
    jobs.finish(db.session(), "sweep", holder="one", now=clock.at, every=HOUR, result="done")
    assert (state().failures, state().last_result) == (0, "done")


def test_one_that_was_stopped_is_due_at_once(entered: Flask, clock: FixedClock) -> None:
    assert take(clock, "one")
    jobs.put_back(db.session(), "sweep", holder="one", now=clock.at)
    assert jobs.due(db.session(), {"sweep"}, now=clock.at) == ("sweep",)


def test_a_shorter_interval_counts_from_now_on_and_failures_keep_their_pause(entered: Flask, clock: FixedClock) -> None:
    assert take(clock, "one")
    jobs.finish(db.session(), "sweep", holder="one", now=clock.at, every=24 * HOUR, result="done")
    jobs.enter(db.session(), {"sweep": HOUR, "new": HOUR}, now=clock.at)
    due = {found.name: found.next_due for found in jobs.states(db.session())}
    assert due == {"sweep": clock.at + HOUR, "new": clock.at}
    clock.at += HOUR
    assert take(clock, "one")
    jobs.fail(db.session(), "sweep", holder="one", now=clock.at, every=HOUR, result="failed")
    before = state_of("sweep").next_due
    jobs.enter(db.session(), {"sweep": timedelta(seconds=1)}, now=clock.at)
    assert state_of("sweep").next_due == before


def state_of(name: str) -> jobs.JobState:
    db.session.rollback()
    return next(found for found in jobs.states(db.session()) if found.name == name)
