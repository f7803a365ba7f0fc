"""The desk's home: what is overdue, what is due, is the evidence intact; what is new; the last acts."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.web.operator import home
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, rows

PATH = "/operator"
INCIDENT = {"kind": "loss", "day": "2026-12-10", "hour": "10:00", "categories": "phone", "persons": "3"}


def links(desk: Desk) -> dict[str, str]:
    page = desk.page(PATH)
    return {"".join(link.itertext()): str(link.get("href")) for link in page.elements("a")}


def test_an_empty_desk_has_nothing_to_do(desk: Desk) -> None:
    text = desk.whole().page(PATH).text
    assert "What is overdue? Nothing What is due? Nothing Is the evidence intact? Not checked yet" in text
    assert "Nothing has been done with a record yet." in text


def test_it_answers_the_three_questions_first(
    app: Flask, visitor: Visitor, desk: Desk, person: Person, clock: FixedClock
) -> None:
    visitor.send(person)
    clock.at = datetime(2026, 12, 14, 7, 0, tzinfo=UTC)
    assert Runner(app).run_now("journal")
    desk.whole()
    for path, fields in (
        ("/operator/incidents/new", INCIDENT),
        (
            "/operator/requests/new",
            {
                "kind": "access",
                "channel": "letter",
                "received": "2026-12-14",
                "identity": "",
                "reference": "",
                "language": "en",
            },
        ),
    ):
        sent = desk.post(path, {**fields, "csrf_token": desk.page(path).value("csrf_token", -1)})
        assert sent.status_code == 303
    page = desk.page(PATH)
    assert (
        "What is overdue? 1 What is due? 1 Is the evidence intact? Yes Last found whole: 14 December 2026" in page.text
    )
    cells = [" ".join("".join(e.itertext()).split()) for e in page.elements("td")]
    assert cells[0] == "Incident: tell the authority"
    assert "Overdue by 1 working day" in cells[1]
    assert links(desk)["Data, or the means to read them, are lost"].startswith("/operator/incidents/")
    reference = str(rows(app, "SELECT reference FROM receipts")[0][0])
    assert links(desk)[reference] == f"/operator/submissions/{reference}"
    assert "1 of 10000" in page.text
    with closing(connect(app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET act = 'use' WHERE number = 2")
    token = desk.page("/operator/journal").value("csrf_token", -1)
    desk.post("/operator/journal", {"csrf_token": token})
    assert "Is the evidence intact? No" in desk.page(PATH).text


def test_what_came_since_the_last_visit_is_new(visitor: Visitor, desk: Desk, clock: FixedClock) -> None:
    visitor.send(PEOPLE[0])
    assert "New submissions 1 All submissions 1" in desk.whole().page(PATH).text
    clock.at += timedelta(hours=1)
    for one in PEOPLE[1:3]:
        visitor.send(one)
    clock.at += timedelta(hours=1)
    text = desk.sign_in_again().page(PATH).text
    assert "New submissions 2 since you were last here: 22 November 2026" in text
    assert "All submissions 3" in text


def test_an_address_of_the_list_from_before_leads_to_the_list(desk: Desk) -> None:
    answer = desk.whole().get("/operator?state=active&mailing=yes")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/operator/submissions?state=active&mailing=yes")


def test_reading_the_last_acts_is_an_entry_and_does_not_crowd_them(
    visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    desk.whole()
    for _ in range(3):
        page = desk.page(PATH)
    said = rows(desk.app, "SELECT details FROM journal ORDER BY number DESC LIMIT 3")
    assert {row[0] for row in said} == {'{"register": "journal", "what": "recent"}'}
    assert page.text.count("Collection") == 1
    with closing(connect(desk.app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET details = '[]' WHERE act = 'collection'")
    assert "An entry here cannot be read" in desk.page(PATH).text


def test_the_last_fortnight_is_drawn_with_a_table_behind_it(visitor: Visitor, desk: Desk, clock: FixedClock) -> None:
    visitor.send(PEOPLE[0])
    desk.whole()
    for _ in range(2):  # the second time days that are over are known already
        clock.at += timedelta(days=1)
        visitor.send(PEOPLE[1])
        page = desk.sign_in_again().page(PATH)
    lines = [["".join(cell.itertext()).strip() for cell in row] for row in page.elements("tr")]
    table = {cells[0]: cells[-1] for cells in lines if len(cells) == 5 and "Nov 2026" in cells[0]}
    assert len(table) == 14
    assert (table["22 Nov 2026"], table["23 Nov 2026"], table["24 Nov 2026"], table["21 Nov 2026"]) == (
        "1",
        "1",
        "1",
        "0",
    )
    assert "0 visits of those who agreed and 3 submissions of everybody." in page.text


def test_beyond_the_limit_of_the_small_class_the_home_counts_nobody_further(
    settings: Settings, visitor: Visitor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = migrated(replace(settings, small_class_people=1), clock=clock)
    for one in PEOPLE[:3]:
        visitor.send(one)
    desk = Desk(strict_client(small), small, clock).whole()
    assert "more than 1, over the small class: other duties begin here Count all of them" in desk.page(PATH).text
    assert "3 of 500000, over the small class" in desk.page("/operator/compliance").text
    monkeypatch.setattr(home, "_MOST", 2)
    text = desk.page(PATH).text
    assert "New submissions more than 2" in text
    assert "All submissions more than 2" in text
    dispose(small)
