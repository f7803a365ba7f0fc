"""A recipient at the desk, fit to be handed a record: entered through the pages."""

import secrets

from flask import Flask
from pyrage import x25519

from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Facts, Undertaking
from kelisim.services import recipients
from kelisim.services.records import By
from kelisim.storage.db import db
from tests.support.pages import Page
from tests.support.visitor import ORIGIN, Visitor
from tests.web.desk import Desk
from tests.web.strict import page_of

NEW = "/operator/recipients/new"
FACTS = {
    "name": "Call Centre LLP",
    "country": "KZ",
    "number": "220540900218",
    "contact": "privacy@callcentre.example",
    "purposes": "feedback",
}
UNDERTAKING = {"signed": "2026-11-20", "expires": "2027-11-20", "scope": "feedback"}
IDENTITY = x25519.Identity.generate()
KEY = str(IDENTITY.to_public())


def tell_of_a_partner(app: Flask, country: str = "KZ") -> None:
    """From now on visitors are told that somebody else receives data too: their records may be handed over."""
    house = app.extensions["kelisim"]
    by = By("operator:1", house.keys.site.journal, house.now)
    number = "910740000094" if country == "KZ" else "HRB 7"
    facts = Facts(name="Partner LLP", country=country, number=number, purposes=tuple(Purpose), contact="x@y.example")
    day = local_day(house.now)
    with app.app_context():
        one = recipients.add(db.session(), facts, by=by, randomness=secrets.token_bytes)
        standing = Undertaking(day, day.replace(year=day.year + 3), tuple(Purpose))
        recipients.undertake(db.session(), one, standing, by=by)
        house.revisions.look(at_once=True)
        db.session.remove()


def post(desk: Desk, path: str, fields: dict[str, str], *, page: str = "") -> str:
    """Send a form of the desk with the token of its page; where it leads to."""
    token = desk.page(page or path).value("csrf_token", -1)
    answer = desk.post(path, {"csrf_token": token, **fields})
    assert answer.status_code == 303, page_of(answer).text
    return str(answer.headers["Location"]).removeprefix(ORIGIN)


def recipient(desk: Desk, **facts: str) -> str:
    """Enter a recipient that may get data by file: the path of its page."""
    path = post(desk, NEW, {**FACTS, **facts})
    post(desk, f"{path}/undertakings", UNDERTAKING, page=path)
    post(desk, path, {"contact": FACTS["contact"], "age_key": KEY})
    return path


def webhook(desk: Desk, path: str, address: str = "https://crm.example/in") -> Page:
    """Give the recipient at a path an address: the page with its secret."""
    token = desk.page(path).value("csrf_token", -1)
    answer = desk.post(f"{path}/webhook", {"csrf_token": token, "webhook": address})
    assert answer.status_code == 200, page_of(answer).text
    return page_of(answer)


def chosen(path: str, **others: str) -> dict[str, str]:
    """The fields of a transfer to the recipient at a path."""
    return {"recipient": path.rpartition("/")[2].replace("-", ""), "purpose": "feedback", "way": "file", **others}


def transfer(desk: Desk, reference: str, path: str, **others: str) -> str:
    """Hand a record over: the path of the transfer."""
    return post(desk, f"/operator/submissions/{reference}/transfer", chosen(path, **others))


def received(desk: Desk, reference: str, path: str) -> None:
    """Hand a record over by a file that is saved: whoever reads it has the data."""
    made = transfer(desk, reference, path)
    assert desk.post(f"{made}/file", {"csrf_token": desk.page(made).value("csrf_token", -1)}).status_code == 200


def correct(owner: Visitor, secret: str) -> None:
    """The person corrects their own record: whoever was handed it has to be told."""
    path = f"/my/{secret}/correct"
    fields = {"name": "Айнұр", "second_name": "Серікқызы", "phone": "+7 701 555 31 37"}
    assert owner.post(path, {"token": owner.page(path).value("token"), **fields}).status_code == 303
