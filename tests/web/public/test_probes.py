"""The probes: yes or no for whoever asks, by any name and way, and the why in the log alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, dispose, migrated
from tests.services.given import add_operator
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log, strict_client
from tests.web.rows import connect, house_of

READY, NOT_READY = (200, {"ready": True}), (503, {"ready": False})


@pytest.fixture
def probe(app: Flask) -> Callable[[], tuple[int, object]]:
    def asked() -> tuple[int, object]:
        return ask(app)

    return asked


def ask(app: Flask, path: str = "/readyz") -> tuple[int, object]:
    house_of(app).readiness.forget()
    answer = strict_client(app).get(path, base_url=ORIGIN)
    assert answer.mimetype == "application/json"
    return answer.status_code, answer.get_json()


def test_they_answer_any_name_over_any_way_without_a_cookie_a_limit_or_a_line(app: Flask, log: Log) -> None:
    client = strict_client(app)
    for origin in (ORIGIN, "http://10.0.0.7:8443", "https://balancer.example"):
        for path, said in (("/healthz", {"alive": True}), ("/readyz", {"ready": True})):
            answer = client.get(path, base_url=origin)
            assert (answer.status_code, answer.get_json()) == (200, said)
            assert "Set-Cookie" not in answer.headers
            head = client.head(path, base_url=origin)
            assert (head.status_code, head.data) == (200, b"")
    for _ in range(150):
        assert client.get("/readyz", base_url=ORIGIN).status_code == 200
    assert log.lines == []


def test_what_is_no_probe_stays_behind_the_walls(app: Flask) -> None:
    client = strict_client(app)
    assert client.post("/readyz", base_url=ORIGIN, data={"x": "y"}).status_code == 405
    assert client.get("/healthz/", base_url="https://balancer.example").status_code == 400
    assert client.get("/readyz/x", base_url=ORIGIN).status_code == 404


def test_a_database_of_another_schema_is_not_served(app: Flask, probe: Callable[[], object], log: Log) -> None:
    assert probe() == READY
    connect(app).execute("UPDATE alembic_version SET version_num = '0001'")
    assert probe() == NOT_READY
    assert [(line["level"], line["failed"]) for line in log.events("readiness")] == [("warning", ["migrations"])]


def test_a_database_that_was_never_prepared_is_not_served(each_new_database: Settings, log: Log) -> None:
    from kelisim.app import create_app

    app = create_app(each_new_database)
    assert ask(app) == NOT_READY
    assert [line["failed"] for line in log.events("readiness")] == [["migrations"]]
    assert ask(app, "/healthz") == (200, {"alive": True})
    dispose(app)


def test_each_database_in_use_is_served(each_database: Settings, clock: FixedClock) -> None:
    app = migrated(each_database, clock=clock)
    assert ask(app) == READY
    assert Runner(app).run_now("tidy")
    assert ask(app) == READY
    dispose(app)


def test_a_database_that_is_away_is_told_and_the_process_lives(
    app: Flask, probe: Callable[[], object], log: Log
) -> None:
    assert probe() == READY
    with app.app_context():
        db.engine.dispose()
    (house_of(app).settings.instance / "kelisim.sqlite3").write_bytes(b"no database at all " * 500)
    assert probe() == NOT_READY
    assert [line["failed"] for line in log.events("readiness")] == [["database"]]
    assert ask(app, "/healthz") == (200, {"alive": True})


def test_a_clock_that_went_back_behind_the_journal(
    probe: Callable[[], object], visitor: Visitor, person: Person, clock: FixedClock, log: Log
) -> None:
    visitor.send(person)
    assert probe() == READY
    clock.at -= timedelta(minutes=2)
    assert probe() == NOT_READY
    assert [line["failed"] for line in log.events("readiness")] == [["clock"]]
    clock.at += timedelta(minutes=2)
    assert probe() == READY
    assert [line["level"] for line in log.events("readiness")] == ["warning", "info"]


def test_a_worker_that_stands_still(app: Flask, probe: Callable[[], object], clock: FixedClock) -> None:
    assert probe() == READY
    clock.at += timedelta(minutes=31)
    assert probe() == NOT_READY
    assert Runner(app).run_now("tidy")
    assert probe() == READY


def test_keys_and_certificate_are_looked_for(app: Flask, probe: Callable[[], object], log: Log) -> None:
    instance = house_of(app).settings.instance
    key = instance / "keys" / "operator.key"
    kept = key.read_bytes()
    key.unlink()
    assert probe() == NOT_READY
    key.write_bytes(kept)
    assert probe() == READY
    (instance / "tls").mkdir()
    (instance / "tls" / "localhost.pem").write_text("no certificate")
    assert probe() == NOT_READY
    assert [line["failed"] for line in log.events("readiness")] == [["keys"], [], ["certificate"]]


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        ("all", {"operator.key", "operator.pub", "site.key", "desk.key"}),
        ("operator", {"operator.key", "operator.pub", "site.key", "desk.key"}),
        ("public", {"operator.pub", "site.key"}),
    ],
)
def test_each_role_looks_for_the_keys_it_needs(
    settings: Settings, clock: FixedClock, role: str, needed: set[str]
) -> None:
    app = migrated(replace(settings, role=role), clock=clock)
    keys = settings.instance / "keys"
    for path in sorted(keys.iterdir()):
        path.rename(keys.with_name("kept"))
        assert ask(app) == (NOT_READY if path.name in needed else READY), path.name
        keys.with_name("kept").rename(path)
    assert ask(app) == READY
    dispose(app)


@pytest.mark.parametrize("role", ["all", "operator"])
def test_a_desks_key_that_was_lost_before_the_start_is_missed(
    settings: Settings, clock: FixedClock, role: str, log: Log
) -> None:
    before = migrated(settings, clock=clock)
    with before.app_context():
        add_operator(before)
    dispose(before)
    key = settings.instance / "keys" / "desk.key"
    kept = key.read_bytes()
    key.unlink()
    for content, said in ((None, NOT_READY), (kept, READY)):
        if content is not None:
            key.write_bytes(content)
        app = migrated(replace(settings, role=role), clock=clock)
        assert ask(app) == said
        dispose(app)
    assert [line["failed"] for line in log.events("readiness")] == [["keys"]]


def test_a_disk_that_is_too_full(instance: Path, clock: FixedClock) -> None:
    app = migrated(Settings(instance=instance, free_disk_megabytes=1_000_000_000), clock=clock)
    assert ask(app) == NOT_READY
    dispose(app)


def test_a_process_that_is_about_to_end_is_sent_nobody(app: Flask, probe: Callable[[], object]) -> None:
    house_of(app).readiness.drain()
    assert probe() == NOT_READY
    assert ask(app, "/healthz") == (200, {"alive": True})


def test_an_answer_counts_for_a_second(app: Flask, probe: Callable[[], object]) -> None:
    assert probe() == READY
    connect(app).execute("UPDATE alembic_version SET version_num = '0001'")
    house_of(app).readiness._until += 3600
    assert strict_client(app).get("/readyz", base_url=ORIGIN).status_code == 200
    assert probe() == NOT_READY
