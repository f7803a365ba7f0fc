"""The Operator's way on a new instance: the link of the start, set-up, sign-in with a code, a record, sign-out."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from tests.browser.conftest import NewPage
from tests.browser.desk import PASSWORD
from tests.support.browser import accessibility_problems
from tests.support.people import PEOPLE
from tests.support.server import Server, running, send

PERSON = PEOPLE[1]


@pytest.fixture
def new_server(server: Server, tmp_path: Path) -> Iterator[Server]:
    """A server nobody has used yet; it shows the certificate the browser trusts."""
    with running(Server(tmp_path, tls_of=server)) as started:
        yield started


def press(page: Page) -> None:
    """Press the button of the page's form."""
    with page.expect_navigation():
        page.locator("main form button").first.click()


def set_up(page: Page, link: str) -> tuple[TOTP, list[str]]:
    """Follow the link, add the account, choose a password. Returns the app and the recovery codes."""
    page.goto(link)
    app = TOTP("".join(page.locator("main code").inner_text().split()))
    page.fill("#password", "password123456")
    page.fill("#code", app.now())
    press(page)
    assert page.title().startswith("Error: ")
    assert page.input_value("#password") == ""
    page.fill("#password", PASSWORD)
    page.fill("#code", app.now())
    press(page)
    codes = page.locator("main li code").all_inner_texts()
    assert len(codes) == 10
    assert all(re.fullmatch(r"\w{4}-\w{4}-\w{4}", code) for code in codes)
    assert accessibility_problems(page) == []
    return app, codes


def sign_in(page: Page, code: str) -> None:
    """Both factors."""
    page.goto("/operator/sign-in")
    page.fill("#name", "operator")
    page.fill("#password", PASSWORD)
    press(page)
    page.wait_for_url("**/operator/sign-in/code")
    page.fill("#code", code)
    press(page)
    page.wait_for_url("**/operator")


def test_the_operators_way(new_server: Server, new_page: NewPage, remembering_browser: Browser) -> None:
    page = new_page(remembering_browser, new_server.address)
    link = new_server.set_up_link()
    app, codes = set_up(page, link)
    spent = page.goto(link)
    assert spent is not None
    assert spent.status == 404

    # The code of the set-up is spent; the app shows the next one within half a minute, and it is taken early.
    sign_in(page, app.at(time.time() + 30))
    (session,) = page.context.cookies()
    assert {name: session[name] for name in ("name", "httpOnly", "secure", "sameSite", "path")} == {
        "name": "__Host-desk",
        "httpOnly": True,
        "secure": True,
        "sameSite": "Strict",
        "path": "/",
    }
    assert session["expires"] == -1
    expect(page.get_by_text("Nothing has been done with a record yet.")).to_be_visible()
    assert accessibility_problems(page) == []
    page.get_by_role("navigation").get_by_role("link", name="Submissions").click()
    expect(page.get_by_text("No submission here yet")).to_be_visible()
    assert accessibility_problems(page) == []

    with new_server.client() as client:
        send(client, PERSON, mailing="yes")
    page.reload()
    row = page.locator("main tbody tr")
    expect(row).to_have_count(1)
    shown = row.inner_text()
    assert PERSON.name not in shown
    assert PERSON.second_name not in shown
    assert "5550123" not in re.sub(r"\D", "", shown)

    row.get_by_role("link").click()
    page.wait_for_url("**/operator/submissions/*")
    record = page.locator("main").inner_text()
    assert PERSON.name in record
    assert PERSON.second_name in record
    assert PERSON.e164[1:] in re.sub(r"\D", "", record)
    timeline = page.locator(".timeline li").all_inner_texts()
    assert len(timeline) == 3
    assert "operator" in timeline[2]
    page.reload()
    expect(page.locator(".timeline li")).to_have_count(4)
    opened = page.url

    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert page.context.cookies() == []
    for _ in range(3):
        page.go_back(wait_until="commit")
        page.wait_for_load_state()
        assert PERSON.name not in page.content()
        assert "masked" not in page.locator("body").inner_text()
    page.goto(opened)
    assert page.url.endswith("/operator/sign-in")

    page.context.add_cookies([session])  # type: ignore[list-item]  # as the browser gave it
    page.goto("/operator")
    assert page.url.endswith("/operator/sign-in"), "a kept copy of the session opens nothing after sign-out"

    sign_in(page, codes[0])
    verified = new_server.flask("journal", "verify")
    # The home was seen twice, the record twice; whether the worker has checked the journal meanwhile is its own affair.
    assert verified.returncode == 0
    assert re.match(r"The journal holds: ([7-9]|10) entries\.\n", verified.stdout)


def test_a_code_opens_once_and_a_wrong_one_never(server: Server, new_page: NewPage) -> None:
    page = new_page()
    made = server.flask("operators", "add", "Нұрлан")
    page.goto(made.stdout.split()[0])
    app = TOTP("".join(page.locator("main code").inner_text().split()))
    code = app.now()
    page.fill("#password", PASSWORD)
    page.fill("#code", code)
    press(page)
    page.goto("/operator/sign-in")
    page.fill("#name", "Нұрлан")
    page.fill("#password", PASSWORD)
    press(page)
    for refused in (code, "12", "000000000000000000"):
        page.fill("#code", refused)
        press(page)
        expect(page.get_by_role("alert")).to_contain_text("This code does not open")
        page.goto("/operator")
        assert page.url.endswith("/operator/sign-in/code")
