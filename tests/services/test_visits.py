"""Visits in the database: written by any number of processes, turned into numbers, gone after their term."""

import threading
from collections import Counter
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from kelisim.domain.visits import ALL, Batch, Count, Device, Event, Kind, Visit
from kelisim.services import visits
from kelisim.storage.db import db
from kelisim.storage.tables.visits import VisitCountRow, VisitRow

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def visit(number: int, day: date = TODAY, **others: object) -> Visit:
    values = {"source": "", "language": "ru", "device": Device.PHONE, "came_back": False, "network": None, **others}
    return Visit(day=day, key=number.to_bytes(16), **values)  # type: ignore[arg-type]  # as the fields are named


def batch(*found: Visit, **numbers: int) -> Batch:
    waiting = Batch()
    waiting.add(found, {Count(TODAY, Kind.EVENT, name): number for name, number in numbers.items()})
    return waiting


def visits_kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(VisitRow)) or 0


def test_many_processes_count_a_visit_once_and_every_number(app_on_each: Flask) -> None:
    def write(number: int) -> None:
        with app_on_each.app_context():
            for step in range(3):
                visits.record(db.session(), batch(visit(1), visit(number + 2), visit(100 + step), sent=1, opened=2))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app_on_each.app_context():
        found = visits.counts(db.session(), TODAY, TODAY)
    assert found.days == {TODAY: 1 + 4 + 3}
    assert found.events == {TODAY: {Event.SENT: 12, Event.OPENED: 24}}


def test_days_that_are_over_become_the_numbers_they_had(app_on_each: Flask) -> None:
    before = TODAY - DAY
    found = (
        visit(9, before, source="google.com", network="203.0.113.0"),
        visit(3, before, device=Device.COMPUTER, came_back=True, language="kk"),
        visit(7, before, source="google.com"),
        visit(1, TODAY, device=Device.TABLET),
    )
    with app_on_each.app_context():
        session = db.session()
        visits.record(session, batch(*found, opened=4))
        open_days = visits.counts(session, before, TODAY)
        assert visits.compact(session, today=TODAY, days=30) == "1 days counted"
        assert visits.counts(session, before, TODAY) == open_days
        assert open_days.days == {before: 3, TODAY: 1}
        assert open_days.values[Kind.SOURCE] == Counter({"google.com": 2, "": 2})
        assert open_days.values[Kind.DEVICE] == Counter({"phone": 2, "computer": 1, "tablet": 1})
        assert open_days.values[Kind.CAME_BACK] == Counter({"no": 3, "yes": 1})
        assert open_days.values[Kind.NETWORK] == Counter({"203.0.113.0": 1})
        assert visits.compact(session, today=TODAY, days=30) == ""


def test_one_that_came_in_late_is_counted_too(app_on_each: Flask) -> None:
    before = TODAY - DAY
    with app_on_each.app_context():
        session = db.session()
        for number in (1, 2):
            visits.record(session, batch(visit(number, before)))
            visits.compact(session, today=TODAY, days=30)
            assert visits.counts(session, before, before).days == {before: number}


def test_single_visits_go_after_their_term_and_the_numbers_stay(app_on_each: Flask) -> None:
    days = [TODAY - number * DAY for number in (0, 1, 30, 31, 500)]
    with app_on_each.app_context():
        session = db.session()
        visits.record(session, batch(*(visit(number, day) for number, day in enumerate(days))))
        before = visits.counts(session, days[-1], TODAY)
        assert visits.compact(session, today=TODAY, days=30) == "4 days counted, 2 visits deleted"
        assert visits_kept() == 3
        assert visits.counts(session, days[-1], TODAY) == before
        # A late one of a day whose visits are gone already does not undo that day's number.
        visits.record(session, batch(visit(77, days[-1])))
        visits.compact(session, today=TODAY, days=30)
        assert visits.counts(session, days[-1], days[-1]).days == {days[-1]: 1}
        assert visits_kept() == 3
        assert session.scalar(select(VisitCountRow.number).where(VisitCountRow.value == ALL).limit(1)) == 1
