"""The register of incidents: entered once, added to, told, closed; each step in the journal."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from kelisim.domain.consents import Category
from kelisim.domain.deadlines import STATUTORY_TERMS, Trigger
from kelisim.domain.incidents import (
    Facts,
    IncidentKind,
    IncidentProblem,
    IncidentState,
    IncidentStep,
    Measure,
    Outcome,
    Step,
)
from kelisim.services import days, incidents, journal
from kelisim.services.incidents import Incident, NoIncident
from kelisim.services.records import By
from kelisim.storage.db import db
from tests.services.given import counts, failing_insert, house_of

FOUND = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    house_of(app_on_each).clock.at = FOUND + timedelta(hours=1)  # type: ignore[attr-defined]  # the tests' clock
    with app_on_each.app_context():
        yield app_on_each


def by(app: Flask) -> By:
    return By("operator:1", house_of(app).keys.site.journal, house_of(app).now)


def register(app: Flask, found_at: datetime = FOUND) -> UUID:
    return incidents.register(
        db.session(),
        IncidentKind.DISCLOSURE,
        found_at,
        Facts((Category.NAME, Category.PHONE), 0),
        measures=(Measure.ACCESS_CLOSED,),
        note="A list went to the wrong address.",
        by=by(app),
        randomness=secrets.token_bytes,
    )


def take(app: Flask, incident_id: UUID, step: IncidentStep, **others: object) -> None:
    made = replace(Step(step, house_of(app).now, "operator:1"), **others)  # type: ignore[arg-type]  # the parts of a step
    incidents.take(db.session(), incident_id, made, by=by(app))


def find(incident_id: UUID) -> Incident:
    found = incidents.find(db.session(), incident_id, terms=STATUTORY_TERMS)
    assert found is not None
    return found


def untold() -> list[UUID]:
    return [incident.id for incident in incidents.untold(db.session(), terms=STATUTORY_TERMS)]


def test_an_incident_is_told_in_time_and_closed_and_every_step_is_on_record(site: Flask) -> None:
    one = register(site)
    assert (find(one).state, find(one).due, untold()) == (IncidentState.OPEN, date(2026, 12, 14), [one])
    take(site, one, IncidentStep.ADD, facts=Facts((Category.PHONE,), 12), measures=(Measure.POLICE_TOLD,))
    take(site, one, IncidentStep.NOTIFY, told_on=date(2026, 12, 11), number="№ 12")
    assert (find(one).state, untold()) == (IncidentState.NOTIFIED, [])
    take(site, one, IncidentStep.CLOSE, outcome=Outcome.MENDED)
    found = find(one)
    assert (found.state, found.facts) == (IncidentState.CLOSED, Facts((Category.PHONE,), 12))
    assert found.measures == (Measure.ACCESS_CLOSED, Measure.POLICE_TOLD)
    assert [step.step for step in found.steps] == list(IncidentStep)
    assert found.steps[2].number == "№ 12"
    entries = journal.of_subject(db.session(), one)
    assert [entry.details["step"] for entry in entries] == ["register", "add", "notify", "close"]
    assert {entry.details["register"] for entry in entries} == {"incidents"}
    assert "wrong address" not in str(entries)


def test_a_step_that_is_not_possible_leaves_nothing(site: Flask) -> None:
    one = register(site)
    before = counts()
    for step, others in (
        (IncidentStep.REGISTER, {}),
        (IncidentStep.NOTIFY, {"told_on": date(2026, 12, 12)}),
        (IncidentStep.CLOSE, {"outcome": Outcome.MENDED}),
    ):
        with pytest.raises(IncidentProblem):
            take(site, one, step, **others)
    with pytest.raises(NoIncident):
        take(site, UUID(int=1), IncidentStep.ADD, note="x")
    with pytest.raises(IncidentProblem):
        register(site, FOUND + timedelta(days=1))
    with failing_insert("journal"), pytest.raises(Exception, match="injected fault"):
        register(site)
    assert counts() == before


def test_the_most_urgent_comes_first_and_a_moved_day_counts(site: Flask) -> None:
    later, sooner = register(site), register(site, FOUND - timedelta(days=1))
    assert untold() == [sooner, later]
    days.move(db.session(), date(2026, 12, 14), works=False, terms=STATUTORY_TERMS, by=by(site))
    assert find(later).due == date(2026, 12, 15)
    longer = {**STATUTORY_TERMS, Trigger.BREACH: 2}
    assert [one.due for one in incidents.untold(db.session(), terms=longer)] == [date(2026, 12, 15), date(2026, 12, 17)]
    page, older = incidents.page(db.session(), before=None, rows=1, terms=STATUTORY_TERMS)
    assert older == page[0].id
    behind, end = incidents.page(db.session(), before=older, rows=1, terms=STATUTORY_TERMS)
    assert ({page[0].id, behind[0].id}, end) == ({later, sooner}, None)
