"""A clock that steps back, by a minute, a day or a month: nothing is refused, lost, or in the wrong place."""

from datetime import timedelta

import pytest
from flask import Flask

from kelisim.services import jobs, journal
from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.services.given import house_of
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=1), timedelta(days=31)])
def test_what_was_sent_before_and_after_is_there_and_the_journal_holds(
    app_on_each: Flask, clock: FixedClock, back: timedelta
) -> None:
    clock.at += timedelta(days=60)  # every text is in force before and after the step
    visitor = Visitor(app_on_each.test_client())
    open_meanwhile = visitor.filled(PEOPLE[1])
    receipts = [visitor.send(PEOPLE[0]).location]
    clock.at -= back
    held = visitor.post("/", open_meanwhile)
    if held.status_code != 303:  # a form that comes from the future: shown again, with what was typed
        assert (held.status_code, PEOPLE[1].name in held.get_data(as_text=True)) == (422, True)
    else:
        receipts.append(held.location)
    receipts.append(visitor.send(PEOPLE[2]).location)
    assert {visitor.get(path).status_code for path in receipts} == {200}
    clock.at += back
    assert {visitor.get(path).status_code for path in receipts} == {200}
    with app_on_each.app_context():
        assert journal.verify(db.session(), key=house_of(app_on_each).keys.site.journal) is None


def test_a_job_is_not_late_by_the_step(app_on_each: Flask, clock: FixedClock) -> None:
    every = timedelta(hours=1)
    with app_on_each.app_context():
        session = db.session()
        jobs.enter(session, {"tidy": every}, now=clock.at)
        assert jobs.take(session, "tidy", holder="a", now=clock.at, term=timedelta(minutes=10))
        jobs.finish(session, "tidy", holder="a", now=clock.at, every=every, result="done")
        clock.at -= timedelta(days=31)
        jobs.enter(session, {"tidy": every}, now=clock.at)
        clock.at += every
        assert jobs.due(session, ["tidy"], now=clock.at) == ("tidy",)
