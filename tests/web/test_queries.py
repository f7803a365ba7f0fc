"""No query in a loop: no page of the site asks the database the same more often with many rows than with few."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kelisim.runner import Runner
from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.handing_over import FACTS, correct, post, received, recipient, tell_of_a_partner, transfer
from tests.web.operator.test_exports import made
from tests.web.operator.test_records import newest_first
from tests.web.rows import rows

pytestmark = pytest.mark.usefixtures("prepared")

RECORD = "/operator/submissions/<reference>"
# Reviewed: what is not opened here, since it is no page of rows or wants a state of its own.
NOT_OPENED = {
    "/static/<name>",
    "/texts/<sha256>.txt",
    "/.well-known/security.txt",
    "/cookies/records.json",
    "/operator/people/<int:number>/<act>",
    "/operator/account/passkeys/<int:number>/remove",
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
REQUEST = {"kind": "access", "channel": "letter", "received": "2026-11-22", "identity": "signature", "language": "en"}
CONTACT = {"day": "2026-11-22", "way": "call", "outcome": "answered", "purpose": "feedback"}
_IDS = {
    "request_id": "requests",
    "recipient_id": "recipients",
    "incident_id": "incidents",
    "export_id": "exports",
    "transfer_id": "transfers",
}
# The values of a list that is asked for: one query, however long it is.
_VALUES = re.compile(r"\(\?(?:, \?)+\)")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A plain one: others look at whole answers, here only queries count."""
    return app.test_client()


@pytest.fixture
def desk(client: FlaskClient, app: Flask, clock: FixedClock) -> Desk:
    """The Operator's browser, which is the visitor's too."""
    return Desk(client, app, clock)


def fill(app: Flask, desk: Desk, visitor: Visitor, first: int, many: int) -> str:
    """So many of everything that a page lists. The secret of the first submission."""
    links = [visitor.send(one, mailing="yes").headers["Location"] for one in PEOPLE[first : first + many]]
    secrets = [link.rpartition("/")[2].partition("?")[0] for link in links]
    receiver = uuid_of(app, "recipients", "WHERE name = 'Call Centre LLP'")
    for number, reference in enumerate(newest_first(app)[:many], start=first):
        post(desk, "/operator/tags", {"words": "tag " + "abcdef"[number], "act": "add"})
        post(desk, f"/operator/submissions/{reference}/contact", CONTACT)
        received(desk, reference, f"/operator/recipients/{receiver}")
        abroad = {"name": f"Centre {number}", "country": "DE", "number": f"HRB {100 + number}"}
        post(desk, "/operator/recipients/new", FACTS | abroad)
        post(desk, "/operator/incidents/new", INCIDENT)
        post(desk, "/operator/requests/new", REQUEST | {"reference": reference})
        made(desk, purpose="mailing")
    for secret in secrets:
        correct(visitor, secret)
    for reference in newest_first(app)[:many]:
        transfer(desk, reference, f"/operator/recipients/{receiver}")
    for job in ("search", "journal"):
        assert Runner(app).run_now(job)
    return secrets[0]


def uuid_of(app: Flask, table: str, where: str = "") -> str:
    """The first row's id as an address has it."""
    return str(UUID(hex=str(rows(app, f"SELECT id FROM {table} {where} ORDER BY rowid LIMIT 1")[0][0])))


def paths(app: Flask, secret: str) -> dict[str, str]:
    """Every page by its rule."""
    known = {"secret": secret, "reference": newest_first(app)[-1], "number": "1", "kind": "consent"}
    known["revision"] = str(rows(app, "SELECT revision FROM shown_texts WHERE kind = 'consent'")[0][0])
    known |= {name: uuid_of(app, table) for name, table in _IDS.items()}
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {
        rule: re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda part: (known | {"act": ACTS.get(rule, "")})[part[1]], rule)  # noqa: B023  # called at once
        for rule in sorted(rules - NOT_OPENED)
    }


@contextmanager
def counted(app: Flask) -> Iterator[Counter[str]]:
    """What the database is asked while it lasts, and how often."""
    asked = Counter[str]()

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        asked[_VALUES.sub("(?)", statement)] += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def questions(app: Flask, desk: Desk, pages: dict[str, str]) -> dict[str, Counter[str]]:
    """What each page asks."""
    found = {}
    for rule, path in pages.items():
        with counted(app) as asked:
            code = desk.get(path).status_code
        assert code in {200, 303, 308, 503}, (rule, code)
        found[rule] = asked
    return found


def test_no_page_asks_the_same_more_often_where_there_are_more_rows(
    app: Flask, desk: Desk, prepared: Prepared, visitor: Visitor
) -> None:
    desk.secret = prepared.secret
    desk.sign_in()
    tell_of_a_partner(app)
    recipient(desk)
    pages = paths(app, fill(app, desk, visitor, 0, 1))
    few = questions(app, desk, pages)
    fill(app, desk, visitor, 1, 2)
    many = questions(app, desk, pages)
    # Once is no loop: what looks from time to time whether something was published may ask in between.
    loops = {
        (rule, statement): (few[rule][statement], number)
        for rule, asked in many.items()
        for statement, number in asked.items()
        if number > max(1, few[rule][statement]) and statement != "BEGIN"
    }
    assert loops == {}
    assert few["/operator/submissions"].total() > 3, "what is counted is what the pages ask"
