"""A picture of each page, kept beside this file: a change of the look is a change of a picture that somebody reviews.

The pages are made in this process, on a standing clock, and reach Chromium without a server. ``make pictures`` takes all anew.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, Route
from werkzeug.test import TestResponse

from tests.browser import pictured
from tests.browser.conftest import NewPage
from tests.browser.pictured import State
from tests.conftest import FixedClock
from tests.support import pictures
from tests.support.people import PEOPLE
from tests.support.visitor import ORIGIN, Visitor
from tests.web import handing_over
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import rows

KEPT = Path(__file__).with_name("pictures")
WIDTHS = ((360, 0.2), (1280, 0.125))
PUBLIC = {
    "form": "/",
    "consent": "/consent",
    "cookies": "/cookies",
    "rights": "/rights",
    "recipients": "/recipients",
    "way-in": "/my",
    "check": "/receipts/check",
    "not-found": "/nothing",
    "components": "/components",
    "sign-in": "/operator/sign-in",
}
DESK = {
    "home": "/operator",
    "submissions": "/operator/submissions",
    "submissions-filtered": "/operator/submissions?mailing=yes&since=2026-11-01",
    "nothing-fits": "/operator/submissions?topic=mailing&until=2020-01-01",
    "paper": "/operator/submissions/new",
    "requests": "/operator/requests",
    "statistics": "/operator/statistics",
    "exports": "/operator/exports",
    "desk-recipients": "/operator/recipients",
    "tasks": "/operator/recipients/tasks",
    "transfers": "/operator/transfers",
    "retention": "/operator/retention",
    "documents": "/operator/documents",
    "incidents": "/operator/incidents",
    "compliance": "/operator/compliance",
    "journal": "/operator/journal",
    "people": "/operator/people",
    "account": "/operator/account",
    "keys": "/operator/keys",
    "tags": "/operator/tags",
}


class House:
    """Pages of an application in this process, for a browser that asks for them at their address.

    ``there``: an answer that came already, given out at its own address.
    """

    def __init__(self, visitor: Visitor, there: TestResponse | None) -> None:
        self._visitor, self._there = visitor, there

    def __call__(self, route: Route) -> None:
        """Answer one request of the browser."""
        path = route.request.url.removeprefix(ORIGIN)
        answer = (
            self._there if self._there is not None and path == self._there.request.path else self._visitor.get(path)
        )
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.get_data())


def pages(app: Flask, clock: FixedClock) -> Iterator[State]:
    """Every page and state by its name: who asks for it, and where it is or how it came."""
    visitor, desk = Visitor(strict_client(app)), Desk(strict_client(app), app, clock)
    desk.whole()
    handing_over.tell_of_a_partner(app)
    sent = []
    for person in PEOPLE[:4]:
        fields = visitor.filled(person, topic="support", mailing="yes")
        clock.at += timedelta(minutes=1)
        sent.append(visitor.post("/", fields))
    receipt = sent[0].headers["Location"].removeprefix(ORIGIN)
    own = receipt.replace("/receipt/", "/my/")
    reference = rows(app, "SELECT reference FROM receipts ORDER BY rowid")[0][0]
    recipient = handing_over.recipient(desk)
    yield from ((name, visitor, path) for name, path in PUBLIC.items())
    yield from (
        ("receipt", visitor, receipt),
        ("my-data", visitor, own),
        ("my-withdrawal", visitor, f"{own}/withdraw"),
    )
    record = f"/operator/submissions/{reference}"
    yield from ((name, desk, path) for name, path in DESK.items())
    yield from (("record", desk, record), ("recipient", desk, recipient))
    for act in ("acts/block", "acts/destroy", "keep", "tags", "contact", "transfer"):
        yield f"record-{act.rpartition('/')[2]}", desk, f"{record}/{act}"
    yield from pictured.of_the_desk(desk, reference, recipient)
    yield from pictured.of_visitors(app, visitor, sent[1].headers["Location"].rpartition("/")[2])
    yield from pictured.of_who_signs_in(app, clock)


def test_each_page_looks_as_its_picture(
    app: Flask, clock: FixedClock, new_page: NewPage, remembering_browser: Browser, tmp_path: Path
) -> None:
    # The browser people have: the one without windows sets text by fractions of a dot.
    page = new_page(remembering_browser, origin=ORIGIN)
    anew = os.environ.get("PICTURES") == "anew"
    off, seen = [], set()
    for name, visitor, way in pages(app, clock):
        there = way if isinstance(way, TestResponse) else None
        page.route("**/*", House(visitor, there))
        page.goto(way if isinstance(way, str) else way.request.path)
        pictures.wear_blocks(page)
        for width, scale in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            seen.add(f"{name}-{width}")
            if not same(page, f"{name}-{width}", scale, tmp_path, anew=anew):
                off.append(f"{name}-{width}")
        page.unroute_all()
    assert off == [], f"other than kept; the new ones and what differs: {tmp_path}. Meant so? make pictures"
    assert {file.stem for file in KEPT.glob("*.png")} == seen


def same(page: Page, name: str, scale: float, folder: Path, *, anew: bool) -> bool:
    """True where a page looks as it did; if not, both pictures and their difference lie in the folder."""
    taken, kept = pictures.take(page, scale), pictures.kept_at(KEPT, name)
    differs = taken if kept is None else pictures.differences(kept, taken)
    if differs is None:
        return True
    if anew:
        KEPT.mkdir(exist_ok=True)
        (KEPT / f"{name}.png").write_bytes(pictures.pack(taken))
        return True
    for kind, picture in (("kept", kept), ("new", taken), ("differs", differs)):
        if picture is not None:
            (folder / f"{name}.{kind}.png").write_bytes(pictures.pack(picture))
    return False
