"""Errors are pages of the site, say what was saved, and never show what broke."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.test import TestResponse

from kelisim.app import create_app
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log, strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, count, rows
from tests.web.strict import check_headers, page_of


def test_every_error_is_a_page_that_says_what_happened_and_where_to_go(
    app: Flask, visitor: Visitor, settings: Settings
) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    answers = {
        400: visitor.client.get("/", base_url="https://evil.example"),
        403: visitor.client.post("/", base_url=ORIGIN, data={"name": ""}, headers={"Sec-Fetch-Site": "cross-site"}),
        404: visitor.get("/nothing"),
        405: visitor.client.delete("/consent", base_url=ORIGIN),
        411: visitor.client.post("/", base_url=ORIGIN),
        413: visitor.post("/", b"x" * (settings.body_bytes + 1), **form),
    }
    for status, answer in answers.items():
        page = page_of(answer)
        assert answer.status_code == status
        assert f"Status {status}" in page.text
        assert [step.get("href") for step in page.elements("a")].count("/consent") == 2, "in the foot, and as a step"
        assert "Nothing was saved" in page.text or status == 404
        assert "Retry-After" not in answer.headers
    assert count(app, "submissions") == 0


def test_an_error_at_the_desk_leads_back_to_the_submissions(desk: Desk) -> None:
    answer = desk.whole().get("/operator/submissions/34679CDF")
    assert answer.status_code == 404
    assert "Go to the submissions" in page_of(answer).text


# --- 500: a fault of ours --------------------------------------------------------------------------------------------


def fault_in_the_database(app: Flask) -> None:
    """From now on every submission is refused by the database itself, for a reason no code knows."""
    with closing(connect(app)) as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON submissions BEGIN SELECT RAISE(ABORT, 'сейф'); END")


def test_a_fault_is_a_page_that_promises_nothing_and_nothing_is_stored(
    app: Flask, visitor: Visitor, person: Person, log: Log
) -> None:
    fault_in_the_database(app)
    answer = visitor.send(person)
    assert answer.status_code == 500
    page = page_of(answer)
    assert "may not have been saved: send it again, it cannot be stored twice" in page.text
    assert "сейф" not in page.source
    assert [count(app, table) for table in ("submissions", "consents", "receipts", "journal")] == [0, 0, 0, 0]
    assert [fault["types"] for fault in log.events("fault")] == [["IntegrityError", "IntegrityError"]]
    assert "сейф" not in log.text


def broken(app: Flask, **templates: str) -> None:
    loader = app.jinja_env.loader
    assert loader is not None
    named = {name.replace("__", "/") + ".html": source for name, source in templates.items()}
    app.jinja_env.loader = ChoiceLoader([DictLoader(named), loader])


def test_a_template_that_fails_is_a_page(app: Flask, visitor: Visitor, person: Person, log: Log) -> None:
    broken(app, public__submissions__receipt="{{ 1 / 0 }} {{ receipt.reference }}")
    link = visitor.send(person).headers["Location"]
    answer = visitor.get(link)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page_of(answer).heading
    assert log.events("fault")[0]["types"] == ["ZeroDivisionError"]


def test_a_name_no_template_knows_is_a_fault_and_not_an_empty_place(app: Flask, visitor: Visitor) -> None:
    broken(app, public__documents__document="{{ no_such_value }}")
    assert visitor.get("/consent").status_code == 500


def test_where_even_the_error_page_fails_a_bare_one_stands_in(app: Flask, log: Log) -> None:
    broken(app, base="{{ 1 / 0 }}")
    for answer in (app.test_client().get("/consent", base_url=ORIGIN), app.test_client().get("/x", base_url=ORIGIN)):
        assert answer.status_code == 500
        assert "Something went wrong on our side" in answer.get_data(as_text=True)
        assert "Traceback" not in answer.get_data(as_text=True)
        check_headers(answer)
    assert {str(fault["types"]) for fault in log.events("fault")} >= {"['ZeroDivisionError']"}


def test_a_fault_while_the_desk_session_is_read_is_a_page(app: Flask, desk: Desk) -> None:
    desk.whole()
    with closing(connect(app)) as connection:
        connection.execute("UPDATE operator_sessions SET seen_at = 'unknown'")
    for path in ("/operator", "/operator/sign-in/code", "/operator/submissions/34679CDF"):
        assert desk.get(path).status_code == 500
    assert desk.get("/operator/sign-in").status_code == 200, "the way to begin again stays open"


# --- 503: the database is away ---------------------------------------------------------------------------------------

PATIENCE = 1


@pytest.fixture
def impatient(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """An application that waits for the database for one second."""
    built = migrated(replace(settings, database_wait_seconds=PATIENCE), clock=clock)
    yield built
    dispose(built)


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Somebody else writes."""
    with closing(connect(app)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def typed_on(answer: TestResponse) -> dict[str, str]:
    """What a browser would send from this page: its fields as they stand there."""
    page = page_of(answer)
    form = next(form for form in page.elements("form") if form.get("action") == "/")
    fields = {}
    for element in form.iter():
        tag = element.tag
        if tag == "input" and (element.get("type") != "checkbox" or element.get("checked") is not None):
            fields[str(element.get("name"))] = str(element.get("value", ""))
        if tag == "select":
            chosen = [option for option in element if option.get("selected") is not None]
            fields[str(element.get("name"))] = str(chosen[0].get("value")) if chosen else ""
    return fields


def check_nothing_lost(answer: TestResponse, fields: dict[str, str]) -> None:
    page = page_of(answer)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "The site cannot save anything at the moment" in page.text
    assert "Nothing was saved" in page.text
    assert typed_on(answer) == fields, "everything typed, every box, and the same token"


def test_a_locked_database_keeps_what_was_typed_and_takes_it_once_it_is_back(
    impatient: Flask, person: Person, log: Log
) -> None:
    visitor = Visitor(strict_client(impatient))
    fields = visitor.filled(person, topic="support", mailing="yes")
    with locked(impatient):
        answer = visitor.post("/", fields)
        check_nothing_lost(answer, fields)
        assert visitor.get("/consent").status_code == 200
    assert count(impatient, "submissions") == 0
    assert visitor.post("/", typed_on(answer)).status_code == 303
    assert visitor.post("/", fields).headers["Location"].endswith("?again=1")
    assert count(impatient, "submissions") == 1
    assert person.name not in log.text


def test_an_answer_about_cookies_that_cannot_be_kept_sets_no_cookie(impatient: Flask) -> None:
    visitor = Visitor(strict_client(impatient))
    fields = {"token": visitor.page("/cookies").value("token"), "answer": "accept"}
    with locked(impatient):
        answer = visitor.post("/cookies", fields)
    assert answer.status_code == 503
    assert "Set-Cookie" not in answer.headers
    assert count(impatient, "choices") == 0


def test_what_cannot_be_journalled_is_not_shown(impatient: Flask, clock: FixedClock, person: Person) -> None:
    visitor, desk = Visitor(strict_client(impatient)), Desk(strict_client(impatient), impatient, clock)
    visitor.send(person)
    desk.whole()
    reference = rows(impatient, "SELECT reference FROM receipts")[0][0]
    before = count(impatient, "journal")
    with locked(impatient):
        answer = desk.get(f"/operator/submissions/{reference}")
        assert desk.get("/operator/submissions").status_code == 200
    assert answer.status_code == 503
    assert person.name not in answer.get_data(as_text=True)
    assert count(impatient, "journal") == before


def test_a_read_only_database(settings: Settings, clock: FixedClock, person: Person) -> None:
    dispose(migrated(settings))
    file = settings.instance / "kelisim.sqlite3"
    app = migrated(replace(settings, database_url=f"sqlite:///{file}"), clock=clock)
    visitor = Visitor(strict_client(app))
    fields = visitor.filled(person)
    with app.app_context():
        db.engine.dispose()
    read_only = migrated_nothing(replace(settings, database_url=f"sqlite:///file:{file}?mode=ro&uri=true"), clock)
    other = Visitor(strict_client(read_only))
    answer = other.post("/", fields)
    check_nothing_lost(answer, fields)
    assert other.post("/operator/sign-in", {"name": "x", "password": "y"}).status_code == 422
    assert visitor.post("/", typed_on(answer)).status_code == 303
    dispose(read_only)
    dispose(app)


def migrated_nothing(settings: Settings, clock: FixedClock) -> Flask:
    """An application on a database nobody has made."""
    app = create_app(settings, clock=clock)
    app.testing = False
    return app


@pytest.mark.parametrize("state", ["no folder", "no tables", "a folder", "no tables any more"])
def test_a_database_that_is_not_there(
    settings: Settings, clock: FixedClock, person: Person, tmp_path: Path, state: str
) -> None:
    place = tmp_path / "elsewhere" / "kelisim.sqlite3"
    if state != "no folder":
        place.parent.mkdir()
    if state == "a folder":
        place.mkdir()
    app = migrated_nothing(replace(settings, database_url=f"sqlite:///{place}", database_wait_seconds=1), clock)
    if state == "no tables any more":
        dispose(migrated(settings))
        (settings.instance / "kelisim.sqlite3").rename(place)
        with closing(sqlite3.connect(place)) as connection:
            connection.executescript("DROP TABLE receipts; DROP TABLE operator_sessions;")
    visitor = Visitor(strict_client(app))
    fields = visitor.filled(person, topic="contract")
    check_nothing_lost(visitor.post("/", fields), fields)
    assert visitor.get("/receipt/" + "a" * 32).status_code == 503
    assert visitor.get("/cookies").status_code == 200, "what needs no database is there"
    desk = Desk(strict_client(app), app, clock)
    desk.carry("0" * 64)
    assert desk.get("/operator").status_code == 503
    assert desk.get("/operator/sign-in").status_code == 200
    dispose(app)


@pytest.mark.parametrize("damage", ["no database", "torn pages"])
def test_a_damaged_file_is_away_and_what_was_typed_is_kept(
    settings: Settings, clock: FixedClock, person: Person, damage: str
) -> None:
    dispose(migrated(settings))
    file = settings.instance / "kelisim.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(
        b"not a database " * 500 if damage == "no database" else whole[:4096] + b"\xff" * (len(whole) - 4096)
    )
    app = migrated_nothing(settings, clock)
    visitor, desk = Visitor(strict_client(app)), Desk(strict_client(app), app, clock)
    desk.carry("0" * 64)
    fields = visitor.filled(person)
    check_nothing_lost(visitor.post("/", fields), fields)
    assert desk.get("/operator").status_code == 503
    dispose(app)


