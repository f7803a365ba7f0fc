"""A backup that an earlier version made comes back into today's, on both databases; one of a later version is refused.

``earlier.json`` is frozen: the backup of the first version that made any (schema 0020), its keys, and the ledger of what was
destroyed after it.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.app import create_app
from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.storage.schema import HEAD
from tests.conftest import FixedClock, dispose
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import house_of
from tests.web.test_cli import failed, run

FROZEN: dict[str, Any] = json.loads(Path(__file__).with_name("earlier.json").read_text(encoding="utf-8"))
LATER = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def new(each_new_database: Settings) -> Iterator[Flask]:
    """The application of today on an instance with the keys and the ledger of the earlier site, and no database yet."""
    folder = each_new_database.instance / "keys"
    for name, words in FROZEN["keys"].items():
        (folder / name).write_text(words)
    app = create_app(each_new_database, clock=FixedClock(LATER))
    app.testing = False
    yield app
    dispose(app)


@pytest.fixture
def kept(tmp_path: Path) -> str:
    path = tmp_path / "earlier.backup"
    path.write_bytes(b64decode(FROZEN["backup"]))
    return str(path)


def give_ledger(app: Flask) -> None:
    path = house_of(app).ledger.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FROZEN["ledger"])


def schema_of(app: Flask) -> str:
    with app.app_context():
        return str(db.session.scalar(text("SELECT version_num FROM alembic_version")))


def test_an_earlier_backup_comes_back_and_is_worked_on(new: Flask, kept: str, person: Person) -> None:
    assert FROZEN["schema"] < HEAD
    assert "there is no ledger of erasures" in failed(run(new, "restore", kept))
    give_ledger(new)
    done = run(new, "restore", kept)
    assert done.exit_code == 0, done.output
    assert "1 records that were destroyed since were destroyed again. The journal holds." in done.output
    assert schema_of(new) == HEAD

    desk, visitor = Desk(strict_client(new), new, FixedClock(LATER)), Visitor(strict_client(new))
    desk.clock = new.extensions["kelisim"].clock
    for group in ("journal", "choices", "documents", "erasures"):
        desk.command(group, "verify")
    operator, ((name, second_name, phone), *_) = FROZEN["operator"], FROZEN["people"]
    desk.secret = operator["totp"]
    assert desk.give_password(operator["name"], operator["password"]).headers["Location"].endswith("/code")
    assert desk.give_code().headers["Location"] == "/operator"
    kept_reference, destroyed_reference, _ = FROZEN["references"]
    record = desk.get(f"/operator/submissions/{kept_reference}").get_data(as_text=True)
    assert all(value in record for value in (name, second_name, phone))
    destroyed = desk.get(f"/operator/submissions/{destroyed_reference}").get_data(as_text=True)
    assert FROZEN["people"][1][0] not in destroyed
    assert name in visitor.get(f"/my/{FROZEN['secrets'][0]}").get_data(as_text=True)

    assert visitor.send(person).status_code == 303
    for job in ("search", "choices", "retention", "journal", "visits", "tidy"):
        assert Runner(new).run_now(job), job
    assert "The journal holds" in desk.command("journal", "verify")
    assert visitor.get("/readyz").status_code == 200


def test_a_backup_of_a_later_version_is_refused_in_one_line(
    app: Flask, each_new_database: Settings, tmp_path: Path
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    path = str(tmp_path / "later.backup")
    assert run(app, "backup", path).exit_code == 0
    other = create_app(each_new_database)
    for name in ("site.key", "operator.key", "operator.pub", "desk.key"):
        kept = house_of(app).settings.instance / "keys" / name
        (each_new_database.instance / "keys" / name).write_bytes(kept.read_bytes())
    said = failed(run(other, "restore", path, "--without-erasures"))
    assert "of schema 9999, newer than this version: install a newer one" in said
    dispose(other)
