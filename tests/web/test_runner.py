"""The runner of the jobs: faults end nothing, a job that hangs is given up, a stop puts back what has not ended."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kelisim.jobs import JOBS, Job
from kelisim.runner import JobProblem, Runner
from kelisim.services import jobs
from kelisim.services.jobs import JobState
from kelisim.settings import Settings
from kelisim.storage.db import db, writing
from kelisim.web.house import House
from tests.conftest import FixedClock, dispose, migrated
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.web.conftest import Log

SECRET = "+77015553137"


class Work:
    """A job's work that counts its calls, and does what the test says."""

    def __init__(self, then: Callable[[], str] = lambda: "") -> None:
        self.calls, self._then = 0, then

    def __call__(self, house: House) -> str:
        self.calls += 1
        with writing(db.session()):
            db.session.execute(text("SELECT 1"))
        assert house.settings.site_name == "Kelisim"
        return self._then()


def job(work: Work, name: str = "sweep") -> Job:
    return Job(name, lambda _settings: timedelta(hours=1), work)


def state(app: Flask, name: str = "sweep") -> JobState:
    with app.app_context():
        return next(found for found in jobs.states(db.session()) if found.name == name)


def run_through(runner: Runner) -> None:
    """One turn, and the end of all it began."""
    runner.turn()
    runner.wait(PATIENCE_SECONDS)


def broken() -> str:
    raise ValueError(SECRET)


def test_a_job_runs_when_it_is_due(app: Flask, clock: FixedClock) -> None:
    work = Work(lambda: "3 rows")
    runner = Runner(app, [job(work)])
    run_through(runner)
    run_through(runner)
    assert (work.calls, state(app).last_result) == (1, "3 rows")
    clock.at += timedelta(hours=1)
    run_through(runner)
    assert work.calls == 2


def test_a_fault_is_logged_without_a_value_and_tried_again_later(app: Flask, clock: FixedClock, log: Log) -> None:
    bad, good = Work(broken), Work()
    runner = Runner(app, [job(bad), job(good, "other")])
    run_through(runner)
    found = state(app)
    assert (good.calls, found.last_result, found.failures) == (1, "failed: ValueError", 1)
    assert found.next_due == clock.at + timedelta(minutes=1)
    logged = log.text
    assert log.events("fault")[0]["types"] == ["ValueError"]
    assert "broken" in logged
    assert SECRET not in logged
    clock.at = found.next_due
    run_through(runner)
    assert (bad.calls, state(app).failures) == (2, 2)


def test_two_processes_run_a_job_once(app: Flask) -> None:
    inside, go_on = threading.Event(), threading.Event()
    work = Work(lambda: str(inside.set() or go_on.wait(PATIENCE_SECONDS)))
    first, second = Runner(app, [job(work)]), Runner(app, [job(work)])
    first.turn()
    assert inside.wait(PATIENCE_SECONDS)
    second.turn()
    with pytest.raises(JobProblem, match="another process runs 'sweep'"):
        second.run_now("sweep")
    go_on.set()
    first.wait(PATIENCE_SECONDS)
    assert work.calls == 1


def test_a_stop_puts_back_what_has_not_ended(app: Flask) -> None:
    go_on = threading.Event()
    runner = Runner(app, [job(Work(lambda: str(go_on.wait(PATIENCE_SECONDS))))])
    runner.turn()
    runner.wait(0)
    found = state(app)
    assert (found.holder, found.last_result) == (None, "stopped")
    another = Work()
    run_through(Runner(app, [job(another)]))
    assert another.calls == 1
    go_on.set()
    runner.wait(PATIENCE_SECONDS)
    assert state(app).last_result == "done"


def test_a_job_that_hangs_ends_the_runner_and_another_job_does_not_wait(settings: Settings, clock: FixedClock) -> None:
    app = migrated(replace(settings, job_most_minutes=0), clock=clock)
    go_on, other = threading.Event(), Work()
    runner = Runner(app, [job(Work(lambda: str(go_on.wait(PATIENCE_SECONDS)))), job(other, "other")])
    runner.run()
    assert runner.is_stuck
    assert other.calls == 1
    assert (state(app).last_result, state(app).failures) == ("hangs", 1)
    go_on.set()
    runner.wait(PATIENCE_SECONDS)
    dispose(app)


def test_an_outcome_that_could_not_be_written_holds_the_job_no_longer_than_the_database_is_away(
    app: Flask, clock: FixedClock
) -> None:
    def away() -> str:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE jobs RENAME TO away"))
        return "lost"

    work = Work(away)
    runner = Runner(app, [job(work)])
    runner.turn()
    await_that(lambda: runner._running["sweep"].is_over)
    with pytest.raises(OperationalError):
        runner.turn()
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO jobs"))
    assert state(app).is_held(clock.at)
    work._then = lambda: "again"
    run_through(runner)
    assert (work.calls, state(app).last_result, state(app).is_held(clock.at)) == (2, "again", False)


def test_a_command_gives_its_job_back_once_the_database_answers(app: Flask, clock: FixedClock, log: Log) -> None:
    def away() -> str:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE jobs RENAME TO away"))
        return "lost"

    well: list[bool] = []
    thread = threading.Thread(target=lambda: well.append(Runner(app, [job(Work(away))]).run_now("sweep")))
    thread.start()
    await_that(lambda: len(log.events("fault")) > 1)  # of the outcome, and of the first try to give it back
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO jobs"))
    thread.join(PATIENCE_SECONDS)
    found = state(app)
    assert (well, found.holder, found.last_result) == ([False], None, "stopped")


def test_the_database_may_come_back(app: Flask) -> None:
    work, faulty = Work(), threading.Event()
    runner = Runner(app, [job(work)])
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE jobs RENAME TO away"))
    thread = threading.Thread(target=runner.run)
    thread.start()
    faulty.wait(0.2)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO jobs"))
    await_that(lambda: work.calls, pause=0.02)
    runner.end()
    thread.join(PATIENCE_SECONDS)
    assert work.calls == 1


def test_every_job_of_the_site_can_be_run_and_has_a_name_of_its_own(app: Flask) -> None:
    assert len({listed.name for listed in JOBS}) == len(JOBS)
    for listed in JOBS:
        assert 0 < len(listed.name) <= 32
        assert listed.every(Settings(instance=app.extensions["kelisim"].settings.instance)) > timedelta(0)
        assert Runner(app).run_now(listed.name), listed.name
    with app.app_context():
        assert {found.name for found in jobs.states(db.session())} == {listed.name for listed in JOBS}


def test_the_commands(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "tidy: every 1:00:00; never run\n" in runner.invoke(args=["jobs", "list"]).output
    done = runner.invoke(args=["jobs", "run", "tidy"])
    assert (done.exit_code, done.output) == (0, "The job tidy is done.\n")
    listed = runner.invoke(args=["jobs", "list"]).output
    assert "tidy: every 1:00:00; began 2026-11-22 10:00:00 UTC; done; due 2026-11-22 11:00:00 UTC\n" in listed
    unknown = runner.invoke(args=["jobs", "run", "nothing"])
    assert (unknown.exit_code, unknown.output.count("\n")) == (1, 1)
    assert "there is no job 'nothing'" in unknown.output
