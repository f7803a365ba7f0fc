"""The journal at the desk: read, narrowed, checked, saved; and all of that is in it."""

import csv
import io
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask

from kelisim.domain.acts import Act
from kelisim.domain.journal import SITE
from kelisim.runner import Runner
from kelisim.services import journal
from kelisim.storage.db import db, writing
from tests.conftest import FixedClock
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.desk import Desk
from tests.web.rows import connect, house_of, rows
from tests.web.strict import page_of

PATH = "/operator/journal"


@pytest.fixture
def at_work(visitor: Visitor, desk: Desk, person: Person) -> Desk:
    """An operator signed in; one person has sent the form."""
    visitor.send(person)
    return desk.whole()


def reference(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts")[0][0])


def check(desk: Desk) -> str:
    answer = desk.post(PATH, {"csrf_token": desk.page(PATH).value("csrf_token", -1)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}#proof")
    return desk.page(PATH).text


def test_it_says_who_did_what_in_the_time_of_almaty_without_a_name_of_a_person(at_work: Desk, person: Person) -> None:
    page = at_work.page(PATH)
    assert page.heading == "Journal"
    assert "Collection the person" in page.text
    assert f"{reference(at_work.app)}" in page.text
    assert "22 November 2026, 15:0" in page.text
    assert "register=journal, what=page" in page.text
    assert not {person.name, person.second_name, person.e164} & set(page.text.split())


def test_a_filter_stands_in_the_address_and_a_wrong_one_is_told(at_work: Desk) -> None:
    found = at_work.page(
        f"{PATH}?act=collection&since=2026-11-22&until=22.11.2026&reference={reference(at_work.app).lower()}"
    )
    assert [e.get("data-label") for e in found.elements("th")].count("Entry") == 1
    nothing = at_work.page(f"{PATH}?act=destruction")
    assert "No entry fits" in nothing.text
    for query, words in (
        ("since=yesterday", "Write the day as 2026-12-31"),
        ("since=2026-11-23&until=2026-11-22", "The last day is before the first"),
        ("reference=34679CDF", "No submission has this reference"),
        ("act=cook", "Choose one from the list"),
        ("act=access&act=use", "This field came twice"),
    ):
        for path in (PATH, f"{PATH}.csv"):
            answer = at_work.get(f"{path}?{query}")
            assert (answer.status_code, words in page_of(answer).text) == (422, True), query
    for before in ("x", "-1", "9" * 19):
        assert at_work.get(f"{PATH}?before={before}").status_code == 404


def test_the_check_says_when_it_was_whole_and_names_the_entry_that_is_not(at_work: Desk) -> None:
    assert "It has not been checked yet." in at_work.page(PATH).text
    assert "The last check that found it whole: 6 entries, 22 November 2026" in check(at_work)
    with closing(connect(at_work.app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET act = 'use' WHERE number = 2")
    said = check(at_work)
    assert "The journal does not hold" in said
    assert "From entry 2 on" in said
    assert "found it whole: 6 entries" in said


def test_the_file_opens_in_a_spreadsheet_and_is_itself_an_entry(at_work: Desk) -> None:
    answer = at_work.get(f"{PATH}.csv?act=access")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kelisim-journal-2026-11-22.csv"'
    read = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["details"] for row in read][-1] == "register=journal, what=file"
    assert {row["act"] for row in read} == {"access"}
    assert read[-1]["time"].startswith("2026-11-22T15:0")
    assert len(read[-1]["mac"]) == 64


def test_an_entry_that_cannot_be_read_does_not_close_the_page(at_work: Desk) -> None:
    with closing(connect(at_work.app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET details = '[]' WHERE number = 1")
    assert "An entry here cannot be read" in at_work.page(PATH).text
    assert "From entry 1 on" in check(at_work)


def test_each_part_of_the_filter_can_be_taken_off_by_itself(at_work: Desk) -> None:
    page = at_work.page(f"{PATH}?act=access&since=2026-11-22")
    links = {"".join(link.itertext()): link.get("href") for link in page.elements("a")}
    assert links["Act: Access, take this off ×"] == f"{PATH}?since=2026-11-22"
    assert links["From day: 2026-11-22, take this off ×"] == f"{PATH}?act=access"
    assert "take this off" not in at_work.page(PATH).text


def test_a_long_journal_is_checked_by_the_worker_and_no_page_waits(at_work: Desk, clock: FixedClock) -> None:
    house = house_of(at_work.app)
    deeds = [journal.Deed(Act.STORAGE, SITE, "site", {})] * (house.settings.journal_check_entries + 1)
    with at_work.app.app_context(), writing(db.session()):
        journal.append(db.session(), deeds, key=house.keys.site.journal, now=clock.at)
    said = check(at_work)
    assert "It has not been checked yet. The background worker checks it" in said
    assert Runner(at_work.app).run_now("journal-check")
    said = at_work.page(PATH).text
    assert "The last check that found it whole: 5" in said
    assert "The background worker checks it" not in said
    with closing(connect(at_work.app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET act = 'use' WHERE number = 2")
    clock.at += timedelta(minutes=1)
    assert "The background worker checks it" in check(at_work)
    assert Runner(at_work.app).run_now("journal-check")
    assert "From entry 2 on" in at_work.page(PATH).text
