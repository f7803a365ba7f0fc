"""Runs the jobs: each in a thread of its own, while this one prolongs the terms and begins what is due."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask

from kelisim.jobs import Job, jobs_here
from kelisim.services import jobs
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.house import House, house
from kelisim.web.log import say, say_fault

_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 1.0, 16.0
_AWAY_SECONDS = 120.0  # a command waits so long for a database, to give its job back


class JobProblem(Exception):
    """A job cannot be run now. The message is one line that says why."""


@dataclass
class _Run:
    job: Job
    thread: threading.Thread | None = None
    began: float = field(default_factory=time.monotonic)
    held: float = field(default_factory=time.monotonic)
    went_well: bool = False
    is_unwritten: bool = False  # what came of it could not be written: it still stands as running

    @property
    def is_over(self) -> bool:
        return self.thread is not None and not self.thread.is_alive()

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self.began) * 1000)


class Runner:
    """The jobs of one process. ``is_stuck`` is True once a job has run longer than any may: end the process then."""

    def __init__(self, app: Flask, listed: Sequence[Job] | None = None) -> None:
        self._app = app
        with app.app_context():
            self._house: House = house()
        self._term = timedelta(minutes=self._house.settings.job_term_minutes)
        self._jobs = {job.name: job for job in (jobs_here(self._house.settings) if listed is None else listed)}
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._running: dict[str, _Run] = {}
        self._woken = threading.Event()
        self._entered = self._ended = False
        self.is_stuck = False

    def run(self) -> None:
        """Run the jobs as they come due, until ``end`` is called or one hangs. What the database raises is logged."""
        faults = 0
        while not (self._ended or self.is_stuck):
            try:
                self.turn()
                faults = 0
            except Exception as problem:  # noqa: BLE001  # the database may be away: it is asked again, less and less often
                say_fault(problem)
                faults = min(faults + 1, 8)
            self._woken.wait(min(_LOOK_SECONDS * 2**faults, _LONGEST_LOOK_SECONDS))
            self._woken.clear()

    def end(self) -> None:
        """Begin nothing more. May be called from any thread."""
        self._ended = True
        self._woken.set()

    def turn(self) -> None:
        """Prolong what runs, begin what is due. Raises what the database raises."""
        with self._app.app_context():
            self._enter()
            self._drop_ended()
            for run in self._running.values():
                self._prolong(run)
            for name in jobs.due(db.session(), self._jobs.keys() - self._running.keys(), now=self._house.now):
                if self._take(name, before_due=False):
                    self._begin(name)

    def run_now(self, name: str) -> bool:
        """Run one job to its end, due or not. False where it failed. Raises JobProblem, and what the database raises where
        it is away before the job begins, or for long after its end.
        """
        if name not in self._jobs:
            raise JobProblem(f"there is no job {name!r}: `flask jobs list` names them all")
        with self._app.app_context():
            self._enter()
            if not self._take(name, before_due=True):
                raise JobProblem(f"another process runs {name!r} at this moment: `flask jobs list` says which")
        run = self._begin(name)
        while not (run.is_over or self.is_stuck):
            self._woken.wait(_LOOK_SECONDS)
            with suppress(*DATABASE_AWAY), self._app.app_context():  # it is asked again until the job is over
                self._prolong(run)
        self._drop_once_written()
        return run.went_well

    def wait(self, seconds: float) -> None:
        """Wait so long for the jobs that run; what has not ended then is put back, to be begun anew by whoever comes."""
        last = time.monotonic() + seconds
        for run in self._running.values():
            if run.thread is not None:
                run.thread.join(max(0.0, last - time.monotonic()))
        with self._app.app_context():
            self._drop_ended()
            for name in self._running:
                jobs.put_back(db.session(), name, holder=self._holder, now=self._house.now)

    def _enter(self) -> None:
        if not self._entered:
            intervals = {name: job.every(self._house.settings) for name, job in self._jobs.items()}
            jobs.enter(db.session(), intervals, now=self._house.now)
            self._entered = True

    def _take(self, name: str, *, before_due: bool) -> bool:
        now = self._house.now
        return jobs.take(db.session(), name, holder=self._holder, now=now, term=self._term, before_due=before_due)

    def _begin(self, name: str) -> _Run:
        run = self._running[name] = _Run(self._jobs[name])
        run.thread = threading.Thread(target=self._work, args=(run,), name=f"job-{name}", daemon=True)
        run.thread.start()
        return run

    def _prolong(self, run: _Run) -> None:
        now = time.monotonic()
        if run.is_over:
            return
        if now - run.began > self._house.settings.job_most_minutes * 60:
            self._fail(run, "hangs")
            self.is_stuck = True  # only the end of the process ends a thread
        elif now - run.held > self._term.total_seconds() / 3:
            run.held = now
            until = self._house.now + self._term
            if not jobs.hold(db.session(), run.job.name, holder=self._holder, until=until):
                say("job", name=run.job.name, result="taken by another")

    def _drop_ended(self) -> None:
        """Forget what is over. What could not be written is put back first, so that it is not held for a whole term."""
        for name, run in self._running.items():
            if run.is_over and run.is_unwritten:
                jobs.put_back(db.session(), name, holder=self._holder, now=self._house.now)
                run.is_unwritten = False
        self._running = {name: run for name, run in self._running.items() if not run.is_over}

    def _drop_once_written(self) -> None:
        """The same for who has no next turn: the database is asked until it answers, or is away for too long."""
        last = time.monotonic() + _AWAY_SECONDS
        while self._running:
            try:
                with self._app.app_context():
                    self._drop_ended()
                    return
            except DATABASE_AWAY as problem:
                if time.monotonic() > last:
                    raise
                say_fault(problem)
            self._woken.clear()
            self._woken.wait(_LOOK_SECONDS)

    def _work(self, run: _Run) -> None:
        try:
            with self._app.app_context():
                self._do(run)
        except Exception as problem:  # noqa: BLE001  # what came of it could not be written: the next turn does
            run.is_unwritten = True
            say_fault(problem)
        finally:
            self._woken.set()

    def _do(self, run: _Run) -> None:
        job = run.job
        try:
            result = job.work(self._house)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the worker goes on and the job is tried again
            say_fault(problem)
            self._fail(run, f"failed: {type(problem).__name__}")
            return
        if result:
            say("job", name=job.name, result=result, ms=run.milliseconds)
        every, now = job.every(self._house.settings), self._house.now
        jobs.finish(db.session(), job.name, holder=self._holder, now=now, every=every, result=result or "done")
        run.went_well = True

    def _fail(self, run: _Run, result: str) -> None:
        say("job", name=run.job.name, result=result, ms=run.milliseconds)
        every, now = run.job.every(self._house.settings), self._house.now
        jobs.fail(db.session(), run.job.name, holder=self._holder, now=now, every=every, result=result)
