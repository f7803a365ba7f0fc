"""Visits are counted of those who agreed and of nobody else, and nothing joins one to a submission."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from kelisim.domain.visits import Batch
from kelisim.services import visits
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.cookies import VISIT
from kelisim.web.security.openings import OPEN, SECRET_ADDRESS
from kelisim.web.visit_writer import VisitWriter
from kelisim.web.visits import PAGES
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor

ADDRESS, MASKED = "203.0.113.77", "203.0.113.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0.7339.207 Mobile Safari/537.36"
ALL_YES = {"convenience": "yes", "statistics": "yes", "address": "yes"}


class Browser(Visitor):
    """A visitor whose browser has an address, a name and cookies of its own."""

    def __init__(self, app: Flask, address: str = ADDRESS, **headers: str) -> None:
        super().__init__(app.test_client())
        self._from = {"environ_overrides": {"REMOTE_ADDR": address}}
        self.always = {"User-Agent": PHONE, **{name.replace("_", "-"): value for name, value in headers.items()}}

    def get(self, path: str, **arguments: Any) -> Any:
        headers = {**self.always, **arguments.pop("headers", {})}
        return super().get(path, **self._from, headers=headers, **arguments)

    def post(self, path: str, data: object, **arguments: Any) -> Any:
        return super().post(path, data, **self._from, headers=self.always, **arguments)

    def choose(self, **answers: str) -> "Browser":
        token = self.page("/cookies").value("token", -1)
        answered = {"answer": "choose", "token": token, "next": "/", **ALL_YES, **answers}
        assert self.post("/cookies", answered).status_code == 303
        return self

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie(VISIT.name, domain="localhost")
        return None if found is None else found.value


def waiting(app: Flask) -> Batch:
    """What was counted and is not written yet."""
    return app.extensions["kelisim"].visits.take()


def events(batch: Batch) -> dict[str, int]:
    return {count.value: number for count, number in batch.counts.items() if count.kind == "event"}


def pages(batch: Batch) -> dict[str, int]:
    return {count.value: number for count, number in batch.counts.items() if count.kind == "page"}


def test_no_page_that_follows_a_submission_is_counted() -> None:
    assert PAGES.keys() <= OPEN - SECRET_ADDRESS


@pytest.mark.parametrize(
    ("answers", "signal"),
    [(None, {}), ({"statistics": "no"}, {}), (ALL_YES, {"Sec-GPC": "1"}), (ALL_YES, {"DNT": "1"})],
)
def test_nobody_who_did_not_agree_is_counted(
    app: Flask, answers: dict[str, str] | None, signal: dict[str, str]
) -> None:
    browser = Browser(app)
    if answers is not None:
        browser.choose(**answers)
    # A yes from before the browser began to ask us not to is on hold.
    browser.always.update(signal)
    for path in ("/", "/consent", "/cookies", "/rights"):
        browser.get(path)
    assert browser.post("/", browser.filled(PEOPLE[0])).status_code == 303
    assert not waiting(app)
    assert browser.cookie is None


def test_a_signal_leaves_no_visit_and_takes_the_cookie_away(app: Flask) -> None:
    browser = Browser(app, Sec_GPC="1")
    assert not waiting(app)
    browser.get("/")
    assert browser.cookie is None
    # A later explicit yes on the site wins.
    browser.choose()
    browser.get("/")
    assert len(waiting(app).visits) == 1


def test_several_pages_of_a_day_are_one_visit_and_the_next_day_another(app: Flask, clock: FixedClock) -> None:
    browser = Browser(app).choose()
    browser.get("/", headers={"Referer": "https://www.google.com/search?q=x"})
    cookie = browser.cookie
    assert cookie is not None
    assert re.fullmatch(r"[0-9a-f]{32}-2026-11-22", cookie)
    for path in ("/consent", "/kk/policy", "/my", "/receipts/check", "/consent/2023-07-20", "/nothing", "/robots.txt"):
        browser.get(path)
    batch = waiting(app)
    (visit,) = batch.visits.values()
    assert (visit.source, visit.language, visit.device, visit.network) == ("google.com", "en", "phone", MASKED)
    assert not visit.came_back
    assert pages(batch) == {"form": 1, "consent": 2, "policy": 1, "my": 1, "check": 1}
    clock.at += timedelta(days=1)
    browser.get("/")
    (again,) = waiting(app).visits.values()
    assert (again.came_back, again.day - visit.day) == (True, timedelta(days=1))
    assert again.key != visit.key
    assert browser.cookie == cookie, "a visit does not prolong the cookie"


def test_the_cookie_lives_as_long_as_the_settings_say_and_no_longer(settings: Settings, clock: FixedClock) -> None:
    app = migrated(replace(settings, visit_cookie_days=10, choice_days=30), clock=clock)
    browser = Browser(app).choose()
    line = next(line for line in browser.get("/").headers.getlist("Set-Cookie") if line.startswith(VISIT.name))
    assert line.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert f"Max-Age={10 * 86_400};" in line
    first = browser.cookie
    clock.at += timedelta(days=11)
    # A browser that kept it for longer than it was told to.
    browser.client.set_cookie(VISIT.name, str(first), domain="localhost", secure=True)
    browser.get("/")
    assert browser.cookie != first
    dispose(app)


@pytest.mark.parametrize("value", ["", "x", "a" * 4000, "a" * 32, f"{'a' * 32}-2026-13-99", f"{'a' * 32}-2999-01-01"])
def test_a_cookie_that_is_not_ours_is_replaced(app: Flask, value: str) -> None:
    browser = Browser(app).choose()
    browser.client.set_cookie(VISIT.name, value, domain="localhost", secure=True)
    assert browser.get("/").status_code == 200
    assert browser.cookie != value
    assert len(waiting(app).visits) == 1


def test_the_network_is_kept_only_with_a_yes_to_it(app: Flask) -> None:
    Browser(app).choose(address="no").get("/")
    assert [visit.network for visit in waiting(app).visits.values()] == [None]


def test_what_is_fetched_beforehand_is_no_view(app: Flask) -> None:
    browser = Browser(app).choose()
    browser.get("/consent", headers={"Sec-Purpose": "prefetch;prerender"})
    browser.client.head("/consent", base_url="https://localhost:8443")
    assert not waiting(app)


def test_the_form_is_counted_by_the_day_and_a_repeated_one_once(app: Flask) -> None:
    browser = Browser(app).choose()
    browser.post("/", {**browser.filled(PEOPLE[0]), "phone": "letters"})
    fields = browser.filled(PEOPLE[0])
    for _ in range(2):
        assert browser.post("/", fields).status_code == 303
    assert events(waiting(app)) == {"opened": 2, "mended": 1, "sent": 1}


def test_after_a_no_nothing_is_left(app: Flask) -> None:
    browser = Browser(app).choose()
    browser.get("/")
    assert browser.cookie
    browser.choose(statistics="no")
    waiting(app)  # the page with the question was opened while the yes still held
    browser.get("/")
    assert browser.cookie is None
    assert not waiting(app)


def test_the_writer_writes_what_waits_and_keeps_it_while_the_database_is_away(app: Flask) -> None:
    writer = VisitWriter(app)
    Browser(app).choose().get("/")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE visits RENAME TO away"))
    writer.write()
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO visits"))
    writer.stop()
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM visits")) == 1
    assert issubclass(DATABASE_AWAY[0], Exception)


@pytest.fixture
def lived_in(app_on_each: Flask, clock: FixedClock) -> tuple[Flask, list[Browser]]:
    """A day with people who agreed, of whom some sent the form, each writing at once: the worst case for a join."""
    writer, browsers = VisitWriter(app_on_each), []
    for number, person in enumerate(PEOPLE[:8]):
        browser = Browser(app_on_each, f"198.51.{number}.77").choose()
        browser.get("/")
        writer.write()
        clock.at += timedelta(minutes=3)
        if number % 2:
            send(browser, person)
            writer.write()
        browsers.append(browser)
    clock.at += timedelta(days=1)
    with app_on_each.app_context():
        visits.compact(db.session(), today=clock.at.date(), days=30)
    return app_on_each, browsers


def send(browser: Browser, person: Person) -> None:
    answer = browser.post("/", browser.filled(person))
    assert answer.status_code == 303
    browser.get(answer.headers["Location"])


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(text(query))]


def test_nothing_joins_a_visit_to_a_submission(lived_in: tuple[Flask, list[Browser]]) -> None:
    app, browsers = lived_in
    with app.app_context():
        tables = {table: inspect(db.engine).get_columns(table) for table in inspect(db.engine).get_table_names()}
        dialect = db.engine.dialect.name
    assert len(rows(app, "SELECT 1 FROM visits")) == len(browsers)
    assert len(rows(app, "SELECT 1 FROM submissions")) == 4
    # By time: a visit knows its day and no more.
    assert [c["name"] for c in tables["visits"] if "TIME" in str(c["type"]).upper()] == []
    assert len(set(rows(app, "SELECT day FROM visits"))) == 1
    # By id: no value of a visit stands in any other table, whatever the column, and no cookie's number anywhere.
    keys = {bytes(key) for (key,) in rows(app, "SELECT key FROM visits")}
    for table in tables.keys() - {"visits"}:
        values = [value for row in rows(app, f"SELECT * FROM {table}") for value in row]
        assert not keys & {bytes(value) for value in values if isinstance(value, bytes | memoryview)}, table
        said = " ".join(map(str, values))
        for browser in browsers:
            assert str(browser.cookie).partition("-")[0] not in said, table
    whole = " ".join(str(row) for table in tables for row in rows(app, f"SELECT * FROM {table}"))
    # By address: the whole one is nowhere, the network only with the visit.
    for number in range(len(browsers)):
        assert f"198.51.{number}.77" not in whole
        assert whole.count(f"198.51.{number}.0") == 2, "with the visit, and as a number of the day"
    # By order: the rows lie in the order of their random keys, and were all written in one go.
    assert [bytes(key) for (key,) in rows(app, "SELECT key FROM visits")] == sorted(keys)
    if dialect == "postgresql":
        assert len(set(rows(app, "SELECT xmin::text FROM visits"))) == 1
        assert len(set(rows(app, "SELECT xmin::text FROM visit_counts WHERE kind NOT IN ('event', 'page')"))) == 1
    else:
        # By row number: there is none, not even the hidden one.
        with pytest.raises(Exception, match="no such column: rowid"):
            rows(app, "SELECT rowid FROM visits")
    assert [c for table in ("visits", "visit_counts") for c in tables[table] if c.get("autoincrement") is True] == []
    # By what was done: that a form was sent is a number of the day, and no visit says it.
    assert rows(app, "SELECT number FROM visit_counts WHERE kind = 'event' AND value = 'sent'") == [(4,)]
    senders = rows(app, "SELECT source, language, device, came_back FROM visits")
    assert len(set(senders)) == 1, "those who sent and those who did not look alike"
