"""A working day at the desk with the keyboard alone: no pointer touches a page, and axe looks at each one on the way."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from pyrage import x25519

from kelisim.domain.deadlines import local_day
from tests.browser.conftest import NewPage
from tests.browser.desk import PASSWORD, half_sign_in, set_up
from tests.support import pages
from tests.support.browser import accessibility_problems
from tests.support.patience import await_that
from tests.support.people import PEOPLE
from tests.support.server import Server, running, send

PERSON = PEOPLE[1]
CORRECTED = "Kim-Seitkali"
RECIPIENT = "Call Centre LLP"
FOR_FEEDBACK = "(e) answering, notices and handling of requests"
# More than any page of the desk has to offer.
_MOST_TABS = 150
_HAS_FOCUS = "one => one === document.activeElement && one.matches(':focus-visible')"


@pytest.fixture
def own_server(server: Server, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, since it tells visitors of a recipient; the browser trusts its certificate."""
    with running(Server(tmp_path, tls_of=server)) as started:
        yield started


class Day(NamedTuple):
    """A page, what the desk is asked for once more, and what axe has seen."""

    page: Page
    codes: list[str]
    seen: set[str]

    def reach(self, one: Locator) -> None:
        """Tab on until it has the focus, and shows it."""
        handle = one.element_handle()
        for _ in range(_MOST_TABS):
            if self.page.evaluate(_HAS_FOCUS, handle):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {one}")

    def go(self, role: Literal["link", "button"], name: str | re.Pattern[str]) -> None:
        """Follow a link or press a button; what comes is looked at."""
        self.reach(self.page.get_by_role(role, name=name, exact=isinstance(name, str)).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def look(self) -> None:
        """What axe finds on a page that was not looked at before: one of each heading, whatever its reference."""
        heading = re.sub(r"\b[0-9A-Z]{8}\b", "", self.page.title())
        if heading not in self.seen:
            self.seen.add(heading)
            assert accessibility_problems(self.page) == [], self.page.url

    def main(self, role: Literal["link", "button"], name: str | re.Pattern[str]) -> None:
        """The same in the main part: by the skip link, past all that stands above it."""
        self.reach(self.page.get_by_role("link", name="Skip to the main content"))
        self.page.keyboard.press("Enter")
        self.go(role, name)

    def write(self, label: str, text: str) -> None:
        """Type into a field."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """Choose one of a list with the arrows."""
        field = self.page.get_by_label(label, exact=True)
        self.reach(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").all_inner_texts().index(option)):
            self.page.keyboard.press("ArrowDown")
        assert field.evaluate("one => one.selectedOptions[0].text") == option

    def write_day(self, label: str, back: int) -> None:
        """Type a day as this browser asks for it: month, day, year."""
        day = local_day(datetime.now(UTC)) - timedelta(days=back)
        self.write(label, f"{day:%m%d%Y}")
        assert self.page.get_by_label(label, exact=True).input_value() == day.isoformat()

    def take_in(self, kind: str, reference: str, back: int) -> None:
        """Enter a letter that came so many days ago."""
        self.go("link", re.compile(r"^Requests \("))
        self.main("link", "Enter a letter or an e-mail")
        self.choose("What is asked for", kind)
        self.write_day("Day it arrived", back)
        self.write("Reference of the submission", reference)
        self.choose("How it was checked who asks", "a signature on paper")
        self.go("button", "Enter the request")
        assert self.page.locator("h1").inner_text() == f"Request: {kind}"


def test_a_working_day_with_the_keyboard_alone(own_server: Server, new_page: NewPage) -> None:
    day = Day(new_page(origin=own_server.address), [], set())
    with own_server.client() as client:
        day.codes.extend(set_up(client, own_server.set_up_link()))
        entered_recipient(client, day.codes.pop())
    with own_server.client() as visitor:
        await_that(lambda: RECIPIENT in visitor.get("/").text)
        receipt = send(visitor, PERSON, topic="support")
        reference = visitor.get(f"{receipt}/receipt.json").json()["receipt"]["dct:identifier"]
    came_in(day)
    opened_and_called(day, reference)
    corrected(day, reference)
    handed_over(day, reference)
    answered_what_was_overdue(day, reference)
    withdrawn_and_destroyed(day, reference)
    left(day, reference)
    assert len(day.seen) > 12


def entered_recipient(client: httpx.Client, code: str) -> None:
    """A recipient with an undertaking, before the day begins."""
    half_sign_in(client, "operator")
    post(client, "/operator/sign-in/code", code=code)
    facts = {"name": RECIPIENT, "country": "KZ", "number": "910740000094", "contact": "x@y.example"}
    path = post(client, "/operator/recipients/new", **facts, purposes="feedback")
    today = local_day(datetime.now(UTC))
    term = {"signed": today.isoformat(), "expires": (today + timedelta(days=300)).isoformat(), "scope": "feedback"}
    post(client, f"{path}/undertakings", at=path, **term)
    post(client, path, contact=facts["contact"], age_key=str(x25519.Identity.generate().to_public()))


def post(client: httpx.Client, path: str, *, at: str = "", **fields: str) -> str:
    """Send a form of the desk; where it leads to."""
    token = pages.Page(client.get(at or path).text).value("csrf_token", -1)
    answer = client.post(path, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def came_in(day: Day) -> None:
    day.page.goto("/operator/sign-in")
    day.write("Name", "operator")
    day.write("Password", PASSWORD)
    day.go("button", "Continue to the code")
    day.write("Code", day.codes.pop())
    day.go("button", "Finish signing in")
    assert day.page.locator("h1").inner_text() == "Home"


def opened_and_called(day: Day, reference: str) -> None:
    """The new lead, from home; a call is noted."""
    page = day.page
    day.main("link", "1")
    day.main("link", reference)
    expect(page.locator("main")).to_contain_text(PERSON.second_name)
    day.main("link", "Note a contact")
    day.choose("What came of it", "the person agreed")
    day.choose("For which purpose", FOR_FEEDBACK)
    day.go("button", "Note the contact")
    expect(page.locator(".timeline")).to_contain_text("A call: the person agreed.")


def corrected(day: Day, reference: str) -> None:
    day.main("link", "Enter a request: Correction")
    day.choose("How it came", "by e-mail")
    day.write_day("Day it arrived", 0)
    day.choose("How it was checked who asks", "a call back to the number on record")
    day.go("button", "Enter the request")
    day.main("button", "Take up the request")
    day.main("link", "Correct the record")
    day.write("Second name", CORRECTED)
    day.go("button", "Correct the record")
    day.main("link", reference)
    expect(day.page.locator("main")).to_contain_text(CORRECTED)


def handed_over(day: Day, reference: str) -> None:
    day.main("link", "Hand over the data")
    day.choose("Purpose", FOR_FEEDBACK)
    day.go("button", "Hand over the data")
    day.main("link", "Back to the submission")
    expect(day.page.locator("main")).to_contain_text(RECIPIENT)


def answered_what_was_overdue(day: Day, reference: str) -> None:
    day.take_in("A copy of the data", reference, back=14)
    day.go("link", re.compile(r"^Requests \(0 due, 1 overdue\)$"))
    day.main("link", "A copy of the data")
    expect(day.page.locator("main")).to_contain_text("Overdue by")
    day.main("button", "Take up the request")
    day.main("link", "Answer the request")
    day.go("button", "Answer the request")
    day.main("link", "Open the letter")
    expect(day.page.locator("article")).to_contain_text(CORRECTED)


def withdrawn_and_destroyed(day: Day, reference: str) -> None:
    page = day.page
    day.take_in("Withdrawal of the consent", reference, back=0)
    expect(page.locator("main")).to_contain_text("blocked")
    day.main("button", "Take up the request")
    day.main("link", "Destroy the record")
    day.write("Your password", PASSWORD)
    day.go("button", "Destroy the record")
    assert page.title().startswith("Error: "), "one factor is not enough"
    day.write("Your password", PASSWORD)
    day.write("Code of your app", day.codes.pop())
    day.go("button", "Destroy the record")
    day.main("link", reference)
    expect(page.locator("main")).to_contain_text("destroyed")
    expect(page.locator("main")).not_to_contain_text(CORRECTED)


def left(day: Day, reference: str) -> None:
    day.go("button", "Sign out")
    assert day.page.context.cookies() == []
    day.page.goto(f"/operator/submissions/{reference}")
    assert day.page.url.endswith("/operator/sign-in")
