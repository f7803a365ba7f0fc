"""The journal as the desk reads it: narrowed, in pages, as a file, checked; and each of these is in it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from kelisim.domain.acts import Act
from kelisim.domain.journal import SITE
from kelisim.services import journal_reading
from kelisim.services.journal import Deed
from kelisim.services.journal_reading import Page, Sought, UnknownReference, Unreadable
from kelisim.services.records import By
from kelisim.storage.db import db
from tests.services.given import house_of, send
from tests.services.test_journal import SUBJECT, append, behind_our_back
from tests.support.people import PEOPLE

READER = "operator:9"


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    """A journal: one submission (two entries), then three acts on the days after."""
    with app_on_each.app_context():
        send(app_on_each, PEOPLE[0])
        for number in range(3):
            house_of(app_on_each).clock.at += timedelta(days=1)  # type: ignore[attr-defined]  # the tests' clock
            append(app_on_each, Deed(Act.ACCESS, SUBJECT, f"operator:{number}", {"by": "desk"}))
        yield app_on_each


def by(app: Flask) -> By:
    return By(READER, house_of(app).keys.site.journal, house_of(app).now)


def read(app: Flask, sought: Sought, before: int | None = None, rows: int = 50) -> Page:
    return journal_reading.read(db.session(), sought, before=before, rows=rows, by=by(app))


def numbers(page: Page) -> list[int]:
    return [line.link.entry.number for line in page.lines]


def test_pages_go_back_and_each_reading_is_one_entry(site: Flask) -> None:
    first = read(site, Sought(), rows=4)
    assert (numbers(first), first.earlier) == ([6, 5, 4, 3], True)
    own = first.lines[0].link.entry
    assert (own.act, own.subject, own.actor) == (Act.ACCESS, SITE, READER)
    assert dict(own.details) == {"register": "journal", "what": "page"}
    second = read(site, Sought(), before=3, rows=4)
    assert (numbers(second), second.earlier) == ([2, 1], False)
    assert {line.reference for line in second.lines} != {None}
    assert numbers(read(site, Sought(actor=READER))) == [8, 7, 6]


def test_it_is_narrowed_by_act_actor_record_and_day(site: Flask) -> None:
    reference = read(site, Sought(act=Act.COLLECTION)).lines[0].reference
    assert reference is not None
    assert numbers(read(site, Sought(act=Act.COLLECTION))) == [1]
    assert numbers(read(site, Sought(actor="operator:1"))) == [4]
    assert numbers(read(site, Sought(reference=reference))) == [2, 1]
    # 22 November 10:00 UTC is 15:00 in Almaty; the three acts follow a day apart, at the same hour.
    assert numbers(read(site, Sought(since=date(2026, 11, 23), until=date(2026, 11, 24)))) == [4, 3]
    for unknown in ("34679CDF", "x", "' OR 1=1"):
        with pytest.raises(UnknownReference):
            read(site, Sought(reference=unknown))


def test_the_file_has_every_entry_that_fits_in_order_and_its_own(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_reading, "_AT_ONCE", 2)
    lines = list(journal_reading.export(db.session(), Sought(), by=by(site)))
    assert [line.link.entry.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert dict(lines[-1].link.entry.details) == {"register": "journal", "what": "file"}
    only = list(journal_reading.export(db.session(), Sought(act=Act.ACCESS, actor=READER), by=by(site)))
    assert [line.link.entry.number for line in only] == [6, 7]


def test_a_check_is_noted_with_what_it_found(site: Flask) -> None:
    session = db.session()
    assert journal_reading.last_check(session) is None
    good = journal_reading.check(session, seed=house_of(site).keys.site.receipt_signature, by=by(site))
    assert (good.entries, good.broken) == (5, None)
    assert journal_reading.last_check(session) == journal_reading.last_good_check(session) == good
    house_of(site).clock.at += timedelta(hours=1)  # type: ignore[attr-defined]  # the tests' clock
    session.rollback()
    behind_our_back("UPDATE journal SET actor = 'operator:7' WHERE number = 4")
    session.commit()
    bad = journal_reading.check(session, seed=house_of(site).keys.site.receipt_signature, by=by(site))
    assert (bad.broken, bad.unfit) == (4, None)
    assert journal_reading.last_check(session) == bad
    assert journal_reading.last_good_check(session) == good


def test_a_value_that_nobody_wrote_here_is_told_from_a_fault(app: Flask) -> None:
    with app.app_context():
        append(app, Deed(Act.ACCESS, SUBJECT, "site", {}))
        db.session.rollback()
        behind_our_back("UPDATE journal SET details = '[1]' WHERE number = 1")
        db.session.commit()
        with pytest.raises(Unreadable):
            read(app, Sought())