def test_without_the_operators_key_the_desk_says_so_and_the_form_works(
    settings: Settings, clock: FixedClock, person: Person
) -> None:
    dispose(migrated(settings))
    (settings.instance / "keys" / "operator.key").unlink()
    app = migrated(settings, clock=clock)
    assert Visitor(strict_client(app)).send(person).status_code == 303
    assert Desk(strict_client(app), app, clock).whole().get("/operator/submissions").status_code == 503
    dispose(app)


# --- 429: too many tries ---------------------------------------------------------------------------------------------


def test_a_limit_keeps_what_was_typed(settings: Settings, clock: FixedClock, person: Person) -> None:
    app = migrated(replace(settings, form_limit="1 per hour"), clock=clock)
    visitor = Visitor(strict_client(app))
    visitor.send(person)
    fields = visitor.filled(person, topic="feedback", phone="8 (701) 555 31 37 <b>&amp;")
    answer = visitor.post("/", fields)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "Too much came from your network" in page_of(answer).text
    assert "Nothing was saved" in page_of(answer).text
    assert typed_on(answer) == fields
    assert count(app, "submissions") == 1
    free = migrated(settings, clock=clock)
    taken = Visitor(strict_client(free)).post("/", {**typed_on(answer), "phone": person.phone})
    assert taken.status_code == 303, "the same token is good once the limit is over"
    dispose(app)
    dispose(free)


@pytest.mark.parametrize(
    ("limit", "path", "method"),
    [
        ("choice_limit", "/cookies", "POST"),
        ("choice_limit", "/appearance", "POST"),
        ("choice_limit", "/reports", "POST"),
        ("receipt_limit", f"/receipt/{'a' * 32}", "GET"),
        ("receipt_limit", f"/receipt/{'a' * 32}/receipt.json", "GET"),
        ("receipt_limit", f"/receipt/{'a' * 32}/evidence.zip", "GET"),
        ("check_limit", "/receipts/check", "POST"),
        ("sign_in_limit", "/operator/sign-in", "POST"),
        ("sign_in_limit", f"/operator/set-up/{'0' * 48}", "GET"),
        ("sign_in_limit", f"/operator/set-up/{'0' * 48}", "POST"),
    ],
)
def test_each_limit_answers_with_a_page(settings: Settings, limit: str, path: str, method: str) -> None:
    app = migrated(replace(settings, **{limit: "1 per hour"}))
    client = strict_client(app)
    first, second = (client.open(path, method=method, base_url=ORIGIN, data={"x": "y"}) for _ in range(2))
    assert first.status_code != 429
    assert second.status_code == 429
    assert page_of(second).heading == "Too many tries"
    dispose(app)
