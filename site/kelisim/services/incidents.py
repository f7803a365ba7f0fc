"""The register of incidents: entering one, its steps, what is due."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.consents import Category
from kelisim.domain.deadlines import Trigger, local_day
from kelisim.domain.incidents import (
    Facts,
    IncidentKind,
    IncidentState,
    IncidentStep,
    Measure,
    Outcome,
    Step,
    check_register,
    check_step,
    due_of,
    state_of,
)
from kelisim.domain.submissions import record_id
from kelisim.services import days, journal
from kelisim.services.records import By
from kelisim.storage.db import add_rows, take_turn, writing
from kelisim.storage.tables.incidents import IncidentRow, IncidentStepRow

REGISTER = "incidents"
_ID_RANDOM_BYTES = 10
# The place in the database whose holder may take a step.
_STEPS = 0x4B454C45


class NoIncident(Exception):
    """There is no such incident."""


@dataclass(frozen=True)
class Incident:
    """An incident with its steps, the oldest first. ``due``: the last day to tell the authority."""

    id: UUID
    kind: IncidentKind
    found_at: datetime
    due: date
    steps: tuple[Step, ...]

    @property
    def state(self) -> IncidentState:
        """What it is now."""
        return state_of(step.step for step in self.steps)

    @property
    def facts(self) -> Facts:
        """What is known now: the last that was said."""
        return next(step.facts for step in reversed(self.steps) if step.facts is not None)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Everything that was done about it, each once, in the order it was said."""
        return tuple(dict.fromkeys(measure for step in self.steps for measure in step.measures))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, the oldest first."""
        return tuple(step.note for step in self.steps if step.note)


def register(
    session: Session,
    kind: IncidentKind,
    found_at: datetime,
    facts: Facts,
    *,
    measures: Sequence[Measure],
    note: str,
    by: By,
    randomness: Callable[[int], bytes],
) -> UUID:
    """Enter an incident; its clock runs from the day it was found. Raises IncidentProblem."""
    check_register(found_at, by.now)
    step = Step(IncidentStep.REGISTER, by.now, by.actor, tuple(measures), note, facts)
    new_id = record_id(by.now, randomness(_ID_RANDOM_BYTES))
    with writing(session):
        add_rows(session, IncidentRow, [{"id": new_id, "kind": kind.value, "found_at": found_at}])
        _add(session, new_id, step, by, {"kind": kind.value})
    return new_id


def take(session: Session, incident_id: UUID, step: Step, *, by: By) -> None:
    """Take a step. Raises NoIncident and IncidentProblem."""
    with writing(session):
        take_turn(session, _STEPS)
        row = session.get(IncidentRow, incident_id)
        if row is None:
            raise NoIncident
        taken = _steps(session, [incident_id])[incident_id]
        state = state_of(one.step for one in taken)
        check_step(state, step, found_on=local_day(row.found_at), today=local_day(by.now))
        _add(session, incident_id, step, by, {"outcome": step.outcome.value} if step.outcome is not None else {})


def find(session: Session, incident_id: UUID, *, terms: Mapping[Trigger, int]) -> Incident | None:
    """One incident, or None."""
    row = session.get(IncidentRow, incident_id)
    return None if row is None else _incidents(session, [row], terms)[0]


def page(
    session: Session, *, before: UUID | None, rows: int, terms: Mapping[Trigger, int]
) -> tuple[tuple[Incident, ...], UUID | None]:
    """Incidents, the newest first, and the id that the page behind is before."""
    query = select(IncidentRow).order_by(IncidentRow.id.desc()).limit(rows + 1)
    if before is not None:
        query = query.where(IncidentRow.id < before)
    found = list(session.scalars(query))
    return _incidents(session, found[:rows], terms), found[rows - 1].id if len(found) > rows else None


def untold(session: Session, *, terms: Mapping[Trigger, int]) -> tuple[Incident, ...]:
    """Those the authority has not been told of and need be, the most urgent first."""
    settled = select(IncidentStepRow.incident_id).where(
        IncidentStepRow.step.in_((IncidentStep.NOTIFY.value, IncidentStep.CLOSE.value))
    )
    rows = session.scalars(select(IncidentRow).where(IncidentRow.id.not_in(settled)))
    return tuple(sorted(_incidents(session, list(rows), terms), key=lambda incident: (incident.due, incident.id)))


def _add(session: Session, incident_id: UUID, step: Step, by: By, codes: Mapping[str, str]) -> None:
    facts = step.facts
    row = {
        "incident_id": incident_id,
        "at": step.at,
        "step": step.step.value,
        "author": step.author,
        "measures": [measure.value for measure in step.measures],
        "note": step.note,
        "categories": [category.value for category in facts.categories] if facts is not None else None,
        "persons": facts.persons if facts is not None else None,
        "told_on": step.told_on,
        "authority_number": step.number,
        "outcome": step.outcome.value if step.outcome is not None else None,
    }
    add_rows(session, IncidentStepRow, [row])
    deed = journal.Deed(Act.STORAGE, incident_id, by.actor, {"register": REGISTER, "step": step.step.value, **codes})
    journal.append(session, [deed], key=by.key, now=by.now)


def _incidents(session: Session, rows: Sequence[IncidentRow], terms: Mapping[Trigger, int]) -> tuple[Incident, ...]:
    steps, calendar = _steps(session, [row.id for row in rows]), days.calendar(session)
    return tuple(
        Incident(
            row.id,
            IncidentKind(row.kind),
            row.found_at,
            due_of(row.found_at, calendar, terms[Trigger.BREACH]),
            tuple(steps[row.id]),
        )
        for row in rows
    )


def _steps(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = {id_: [] for id_ in ids}
    query = select(IncidentStepRow).where(IncidentStepRow.incident_id.in_(found)).order_by(IncidentStepRow.number)
    for row in session.scalars(query):
        found[row.incident_id].append(_step(row))
    return found


def _step(row: IncidentStepRow) -> Step:
    facts = None
    if row.categories is not None and row.persons is not None:
        facts = Facts(tuple(Category(code) for code in row.categories), row.persons)
    return Step(
        step=IncidentStep(row.step),
        at=row.at,
        author=row.author,
        measures=tuple(Measure(code) for code in row.measures),
        note=row.note,
        facts=facts,
        told_on=row.told_on,
        number=row.authority_number,
        outcome=Outcome(row.outcome) if row.outcome is not None else None,
    )
