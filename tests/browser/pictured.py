"""States that have a picture beside the pages at an address: what a sent form comes to, and pages that something led to."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import ORIGIN, Visitor
from tests.web import handing_over
from tests.web.conftest import strict_client
from tests.web.desk import NAME, Desk

# A page by its name: who sees it, and its address or the answer it came in.
State = tuple[str, Visitor, str | TestResponse]
_LETTER = {"channel": "letter", "received": "2026-11-20", "language": "en"}
_INCIDENT = {"kind": "loss", "day": "2026-11-22", "hour": "10:00", "categories": "phone", "persons": "3"}


def of_visitors(app: Flask, visitor: Visitor, secret: str) -> Iterator[State]:
    """What forms of the site come to. ``secret``: of a receipt whose person withdraws at the end."""

    def sent(path: str, **fields: object) -> TestResponse:
        return visitor.post(path, {"token": visitor.page(path).value("token", -1), **fields})

    person, own = PEOPLE[0], f"/my/{secret}"
    yield "form-errors", visitor, visitor.send(person, name="", phone="12", consent="")
    yield "form-refused", visitor, visitor.post("/", {}, headers={"Sec-Fetch-Site": "cross-site"})
    yield "form-too-much", visitor, visitor.send(person, name="a" * 70_000)
    chooser = Visitor(strict_client(app))
    answer = {"answer": "accept", "token": chooser.page("/").value("token"), "next": "/"}
    yield "banner-answered", chooser, chooser.post("/cookies", answer).headers["Location"].removeprefix(ORIGIN)
    yield "cookies-saved", chooser, "/cookies?said=1"
    yield "cookies-errors", visitor, sent("/cookies", answer="choose")
    yield "policy", visitor, "/policy"
    yield "archive", visitor, "/consent/archive"
    yield "check-errors", visitor, sent("/receipts/check", way="paper")
    yield "way-in-errors", visitor, sent("/my")
    yield "receipt-again", visitor, f"/receipt/{secret}?again=1"
    yield "my-correction-errors", visitor, sent(f"{own}/correct", name="", second_name="", phone="12")
    yield "my-unblock-refused", visitor, f"{own}/unblock"
    assert sent(f"{own}/withdraw").status_code == 303
    yield "my-data-withdrawn", visitor, f"{own}?done=withdraw"
    yield "receipt-ended", visitor, f"/receipt/{secret}"


def of_who_signs_in(app: Flask, clock: FixedClock) -> Iterator[State]:
    """The way in to the desk."""
    desk = Desk(strict_client(app), app, clock)
    yield "sign-in-refused", desk, desk.give_password(password="wrong")  # it is wrong
    desk.give_password(NAME)
    yield "code", desk, "/operator/sign-in/code"
    yield "code-refused", desk, desk.give_code("000000")
    yield "spent-link", desk, "/operator/set-up/0123"


def of_the_desk(desk: Desk, reference: str, recipient: str) -> Iterator[State]:
    """What forms of the desk come to, about one record and its requests."""

    def sent(path: str, *, page: str = "", **fields: object) -> TestResponse:
        return desk.post(path, {"csrf_token": desk.page(page or path).value("csrf_token", -1), **fields})

    record, listed = f"/operator/submissions/{reference}", "/operator/submissions"
    yield "ticked", desk, sent("/operator/bulk", page=listed, act="block", row=reference)
    yield "nothing-ticked", desk, sent("/operator/bulk", page=listed, act="block")
    yield "destroy-asked-twice", desk, sent(f"{record}/acts/destroy", code="unlawful")
    yield "keep-errors", desk, sent(f"{record}/keep")
    yield "no-record", desk, f"{listed}/NOTHING1"
    yield "list-end", desk, f"{listed}?before={'0' * 32}"
    for path, name in (
        ("submissions/new", "paper"),
        ("exports", "exports"),
        ("people", "people"),
        ("recipients/new", "recipient"),
        ("requests/new", "request"),
        ("incidents/new", "incident"),
        ("days", "days"),
    ):
        yield f"{name}-errors", desk, sent(f"/operator/{path}")
    for name in ("statements", "account/password", "account/passkeys/new", "requests/new"):
        yield name.replace("/", "-"), desk, f"/operator/{name}"
    yield "transfer", desk, handing_over.transfer(desk, reference, recipient)
    yield "incident", desk, handing_over.post(desk, "/operator/incidents/new", _INCIDENT)
    yield from _requests(desk, reference)


def _requests(desk: Desk, reference: str) -> Iterator[State]:
    def entered(kind: str, **fields: str) -> str:
        return handing_over.post(desk, "/operator/requests/new", {"kind": kind, **_LETTER, **fields})

    known = {"reference": reference, "identity": "signature"}
    yield "request-of-a-stranger", desk, entered("delete", reference="", identity="")
    access, correction = entered("access", **known), entered("correct", **known)
    for path in (access, correction):
        handing_over.post(desk, path, {"step": "take_up"})
    yield "request", desk, access
    yield "request-correction", desk, f"{correction}/meet"
    yield "request-refusal", desk, f"{correction}/refuse"
    handing_over.post(desk, f"{access}/meet", {})
    yield "request-answered", desk, access
    yield "letter", desk, f"{access}/letter"
