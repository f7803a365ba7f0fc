"""The pages of My data, the rights and the desk's requests, each with the way into it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import httpx
from playwright.sync_api import Page

from tests.browser.desk import Desk
from tests.support import pages
from tests.support.people import PEOPLE
from tests.support.server import Server, send

Way = Callable[[Page, Server, Desk], None]
MOVED = "2027-03-02"


class Prepared(NamedTuple):
    """What lies at the desk: a reference, the person's own page, and the paths of requests that have come so far."""

    reference: str
    own: str
    stranger: str
    correction: str
    withdrawal: str
    answered: str


@cache
def prepared(server: Server, cookies: tuple[tuple[str, str], ...]) -> Prepared:
    """Four letters, entered and worked on once for all pages of a server."""
    with server.client() as client:
        first, second = (send(client, person) for person in (PEOPLE[1], PEOPLE[3]))
        named, other = (
            client.get(f"{path}/receipt.json").json()["receipt"]["dct:identifier"] for path in (first, second)
        )
        client.cookies.update(dict(cookies))
        _post(client, "/operator/days", day=MOVED, works="no")
        answered = _letter(client, "access", named)
        _post(client, f"{answered}/meet")
        return Prepared(
            reference=named,
            own=first.replace("/receipt/", "/my/"),
            stranger=_letter(client, "delete", "", taken_up=False),
            correction=_letter(client, "correct", named),
            withdrawal=_letter(client, "withdraw", other),
            answered=answered,
        )


def at(server: Server, desk: Desk) -> Prepared:
    """What lies at the desk of somebody who is signed in."""
    return prepared(server, tuple((str(one["name"]), str(one["value"])) for one in desk.cookies))


def _letter(client: httpx.Client, kind: str, reference: str, *, taken_up: bool = True) -> str:
    arrived = (datetime.now(UTC) - timedelta(days=1)).date()
    identity = "signature" if reference else ""
    fields = {"kind": kind, "channel": "letter", "received": str(arrived), "language": "kk"}
    path = _post(client, "/operator/requests/new", reference=reference, identity=identity, **fields)
    if taken_up:
        _post(client, path, step="take_up")
    return path


def _post(client: httpx.Client, path: str, **fields: str) -> str:
    token = pages.Page(client.get(path).text).value("csrf_token", -1)
    answer = client.post(path, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def _at_desk(path: Callable[[Prepared], str], wrong: str = "") -> Way:
    """A page of the desk; with ``wrong`` its button of that name is pressed on empty fields."""

    def go(page: Page, server: Server, desk: Desk) -> None:
        known = at(server, desk)
        page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]  # they have its shape
        page.goto(path(known))
        if wrong:
            _press(page, wrong)

    return go


def _own(act: str = "", wrong: bool = False, after: str = "") -> Way:
    """A page of My data; ``after``: an act that is done before; ``wrong``: with its second name cleared and sent."""

    def go(page: Page, server: Server, _desk: Desk) -> None:
        with server.client() as client:
            link = send(client, PEOPLE[1], mailing="yes").replace("/receipt/", "/my/")
        if after:
            page.goto(f"{link}/{after}")
            page.locator("main form button").click()
            page.wait_for_url(f"**{link}?done={after}")
        if act or not after:
            page.goto(f"{link}/{act}" if act else link)
        if wrong:
            page.fill("#second_name", "")
            _press(page, "Correct my data")

    return go


def _ended_receipt(page: Page, server: Server, desk: Desk) -> None:
    _own(after="withdraw")(page, server, desk)
    page.get_by_role("link", name="Your receipt").click()
    page.wait_for_url("**/receipt/*")


def _answer(page: Page, server: Server, desk: Desk) -> None:
    page.goto(at(server, desk).own)
    page.get_by_role("link", name="Read the answer").click()
    page.wait_for_url("**/answers/*")


def _rights(page: Page, _server: Server, _desk: Desk) -> None:
    page.goto("/rights")


def _recipients(page: Page, _server: Server, _desk: Desk) -> None:
    page.goto("/recipients")


def _way_in_refused(page: Page, _server: Server, _desk: Desk) -> None:
    page.goto("/my")
    _press(page, "Open my data")


def _press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


WAYS: dict[str, Way] = {
    "rights": _rights,
    "who receives data": _recipients,
    "way in refused": _way_in_refused,
    "my data": _own(),
    "my data withdrawn": _own(after="withdraw"),
    "my act": _own("complete"),
    "my act with errors": _own("correct", wrong=True),
    "my act refused": _own("unblock"),
    "my answer": _answer,
    "ended receipt": _ended_receipt,
    "requests": _at_desk(lambda _: "/operator/requests?tab=due"),
    "done requests": _at_desk(lambda _: "/operator/requests?tab=done"),
    "new request with errors": _at_desk(lambda _: "/operator/requests/new", "Enter the request"),
    "request of a stranger": _at_desk(lambda known: known.stranger),
    "request in work": _at_desk(lambda known: known.withdrawal),
    "correction with errors": _at_desk(lambda known: f"{known.correction}/meet", "Correct the record"),
    "refusal with errors": _at_desk(lambda known: f"{known.withdrawal}/refuse", "Refuse the request"),
    "letter": _at_desk(lambda known: f"{known.answered}/letter"),
    "moved days with errors": _at_desk(lambda _: "/operator/days", "Move the day"),
    "keeping with errors": _at_desk(lambda known: f"/operator/submissions/{known.reference}/keep", "Keep the data"),
    "new paper with errors": _at_desk(lambda _: "/operator/submissions/new", "Enter the consent"),
    "record with requests": _at_desk(lambda known: f"/operator/submissions/{known.reference}"),
}
