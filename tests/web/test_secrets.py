"""Secrets of addresses and passwords of settings: in no line of any log, on no page of an error, in no repr."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader
from werkzeug.test import TestResponse

from kelisim.settings import Settings
from kelisim.web.security.openings import SECRET_ADDRESS
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log
from tests.web.desk import PASSWORD, Desk
from tests.web.rows import connect

UUID = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def settings(instance: Path) -> Settings:
    return Settings(instance=instance, my_limit="", receipt_limit="", sign_in_limit="", form_limit="")


def secret_addresses(app: Flask, person: Person, clock: FixedClock) -> dict[str, str]:
    """Every address that holds a secret, by its route, with secrets that open."""
    secret = Visitor(app.test_client()).send(person).headers["Location"].rpartition("/")[2]
    token = Desk(app.test_client(), app, clock).link().rpartition("/")[2]
    parts = {"secret": secret, "token": token, "act": "withdraw", "request_id": UUID}
    adapter = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in SECRET_ADDRESS:
            found[rule.rule] = adapter.build(rule.endpoint, {name: parts[name] for name in rule.arguments})
    return found


def secrets_in(path: str) -> list[str]:
    return [part for part in path.split("/") if len(part) >= 32 and part != UUID]


def drive(app: Flask, paths: list[str], form: dict[str, str]) -> list[TestResponse]:
    client = app.test_client()
    answers = [client.get(path, base_url=ORIGIN) for path in paths]
    return answers + [client.post(path, base_url=ORIGIN, data=form) for path in paths]


def breaks_nothing(_app: Flask) -> None:
    pass


def breaks_the_database(app: Flask) -> None:
    with connect(app) as connection:
        for table in ("set_up_links", "receipts", "submissions"):
            connection.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")


def breaks_the_templates(app: Flask) -> None:
    app.jinja_env.loader = DictLoader({})
    app.jinja_env.cache.clear()  # type: ignore[union-attr]  # an environment of ours has one
    app.jinja_env.bytecode_cache = None


@pytest.mark.parametrize(
    ("breaks", "statuses"),
    [
        (breaks_nothing, {200, 404, 405, 422}),
        (breaks_the_database, {503, 404, 405}),
        (breaks_the_templates, {500, 404, 405, 200}),
    ],
)
def test_no_secret_reaches_a_log_or_a_page_of_an_error(
    app: Flask,
    person: Person,
    clock: FixedClock,
    log: Log,
    capfd: pytest.CaptureFixture[str],
    breaks: object,
    statuses: set[int],
) -> None:
    addresses = secret_addresses(app, person, clock)
    assert len(addresses) >= 9
    wrong = [path.replace(secret, secret[::-1]) for path in addresses.values() for secret in secrets_in(path)]
    paths = [*addresses.values(), *wrong]
    breaks(app)  # type: ignore[operator]  # one of the functions above
    answers = drive(app, paths, {"token": "x", "password": PASSWORD, "code": "123456", "name": person.name})
    assert {answer.status_code for answer in answers} <= statuses | {303}
    assert max(statuses) in {answer.status_code for answer in answers} or breaks is breaks_nothing
    said = log.text + "".join(capfd.readouterr())
    assert '"status": ' in said
    hidden = {secret for path in paths for secret in secrets_in(path)} | {PASSWORD, person.name, person.phone}
    assert [secret for secret in hidden if secret in said] == []
    for answer in answers:
        if answer.status_code >= 400 and answer.status_code not in {405, 422}:
            page = answer.get_data(as_text=True)
            # A page links to itself in the other languages: of its own address it holds what its reader has anyway.
            foreign = hidden - set(secrets_in(answer.request.path))
            assert [secret for secret in foreign if secret in page] == [], answer.request.path


def test_what_the_database_raises_holds_no_value(app: Flask, person: Person, log: Log) -> None:
    with connect(app) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON submissions BEGIN SELECT RAISE(ABORT, 'full'); END")
    answer = Visitor(app.test_client()).send(person)
    assert answer.status_code >= 500
    assert log.events("fault")
    assert person.name not in log.text
    assert "INSERT" not in log.text
    with app.app_context():
        from kelisim.storage.db import db

        assert db.engine.hide_parameters


def test_passwords_of_settings_are_in_no_repr_and_no_fault(
    settings: Settings, clock: FixedClock, log: Log, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "k0pa-chadyr"
    told = replace(
        settings,
        database_url=f"postgresql+psycopg://kelisim:{secret}@127.0.0.1:1/kelisim",
        redis_url=f"redis://:{secret}@127.0.0.1:1/0",
    )
    assert secret not in repr(told)
    app = migrated(told, clock=clock)
    client = app.test_client()
    for path in ("/", f"/my/{'A' * 32}", "/operator/sign-in"):
        assert secret not in client.get(path, base_url=ORIGIN).get_data(as_text=True)
    result = app.test_cli_runner().invoke(args=["operators", "add", "Ayan"])
    assert result.exit_code == 1
    with app.app_context():
        from kelisim.storage.db import db

        assert secret not in f"{result.output}{db.engine.url}{db.engine!r}{log.text}{''.join(capfd.readouterr())}"
    dispose(app)
