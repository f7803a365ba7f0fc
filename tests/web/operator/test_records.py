"""The list of submissions, masked, and one of them opened, which the journal records."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from kelisim.domain.submissions import PERSONAL_FIELDS
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.people import PEOPLE, Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import NAME, Desk
from tests.web.rows import count, everything, house_of, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

MANY = 120


@pytest.fixture
def desk(desk: Desk, prepared: Prepared) -> Desk:
    """Their browser, nobody signed in yet."""
    desk.secret = prepared.secret
    return desk


def references(page: Page) -> list[str]:
    body = next(iter(page.elements("tbody")), None)
    return [] if body is None else [str(row.get("id")) for row in body.iterchildren("tr")]


def older(page: Page) -> str | None:
    links = {"".join(a.itertext()): str(a.get("href")) for a in page.elements("a")}
    return links.get("Older submissions")


def newest_first(app: Flask) -> list[str]:
    query = (
        "SELECT reference FROM receipts JOIN submissions ON submissions.id = submission_id ORDER BY received_at DESC"
    )
    return [row[0] for row in rows(app, query)]


def test_an_empty_desk_says_so(desk: Desk) -> None:
    page = desk.sign_in().page("/operator/submissions")
    assert "No submission here yet" in page.text
    assert older(page) is None


def test_the_list_shows_what_came_masked(app: Flask, visitor: Visitor, desk: Desk, clock: FixedClock) -> None:
    for person in PEOPLE:
        visitor.send(person, topic="support", website="x" if person is PEOPLE[0] else "")
        clock.at += timedelta(minutes=1)
    answer = desk.sign_in().get("/operator/submissions")
    page = page_of(answer)
    source = answer.get_data(as_text=True)
    assert references(page) == newest_first(app)
    for person in PEOPLE:
        for value in (person.name, person.second_name, person.phone, person.e164, person.e164[-6:]):
            assert len(value) < 3 or value not in source, value
    assert "А••• С•••" in page.text
    assert "+7 ••• •• 67" in page.text
    assert source.count("Suspect") == len(PEOPLE), "all were quicker than a person"
    assert "12 submissions, newest first" in page.text
    assert count(app, "journal") == 2 + 2 * len(PEOPLE), "a list opens nobody's record"


def send_quickly(app: Flask, person: Person, sender: str) -> None:
    """Send the form without reading its page as strictly as others do."""
    client = app.test_client()
    page = client.get("/", base_url=ORIGIN).get_data(as_text=True)
    token = re.findall(r'<input[^>]* name="token"[^>]* value="([^"]+)"', page)[-1]
    fields = {"token": token, "consent": "yes", **{name: getattr(person, name) for name in PERSONAL_FIELDS}}
    answer = client.post("/", base_url=ORIGIN, data=fields, environ_overrides={"REMOTE_ADDR": sender})
    assert answer.status_code == 303


def test_every_submission_is_on_exactly_one_page(app: Flask, visitor: Visitor, desk: Desk, clock: FixedClock) -> None:
    for number in range(MANY):
        send_quickly(app, PEOPLE[number % 12], f"10.0.{number}.1")
        clock.at += timedelta(seconds=number % 3)
    desk.sign_in()
    path: str | None = "/operator/submissions"
    pages = []
    while path is not None:
        page = desk.page(path)
        pages.append(references(page))
        path = older(page)
        assert f"{MANY} submissions" in page.text
    assert [len(page) for page in pages] == [50, 50, 20]
    shown = [reference for page in pages for reference in page]
    assert len(set(shown)) == MANY
    times = dict(rows(app, "SELECT reference, received_at FROM receipts JOIN submissions ON id = submission_id"))
    moments = [times[reference] for reference in shown]
    assert moments == sorted(moments, reverse=True)
    last = desk.page("/operator/submissions")
    visitor.send(PEOPLE[0])
    assert references(desk.page(str(older(last)))) == pages[1], "a new one moves no page"


@pytest.mark.parametrize("before", ["", "x", "0", "-1", "' OR 1=1", "%00", "🙂", "f" * 1000, "{" + "0" * 32 + "}"])
def test_a_page_that_is_none_is_not_found_or_empty(desk: Desk, before: str) -> None:
    answer = desk.sign_in().get(f"/operator/submissions?before={before}")
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        assert references(page_of(answer)) == []


def test_opening_a_record_shows_the_data_the_consent_and_the_timeline(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person, topic="contract", mailing="yes")
    desk.sign_in()
    reference = newest_first(app)[0]
    page = desk.page(f"/operator/submissions/{reference}")
    for words in (reference, person.name, person.second_name, "+7 701 555 3137", "A contract", "Subscribed", "2023-07-20",
                  "the form on this site, a ticked box", "(a) concluding", "(d) mailings", "1.1. The data I send are my own.",
                  "Your data do not leave Kazakhstan.", "Collection", "Accumulation", "Access", NAME.casefold()):  # fmt: skip
        assert words in page.text, words
    assert f"tel:{person.e164}" in page.source
    assert rows(app, "SELECT sha256 FROM consents")[0][0] in page.text
    assert [row[0] for row in rows(app, "SELECT act FROM journal ORDER BY number")] == [
        "storage",  # somebody was let in at the desk
        "storage",
        "collection",
        "accumulation",
        "access",
    ]
    assert rows(app, "SELECT actor, details FROM journal WHERE act = 'access'") == [
        ("operator:1", '{"by": "desk", "what": "record"}')
    ]


def test_each_opening_is_one_entry_and_stands_in_the_timeline(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    desk.sign_in()
    path = f"/operator/submissions/{newest_first(app)[0]}"
    for times in (1, 2, 3):
        assert desk.page(path).text.count("Access The record was opened at the desk.") in {0, times}
        assert desk.page("/operator/submissions").text.count(person.name) == 0
    assert rows(app, "SELECT count(*) FROM journal WHERE act = 'access'") == [(3,)]
    done = app.test_cli_runner().invoke(args=["journal", "verify"])
    assert done.output == "The journal holds: 7 entries.\n"


def test_the_journal_holds_no_personal_value(app: Flask, visitor: Visitor, desk: Desk, person: Person) -> None:
    visitor.send(person)
    desk.sign_in().get(f"/operator/submissions/{newest_first(app)[0]}")
    kept = str(rows(app, "SELECT * FROM journal"))
    for value in (person.name, person.second_name, person.e164, NAME, NAME.casefold()):
        assert value not in kept


def test_what_looks_like_a_machine_is_said_on_the_record(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person, website="x")
    text = desk.sign_in().page(f"/operator/submissions/{newest_first(app)[0]}").text
    assert "This submission is marked as suspect" in text
    assert "A field that people do not see was filled in." in text
    assert "The form was sent sooner than a person can fill it in." in text


@pytest.mark.parametrize(
    "reference", ["34679CDF", "34679cdf", "x", "%00", "%E9", "'", "a" * 5000, "🙂", "..%2f..%2fwsgi"]
)
def test_a_record_that_is_not_there_is_not_found_and_leaves_no_entry(app: Flask, desk: Desk, reference: str) -> None:
    desk.sign_in()
    before = everything(app)
    assert desk.get(f"/operator/submissions/{reference}").status_code == 404
    assert everything(app) == before


def test_a_record_is_the_same_on_each_database(app_on_each: Flask, clock: FixedClock, person: Person) -> None:
    visitor, desk = Visitor(strict_client(app_on_each)), Desk(strict_client(app_on_each), app_on_each, clock)
    stranger = Desk(strict_client(app_on_each), app_on_each, clock)
    visitor.send(person)
    desk.set_up(desk.link(NAME, "add" if "postgresql" in str(house_of(app_on_each).settings.database) else "reset"))
    desk.sign_in()
    (reference,) = references(desk.page("/operator/submissions"))
    page = desk.page(f"/operator/submissions/{reference}")
    assert person.name in page.text
    for strange in ("%00", "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 5000):
        assert desk.get(f"/operator/submissions/{strange}").status_code == 404
        assert stranger.give_password(strange, strange).status_code == 401
        assert visitor.get(f"/receipt/{strange}").status_code == 404
