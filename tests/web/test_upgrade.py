"""The way up from the first migration: a database that the first version filled is brought to today's, and all of it holds.

``first.json`` is frozen: what that version's own code wrote of made-up people, with the keys it made.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, dispose
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.desk import Desk

FROZEN: dict[str, Any] = json.loads(Path(__file__).with_name("first.json").read_text(encoding="utf-8"))
# A week later: the people's terms still run, the operator's session is over.
LATER = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
# What numbers its rows by itself, and so counts on in PostgreSQL from where the first version had come.
NUMBERED = {"choices": "number", "operators": "id"}


@pytest.fixture
def old(each_new_database: Settings) -> Iterator[Flask]:
    """The application of today over the first version's database and keys."""
    folder = each_new_database.instance / "keys"
    for made in folder.iterdir():  # those of today's version, one of which the first did not have
        made.unlink()
    for name, text in FROZEN["keys"].items():
        (folder / name).write_text(text)
    app = create_app(each_new_database, clock=FixedClock(LATER))
    app.testing = False
    migrate(app, "0001")
    fill(app)
    yield app
    dispose(app)


def migrate(app: Flask, revision: str) -> None:
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"), revision=revision)


def fill(app: Flask) -> None:
    with app.app_context():
        postgres = db.engine.dialect.name == "postgresql"
        with closing(db.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for table, rows in FROZEN["rows"].items():
                for row in rows:
                    values = ", ".join(literal(value, postgres=postgres) for value in row.values())
                    cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})")
            for table, column in NUMBERED.items() if postgres else ():
                last = f"(SELECT max({column}) FROM {table})"
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {last})")
            connection.commit()


def literal(value: object, *, postgres: bool) -> str:
    """A value as SQL. PostgreSQL reads any type from a quoted text."""
    if value is None:
        return "NULL"
    if isinstance(value, dict):
        raw = b64decode(value["base64"]).hex()
        return f"'\\x{raw}'" if postgres else f"x'{raw}'"
    text = str(value).replace("'", "''")
    return f"'{text}'" if postgres or isinstance(value, str) else text


def test_what_the_first_version_kept_holds_and_is_worked_on(old: Flask, person: Person) -> None:
    migrate(old, "head")
    desk, visitor = Desk(strict_client(old), old, FixedClock(LATER)), Visitor(strict_client(old))
    desk.clock = clock_of(old)
    operator, (name, second_name, phone) = FROZEN["operator"], FROZEN["people"][0]
    assert "The journal holds: 7 entries." in desk.command("journal", "verify")
    assert "2 records" in desk.command("choices", "verify")
    desk.command("documents", "verify")

    desk.secret = operator["totp"]
    assert desk.give_password(operator["name"], operator["password"]).headers["Location"].endswith("/code")
    assert desk.give_code().headers["Location"] == "/operator"
    reference = FROZEN["rows"]["receipts"][0]["reference"]
    record = desk.get(f"/operator/submissions/{reference}").get_data(as_text=True)
    assert all(value in record for value in (name, second_name, phone))

    secret = FROZEN["secrets"][0]
    assert reference in visitor.get(f"/receipt/{secret}").get_data(as_text=True)
    own = visitor.get(f"/my/{secret}").get_data(as_text=True)
    assert name in own
    assert second_name in own
    assert visitor.get(f"/receipt/{secret}/evidence.zip").status_code == 200

    assert visitor.send(person).status_code == 303
    visitor.post("/cookies", {"token": visitor.page("/cookies").value("token"), "answer": "accept"})
    for job in ("search", "choices", "retention", "journal", "visits", "tidy"):
        assert Runner(old).run_now(job), job
    assert "The journal holds" in desk.command("journal", "verify")
    assert "3 records" in desk.command("choices", "verify")
    assert visitor.get("/readyz").status_code == 200


def clock_of(app: Flask) -> FixedClock:
    found = app.extensions["kelisim"].clock
    assert isinstance(found, FixedClock)
    return found
