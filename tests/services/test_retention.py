"""The job that destroys what is over, on both databases: shown first, checked again, stopped by a block, a decision, a
request; never moved by an edit.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kelisim.domain.contacts import Contact, Outcome, Way
from kelisim.domain.desk_acts import DeskAct
from kelisim.domain.grounds import KeepingGround
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PersonalData
from kelisim.jobs import JOBS
from kelisim.services import contacts, desk_acts, destructions, jobs, keepings, my, retention, submissions
from kelisim.services.holders import Holder, holder
from kelisim.services.records import By
from kelisim.services.retention import Outcome as Run
from kelisim.storage.db import db
from kelisim.storage.tables.submissions import SubmissionRow
from tests.conftest import FixedClock
from tests.domain.test_statements import STATED
from tests.services.given import consent, failing_insert, house_of, shown
from tests.support.people import PEOPLE

END = date(2029, 11, 22)
NOTHING = Run(0, 0, 0)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def by(app: Flask, actor: str = "site") -> By:
    house = house_of(app)
    return By(actor, house.keys.site.journal, house.now)


def given(app: Flask, years: int | None = 3) -> Holder:
    """A submission of 22 November 2026 that was told a term."""
    house, person = house_of(app), PEOPLE[0]
    stated = replace(STATED, years=years or 3, terms={} if years is None else dict.fromkeys(Purpose, years))
    accepted = submissions.accept(
        db.session(),
        submissions.Draft(PersonalData(person.name, person.second_name, person.e164), None, False, ()),
        consent(app, house.now),
        shown=shown(app, house.now),
        form_id=secrets.token_bytes(16),
        keys=house.keys,
        now=house.now,
        randomness=secrets.token_bytes,
        stated=stated,
    )
    found = holder(db.session(), accepted.secret)
    assert found is not None
    return found


def state(who: Holder) -> tuple[str, str]:
    db.session.rollback()
    db.session.expire_all()
    row = db.session.scalars(select(SubmissionRow).where(SubmissionRow.id == who.submission_id)).one()
    return row.state, row.consent_state


def run(app: Flask, clock: FixedClock, day: date) -> Run:
    """The job on a day."""
    clock.at = datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)
    return retention.run(db.session(), rules=house_of(app).settings.retention, by=by(app))


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_it_is_shown_then_destroyed_on_the_day_after_its_term(site: Flask, clock: FixedClock) -> None:
    who = given(site)
    assert run(site, clock, END - days(20)) == NOTHING
    assert run(site, clock, END - days(10)) == Run(1, 0, 0)
    found = retention.shown(db.session(), rows=5)
    assert (found.total, found.lines[0].reference, found.lines[0].goes) == (1, who.reference, END + days(1))
    assert retention.shown(db.session(), rows=0).total == 1
    assert run(site, clock, END) == NOTHING
    assert state(who) == ("active", "given")
    assert run(site, clock, END + days(1)) == Run(0, 1, 1)
    assert state(who) == ("destroyed", "expired")
    made = destructions.of_reference(db.session(), who.reference)
    assert made is not None
    assert (made.ground.value, made.author) == ("term_ended", "site")
    assert retention.shown(db.session(), rows=5).total == 0
    assert run(site, clock, END + days(2)) == NOTHING


def test_however_late_it_is_noticed_it_is_shown_for_the_days_of_grace(site: Flask, clock: FixedClock) -> None:
    who = given(site)
    late = END + days(400)
    assert run(site, clock, late) == Run(1, 1, 0)
    assert state(who) == ("active", "expired")
    assert run(site, clock, late + days(2)) == NOTHING
    assert run(site, clock, late + days(3)) == Run(0, 0, 1)


def test_a_contact_counts_anew_and_an_edit_or_a_look_does_not(site: Flask, clock: FixedClock) -> None:
    edited, called, old = given(site), given(site), given(site, None)
    clock.at = datetime(2028, 3, 1, 9, 0, tzinfo=UTC)
    contact = Contact(date(2028, 3, 1), Way.CALL, Outcome.ANSWERED, Purpose.FEEDBACK)
    for who in (called, old):
        contacts.log(db.session(), who.reference, contact, by=by(site, "operator:3"))
    person = by(site, "person")
    after = PersonalData("Басқа", "Есім", "+77770000000")
    my.correct(db.session(), edited, after, by=person, randomness=secrets.token_bytes)
    my.open_own(db.session(), edited, by=person)
    rules = house_of(site).settings.retention
    assert retention.last_day(db.session(), edited.reference, rules) == END
    assert retention.last_day(db.session(), called.reference, rules) == date(2031, 3, 1)
    assert retention.last_day(db.session(), old.reference, rules) == END, "it was told a term from the day of sending"
    run(site, clock, END - days(5))
    run(site, clock, END + days(1))
    assert [state(who)[0] for who in (edited, called, old)] == ["destroyed", "active", "destroyed"]


def test_a_term_is_never_longer_than_it_was_promised(site: Flask) -> None:
    who = given(site, 1)
    rules = house_of(site).settings.retention
    assert retention.last_day(db.session(), who.reference, rules) == date(2027, 11, 22)


def test_what_is_blocked_asked_about_or_kept_is_not_destroyed(site: Flask, clock: FixedClock) -> None:
    blocked, asked, kept = given(site), given(site), given(site)
    run(site, clock, END - days(5))
    operator = by(site, "operator:3")
    desk_acts.carry_out(db.session(), blocked.reference, DeskAct.BLOCK, "report", by=operator)
    keepings.keep(db.session(), kept.reference, KeepingGround.STORAGE_BY_LAW, END + days(30), by=operator)
    terms = house_of(site).settings.terms
    my.ask(
        db.session(),
        asked,
        OwnAct.ACCESS,
        language="en",
        terms=terms,
        by=by(site, "person"),
        randomness=secrets.token_bytes,
    )
    assert run(site, clock, END + days(10)) == Run(0, 1, 0)
    assert [state(who) for who in (blocked, asked, kept)] == [
        ("blocked", "given"),
        ("active", "given"),
        ("restricted", "expired"),
    ]
    assert retention.shown(db.session(), rows=0).total == 0
    desk_acts.carry_out(db.session(), blocked.reference, DeskAct.UNBLOCK, "mended", by=by(site, "operator:3"))
    assert run(site, clock, END + days(11)).warned == 1, "it is shown anew, for the whole grace"
    assert state(blocked) == ("active", "expired")
    run(site, clock, END + days(20))
    assert state(blocked)[0] == "destroyed"
    run(site, clock, END + days(31))
    run(site, clock, END + days(34))
    assert state(kept)[0] == "destroyed"
    assert state(asked)[0] == "active"


def test_achieved_purposes_end_in_destruction_after_the_grace(site: Flask, clock: FixedClock) -> None:
    who = given(site)
    desk_acts.carry_out(db.session(), who.reference, DeskAct.ACHIEVE, "", by=by(site, "operator:3"))
    today = date(2026, 11, 22)
    assert run(site, clock, today) == Run(1, 0, 0)
    assert run(site, clock, today + days(2)) == NOTHING
    assert run(site, clock, today + days(3)) == Run(0, 0, 1)
    made = destructions.of_reference(db.session(), who.reference)
    assert made is not None
    assert made.ground.value == "achieved"


def test_a_fault_destroys_nothing_and_the_next_run_goes_on(site: Flask, clock: FixedClock) -> None:
    who = given(site)
    run(site, clock, END - days(5))
    with failing_insert("destructions"), pytest.raises(DBAPIError, match="injected fault"):
        run(site, clock, END + days(1))
    assert state(who) == ("active", "given")
    assert run(site, clock, END + days(1)) == Run(0, 1, 1)


def test_a_late_run_is_told(site: Flask, clock: FixedClock) -> None:
    hour, now = timedelta(hours=1), house_of(site).now
    assert retention.schedule(db.session(), now=now, slack=hour).late
    names = {job.name: timedelta(days=1) for job in JOBS}
    assert retention.JOB in names
    jobs.enter(db.session(), names, now=now)
    jobs.take(db.session(), retention.JOB, holder="h", now=now, term=hour)
    jobs.finish(db.session(), retention.JOB, holder="h", now=now, every=timedelta(days=1), result="done")
    found = retention.schedule(db.session(), now=now, slack=hour)
    assert (found.last, found.next, found.late) == (now, now + timedelta(days=1), False)
    assert retention.schedule(db.session(), now=now + timedelta(days=1, hours=2), slack=hour).late


def test_what_was_destroyed_is_swept_out_of_the_files(site: Flask) -> None:
    given(site)
    assert retention.sweep(db.session())
