"""The table of jobs: whoever takes a job holds it for a term, so that over all processes and hosts one runs it.

Each step is one conditional UPDATE: the database settles who was first. A term that is over counts as nobody's, so
that a process that was killed keeps nothing; it is prolonged while the job runs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, Update, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kelisim.domain.jobs import due_after_failure, is_late, next_due
from kelisim.storage.db import writing
from kelisim.storage.tables.jobs import JobRow

_LONGEST_RESULT = 120


@dataclass(frozen=True)
class JobState:
    """Where a job is. ``failures``: how often in a row it went wrong."""

    name: str
    holder: str | None
    held_until: datetime | None
    last_started: datetime | None
    last_finished: datetime | None
    last_result: str | None
    failures: int
    next_due: datetime

    def is_held(self, now: datetime) -> bool:
        """True while a process runs it."""
        return self.held_until is not None and self.held_until > now


def enter(session: Session, intervals: Mapping[str, timedelta], *, now: datetime) -> None:
    """Give every job its row; a new one is due at once, and none is due later than its interval from now."""
    known = set(session.scalars(select(JobRow.name)))
    for name in sorted(set(intervals) - known):
        try:
            with writing(session):
                session.add(JobRow(name=name, failures=0, next_due=now))
        except IntegrityError:
            continue  # another process was first
    for name in sorted(set(intervals) & known):
        latest = now + intervals[name]
        if session.scalar(select(JobRow.name).where(JobRow.name == name, JobRow.next_due > latest)):
            _change(session, name, JobRow.failures == 0, JobRow.next_due > latest, next_due=latest)


def due(session: Session, names: Collection[str], *, now: datetime) -> tuple[str, ...]:
    """The jobs that are due and that nobody runs, the longest due first."""
    found = select(JobRow.name).where(JobRow.name.in_(names), _free(now), JobRow.next_due <= now)
    return tuple(session.scalars(found.order_by(JobRow.next_due, JobRow.name)))


def ask(session: Session, name: str, *, now: datetime) -> None:
    """Let a job be due now: who runs the jobs begins it."""
    if not _change(session, name, next_due=now):
        enter(session, {name: timedelta()}, now=now)


def is_asked(session: Session, name: str, *, now: datetime) -> bool:
    """True while a job is due, or runs."""
    return any(one.name == name and (one.next_due <= now or one.is_held(now)) for one in states(session))


def take(session: Session, name: str, *, holder: str, now: datetime, term: timedelta, before_due: bool = False) -> bool:
    """Take a job for a term. False where another has it, or where it is not due and that is not to be passed over."""
    conditions = [_free(now)] if before_due else [_free(now), JobRow.next_due <= now]
    return _change(session, name, *conditions, holder=holder, held_until=now + term, last_started=now)


def hold(session: Session, name: str, *, holder: str, until: datetime) -> bool:
    """Prolong the term. False where the job is no longer this holder's."""
    return _change(session, name, JobRow.holder == holder, held_until=until)


def finish(session: Session, name: str, *, holder: str, now: datetime, every: timedelta, result: str) -> None:
    """It went well. ``result``: what was done, in a few words without a personal value."""
    began = session.scalar(select(JobRow.last_started).where(JobRow.name == name)) or now
    _let_go(session, name, holder, now, result, failures=0, due=next_due(began, now, every))


def fail(session: Session, name: str, *, holder: str, now: datetime, every: timedelta, result: str) -> None:
    """It went wrong: it is tried again after a pause that grows."""
    failures = (session.scalar(select(JobRow.failures).where(JobRow.name == name)) or 0) + 1
    _let_go(session, name, holder, now, result, failures=failures, due=due_after_failure(now, every, failures))


def put_back(session: Session, name: str, *, holder: str, now: datetime) -> None:
    """It was stopped in the middle: due at once, for whoever comes."""
    _change(session, name, JobRow.holder == holder, holder=None, held_until=None, last_result="stopped", next_due=now)


def states(session: Session) -> tuple[JobState, ...]:
    """Every job that was ever entered, by name."""
    rows = session.scalars(select(JobRow).order_by(JobRow.name))
    return tuple(
        JobState(
            name=row.name,
            holder=row.holder,
            held_until=row.held_until,
            last_started=row.last_started,
            last_finished=row.last_finished,
            last_result=row.last_result,
            failures=row.failures,
            next_due=row.next_due,
        )
        for row in rows
    )


def late(session: Session, names: Collection[str], *, now: datetime, patience: timedelta) -> tuple[str, ...]:
    """Those of the jobs that are late, by name."""
    found = (one for one in states(session) if one.name in names)
    return tuple(
        one.name
        for one in found
        if is_late(one.next_due, one.failures, held=one.is_held(now), now=now, patience=patience)
    )


def _let_go(
    session: Session, name: str, holder: str, now: datetime, result: str, *, failures: int, due: datetime
) -> None:
    _change(
        session,
        name,
        JobRow.holder == holder,
        holder=None,
        held_until=None,
        last_finished=now,
        last_result=result[:_LONGEST_RESULT],
        failures=failures,
        next_due=due,
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(JobRow.held_until.is_(None), JobRow.held_until <= now)


def _change(session: Session, name: str, *conditions: ColumnElement[bool], **values: object) -> bool:
    changed: Update = update(JobRow).where(JobRow.name == name, *conditions).values(**values)
    with writing(session):
        result = session.execute(changed, execution_options={"synchronize_session": False})
    return cast("CursorResult[object]", result).rowcount == 1
