"""No query in a loop: every page of the site asks the database as often with many rows as with few."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from kelisim.runner import Runner
from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.handing_over import correct, post, recipient, tell_of_a_partner, transfer
from tests.web.operator.test_exports import made
from tests.web.operator.test_records import newest_first
from tests.web.rows import rows

RECORD = "/operator/submissions/<reference>"
# Reviewed: what is not opened here, since it is no page of rows or wants a state of its own.
NOT_OPENED = {
    "/static/<name>",
    "/texts/<sha256>.txt",
    "/<any(consent, policy, cookies):kind>/<revision>/since/<older>",
    "/my/<secret>/answers/<uuid:request_id>",
    "/my/<secret>/destruction",
    "/my/<secret>/destruction.json",
    "/operator/set-up/<token>",
    "/operator/sign-in",
    "/operator/sign-in/code",
    "/operator/bulk/result",
    f"{RECORD}/destruction",
    f"{RECORD}/destruction.json",
}
ACTS = {"/my/<secret>/<act>": "correct", f"{RECORD}/acts/<act>": "block"}
INCIDENT = {"kind": "loss", "day": "2026-11-22", "hour": "10:00", "categories": "phone", "persons": "3"}
REQUEST = {"kind": "access", "channel": "letter", "received": "2026-11-22", "identity": "", "language": "en"}
_IDS = {
    "request_id": "requests",
    "recipient_id": "recipients",
    "incident_id": "incidents",
    "export_id": "exports",
    "transfer_id": "transfers",
}


@pytest.fixture
def instance(prepared: Prepared, tmp_path: Path) -> Path:
    """An instance with somebody who has set up their way in."""
    return prepared.copied(tmp_path / "instance")


def fill(app: Flask, desk: Desk, visitor: Visitor, first: int, many: int) -> str:
    """So many of everything that a page lists. The secret of the first submission."""
    links = [visitor.send(one, mailing="yes").headers["Location"] for one in PEOPLE[first : first + many]]
    secrets = [link.rpartition("/")[2].partition("?")[0] for link in links]
    for number, reference in enumerate(newest_first(app)[:many], start=first):
        post(desk, "/operator/tags", {"words": f"tag {number}", "act": "add"})
        post(
            desk,
            f"/operator/submissions/{reference}/contact",
            {"day": "2026-11-22", "way": "call", "outcome": "answered"},
        )
        transfer(desk, reference, recipient(desk, name=f"Centre {number}"))
        post(desk, "/operator/incidents/new", INCIDENT)
        post(desk, "/operator/requests/new", REQUEST | {"reference": reference})
    for secret in secrets:
        correct(visitor, secret)
    made(desk, purpose="mailing")
    for job in ("search", "journal"):
        assert Runner(app).run_now(job)
    return secrets[0]


def paths(app: Flask, secret: str) -> dict[str, str]:
    """Every page by its rule."""
    known = {"secret": secret, "reference": newest_first(app)[-1], "number": "1", "kind": "consent"}
    known["revision"] = str(rows(app, "SELECT revision FROM shown_texts WHERE kind = 'consent'")[0][0])
    for name, table in _IDS.items():
        found = str(rows(app, f"SELECT id FROM {table} ORDER BY rowid LIMIT 1")[0][0])
        known[name] = "-".join(re.fullmatch(r"(.{8})(.{4})(.{4})(.{4})(.{12})", found).groups())  # type: ignore[union-attr]  # 32 signs
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {
        rule: re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda part: (known | {"act": ACTS.get(rule, "")})[part[1]], rule)  # noqa: B023  # called at once
        for rule in sorted(rules - NOT_OPENED)
    }


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """What the database is asked while it lasts."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def statements(app: Flask, desk: Desk, pages: dict[str, str]) -> dict[str, int]:
    """How many each page needs, once it was opened before."""
    found = {}
    for rule, path in pages.items():
        assert desk.get(path).status_code in {200, 308, 503}, path
        with counted(app) as asked:
            desk.get(path)
        found[rule] = len(asked)
    return found


def test_no_page_asks_more_often_where_there_are_more_rows(
    app: Flask, desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock
) -> None:
    desk.secret = prepared.secret
    desk.sign_in()
    tell_of_a_partner(app)
    secret = fill(app, desk, visitor, 0, 1)
    pages = paths(app, secret)
    few = statements(app, desk, pages)
    fill(app, desk, visitor, 1, 4)
    many = statements(app, desk, pages)
    assert {rule: (few[rule], many[rule]) for rule in pages if many[rule] > few[rule]} == {}
    assert few["/operator/submissions"] > 3, "what is counted is what the pages ask"
