"""What is counted and looked up, and what the listener for metrics answers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client, TestResponse

from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.web.metrics import METRICS
from kelisim.web.metrics_page import metrics_application
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.desk import NAME, Desk
from tests.web.rows import connect, house_of

Numbers = dict[tuple[str, ...], float]


@pytest.fixture
def measured(each_database: Settings, clock: FixedClock) -> Iterator[Flask]:
    built = migrated(replace(each_database, metrics_port=9100, receipt_limit="2 per minute"), clock=clock)
    yield built
    dispose(built)


@pytest.fixture
def listener(measured: Flask) -> Client:
    return Client(metrics_application(measured))


def numbers(listener: Client, app: Flask) -> Numbers:
    """Each sample: its name and the values of its labels, in the order of their names."""
    house_of(app).readiness.forget()
    answer = listener.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_a_day_at_the_site_in_numbers(measured: Flask, listener: Client, clock: FixedClock, person: Person) -> None:
    visitor, desk = Visitor(strict_client(measured)), Desk(strict_client(measured), measured, clock)
    secret = visitor.send(person, website="spam").headers["Location"].rpartition("/")[2]
    visitor.post("/", visitor.filled(person, phone="x"))
    visitor.get("/")
    visitor.get("/")
    for _ in range(3):
        visitor.get("/receipt/no-such-secret")
    desk.whole()
    Desk(strict_client(measured), measured, clock).give_password(password="wrong altogether")
    visitor.client.post(
        "/", base_url="https://localhost:8443", data={"x": "y"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert Runner(measured).run_now("journal")
    clock.at += timedelta(hours=2)
    found = numbers(listener, measured)
    assert found["kelisim_submissions_total", "accepted"] == 1
    assert found["kelisim_submissions_total", "field_phone"] == 1
    assert found["kelisim_suspects_total", "hidden_field"] == 1
    assert found["kelisim_requests_total", "GET", "/", "2xx"] >= 4, "those from the shelf too"
    assert found["kelisim_requests_total", "GET", "/receipt/<secret>", "4xx"] == 3
    assert found["kelisim_request_seconds_count", "/receipt/<secret>"] == 3
    assert found["kelisim_refused_total", "/receipt/<secret>", "limit"] == 1
    assert found["kelisim_refused_total", "/", "foreign"] == 1
    assert found["kelisim_sign_ins_total", "full"] == 1
    assert found["kelisim_sign_ins_total", "refused"] == 1
    assert found["kelisim_job_failures", "journal"] == 0
    assert found["kelisim_job_ended_timestamp_seconds", "journal"] == (clock.at - timedelta(hours=2)).timestamp()
    assert found["kelisim_job_late_seconds", "journal"] == 3600
    assert found["kelisim_journal_head_age_seconds",] == 7200
    assert found["kelisim_journal_entries",] > 3
    assert {key[1:]: value for key, value in found.items() if key[0] == "kelisim_due"} == {
        (noun, state): 0
        for noun in ("request", "incident", "recipient_task", "retention")
        for state in ("due", "overdue")
    }
    assert found["kelisim_mails", "waiting"] == found["kelisim_deliveries", "failed"] == 0
    assert found["kelisim_ready",] == 1, "this process has just begun to look"
    text = listener.get("/metrics").get_data(as_text=True)
    for told in (person.name, person.phone, person.e164[1:], secret, NAME, "no-such-secret", "wrong altogether"):
        assert told not in text


def test_every_metric_of_the_table_is_there_and_no_other(measured: Flask, listener: Client, person: Person) -> None:
    (house_of(measured).settings.instance / "tls").mkdir()
    (house_of(measured).settings.instance / "tls" / "localhost.pem").write_text("none")
    Visitor(strict_client(measured)).send(person)
    assert Runner(measured).run_now("journal")
    text = listener.get("/metrics").get_data(as_text=True)
    kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, re.MULTILINE))
    ours = {name: kind for name, kind in kinds.items() if name.startswith("kelisim_") and "_created" not in name}
    assert ours == {metric.name: metric.kind for metric in METRICS}
    assert {name for name in kinds if not name.startswith("kelisim_")} >= {"process_resident_memory_bytes"}


def test_why_it_is_not_ready_is_told_here(measured: Flask, listener: Client, clock: FixedClock) -> None:
    answer = listener.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"ready": True, "failed": []})
    clock.at += timedelta(hours=1)
    house_of(measured).readiness.forget()
    answer = listener.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"ready": False, "failed": ["worker"]})
    assert numbers(listener, measured)["kelisim_check_failed", "worker"] == 1


def test_a_database_that_is_away_leaves_what_the_process_knows(instance: Path, clock: FixedClock) -> None:
    app = migrated(Settings(instance=instance, metrics_port=9100), clock=clock)
    listener = Client(metrics_application(app))
    connect(app).execute("DROP TABLE mails")
    found = numbers(listener, app)
    assert found["kelisim_ready",] == 1
    assert ("kelisim_journal_entries",) not in found
    assert numbers(listener, app)["kelisim_database_errors_total",] >= 1
    dispose(app)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/metrics/x"), ("POST", "/metrics"), ("PUT", "/readyz")]
)
def test_there_is_nothing_else(listener: Client, method: str, path: str) -> None:
    answer: TestResponse = listener.open(path, method=method)
    assert answer.status_code == 404


def test_nothing_is_counted_where_no_port_is_set(app: Flask) -> None:
    with pytest.raises(LookupError):
        metrics_application(app)


def test_a_port_that_is_the_sites_own_is_refused(instance: Path) -> None:
    environment = {"KELISIM_METRICS_PORT": "8441", "KELISIM_WORKERS": "2"}
    assert Settings.load(instance, environment).metrics_port == 8441
    with pytest.raises(SettingsError, match="metrics_port"):
        Settings.load(instance, {**environment, "KELISIM_WORKERS": "3"})
    with pytest.raises(SettingsError, match="log_format"):
        Settings.load(instance, {"KELISIM_LOG_FORMAT": "xml"})
    with pytest.raises(SettingsError, match="acme_folder"):
        Settings.load(instance, {"KELISIM_ACME_FOLDER": str(instance / "none")})
