"""The keyboard at the desk: what the help sheet promises acts, with any layout, and nothing acts while one types."""

import re

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.support.people import PEOPLE
from tests.support.server import Server, send


def at_the_desk(page: Page, server: Server, desk: Desk, path: str = "/operator/submissions") -> None:
    with server.client() as client:
        for person in PEOPLE[:2]:
            send(client, person)
    page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]  # they have its shape
    page.goto(path)


def test_an_operators_round_by_keyboard_alone(page: Page, server: Server, desk: Desk) -> None:
    at_the_desk(page, server, desk)
    page.keyboard.press("Alt+KeyF")
    expect(page.locator("#text")).to_be_focused()
    # In a field a letter with Alt is a sign of some layouts, and stays the field's.
    page.keyboard.press("Alt+KeyH")
    expect(page.locator("#text")).to_be_focused()
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/operator/submissions/*")
    first = page.locator("h1").inner_text()
    page.keyboard.press("Alt+KeyN")
    expect(page.locator("h1")).not_to_have_text(first)
    page.keyboard.press("Alt+KeyP")
    expect(page.locator("h1")).to_have_text(first)
    page.keyboard.press("Alt+KeyB")
    page.wait_for_url(re.compile(r"/operator/submissions(\?.*)?#"))
    for key, path in (("R", "requests"), ("T", "statistics"), ("J", "journal"), ("K", "keys"), ("S", "submissions")):
        page.keyboard.press(f"Alt+Key{key}")
        page.wait_for_url(f"**/operator/{path}")
    page.keyboard.press("Alt+KeyH")
    page.wait_for_url("**/operator")


def test_a_cyrillic_layout_and_other_modifiers(page: Page, server: Server, desk: Desk) -> None:
    at_the_desk(page, server, desk, "/operator")
    for more in ("ctrlKey", "metaKey", "shiftKey", "repeat"):
        press(page, "KeyK", "л", **{more: True})
    press(page, "Digit1", "1")
    assert page.url.endswith("/operator")
    press(page, "KeyK", "л")
    page.wait_for_url("**/operator/keys")


def press(page: Page, code: str, key: str, **more: bool) -> None:
    """A key of a layout the machine need not have."""
    page.evaluate(
        "(fields) => document.body.dispatchEvent(new KeyboardEvent('keydown', fields))",
        {"code": code, "key": key, "altKey": True, "bubbles": True, "cancelable": True, **more},
    )


def test_the_sheet_names_each_key_of_the_pages(page: Page, server: Server, desk: Desk) -> None:
    offered = set()
    for path in ("/operator/submissions", "/operator/submissions?order=oldest", "/operator/journal"):
        at_the_desk(page, server, desk, path)
        offered |= keys_of(page)
    page.goto("/operator/submissions")
    page.locator("tbody th a").nth(1).click()
    page.wait_for_url("**/operator/submissions/*")
    offered |= keys_of(page)
    page.goto("/operator/keys")
    assert offered == {key.inner_text() for key in page.locator("dt kbd:last-child").all()}


def keys_of(page: Page) -> set[str]:
    found = page.locator("[aria-keyshortcuts]").all()
    return {str(one.get_attribute("aria-keyshortcuts")).removeprefix("Alt+") for one in found}
