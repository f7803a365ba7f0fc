"""Roles at the desk: each against each route, and pages that offer nothing a role may not."""

import secrets
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from kelisim.domain.operators import MAY, Area, Operator, Role, SessionTerms, Stage
from kelisim.services import sessions, staff
from kelisim.services.records import SITE_ACTOR, By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.operators import OperatorRow
from kelisim.web.areas import AREAS, area_of
from kelisim.web.desk_session import session_terms
from kelisim.web.house import house
from kelisim.web.security.openings import HALF_OPEN, OPEN
from tests.conftest import FixedClock
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web import handing_over
from tests.web.conftest import Log, strict_client
from tests.web.desk import Desk
from tests.web.rows import everything, rows
from tests.web.strict import page_of
from tests.web.test_security import address, incidents_at, routes

HOME = "/operator"


def signed_in(app: Flask, clock: FixedClock, role: Role) -> Desk:
    """A browser of somebody of this role, signed in with both factors."""
    with app.app_context():
        by = By(SITE_ACTOR, house().keys.site.journal, house().now)
        session, settings, keys = db.session(), house().settings, house().keys
        names = ("first", f"{role.value} {secrets.token_hex(4)}")
        for name in names[bool(staff.members(session)) :]:
            invited = staff.invite(
                session, name, role, settings=settings, keys=keys, by=by, randomness=secrets.token_bytes
            )
        # As after a set-up: nobody signs in with this.
        set_up = update(OperatorRow).where(OperatorRow.id == invited.operator.id).values(password_hash="none")
        with writing(session):
            session.execute(set_up)
        token = start(invited.operator, session_terms())
    desk = Desk(strict_client(app), app, clock)
    desk.carry(token)
    return desk


def start(operator: Operator, terms: SessionTerms) -> str:
    return sessions.start(
        db.session(),
        operator,
        Stage.FULL,
        {"csrf_token": secrets.token_hex(20)},
        replaces=None,
        key=house().keys.desk.session,
        terms=terms,
        now=house().now,
        randomness=secrets.token_bytes,
    )


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_what_the_table_says_and_nothing_else(
    app: Flask, clock: FixedClock, role: Role, log: Log
) -> None:
    desk = signed_in(app, clock, role)
    refused = 0
    for path, method, who, _ in routes(app):
        if who in {"open", "half"}:
            continue
        before = everything(app)
        data = {"x": "y"} if method == "POST" else None
        answer = desk.client.open(address(app, path), method=method, base_url=ORIGIN, data=data)
        if Area(who) in MAY[role]:
            assert answer.status_code != 403, (path, method)
            continue
        if path == HOME:
            assert answer.headers["Location"] == "/operator/journal"
        else:
            refused += 1
            assert answer.status_code == 403, (path, method)
            assert page_of(answer).heading == "Your role does not open this page"
        assert everything(app) == before, path
    assert len([line for line in log.events("refused") if line["why"] == "role"]) == refused
    assert (refused == 0) is (role is Role.ADMINISTRATOR)


def test_an_address_that_nobody_sorted_is_the_administrators() -> None:
    assert area_of("nothing.new") is Area.PEOPLE
    assert {role for role, areas in MAY.items() if Area.PEOPLE in areas} == {Role.ADMINISTRATOR}


def test_a_page_offers_nothing_that_the_role_may_not(app: Flask, clock: FixedClock, person: Person) -> None:
    busy(app, clock, person)
    for role in Role:
        seen, forms = offered(app, signed_in(app, clock, role))
        for endpoint in seen | forms:
            assert endpoint in OPEN | HALF_OPEN or AREAS[endpoint] in MAY[role], (role, endpoint)
        # What a role is for is really offered to it.
        expected = {
            Role.VIEWER: {"records.record", "requests.one", "transfers.one", "recipient_tasks.queue"},
            Role.OPERATOR: {"acts.choose", "exports.ask", "requests.meeting", "incidents.register", "journal.page"},
            Role.AUDITOR: {"journal.check", "compliance.pack", "incidents.one", "transfers.one"},
            Role.ADMINISTRATOR: {"recipients.add", "recipients.undertake", "days.change"},
        }[role]
        assert expected <= seen | forms, role


def busy(app: Flask, clock: FixedClock, person: Person) -> None:
    """A desk where something of each kind has happened."""
    handing_over.tell_of_a_partner(app)
    owner, chief = Visitor(strict_client(app)), signed_in(app, clock, Role.ADMINISTRATOR)
    secret = owner.send(person).headers["Location"].rpartition("/")[2]
    ((reference,),) = rows(app, "SELECT reference FROM receipts")
    letter = {"kind": "access", "channel": "letter", "received": "2026-11-20", "reference": str(reference),
              "identity": "signature", "language": "en"}  # fmt: skip  # one letter
    one = handing_over.post(chief, "/operator/requests/new", letter)
    handing_over.post(chief, one, {"step": "take_up"})
    recipient = handing_over.recipient(chief)
    handing_over.received(chief, str(reference), recipient)
    handing_over.correct(owner, secret)
    handing_over.transfer(chief, str(reference), recipient)
    incidents_at(chief)


def offered(app: Flask, desk: Desk) -> tuple[set[str], set[str]]:
    """The endpoints that the pages link to and that their forms go to, from the start on."""
    waiting, known, linked, forms = ["/operator"], set[str](), set[str](), set[str]()
    adapter = app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop()
        answer = desk.get(path)
        if answer.status_code == 303:
            path = answer.headers["Location"]
            answer = desk.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html":
            continue
        page = page_of(answer)
        for form in page.elements("form"):
            target = urlsplit(urljoin(path, str(form.get("action") or "")))
            forms.add(adapter.match(target.path, method=str(form.get("method", "get")).upper())[0])
        for link in page.elements("a"):
            target = urlsplit(urljoin(path, str(link.get("href"))))
            if not target.path.startswith("/operator") or target.scheme not in {"", "https"}:
                continue
            endpoint = adapter.match(target.path, method="GET")[0]
            linked.add(endpoint)
            # One page of each kind is looked at.
            if endpoint not in known:
                known.add(endpoint)
                waiting.append(target.path)
    return linked, forms
