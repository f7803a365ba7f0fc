"""A passkey in the real browser, with a device in software: added, refused, signing in alone, removed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.desk import PASSWORD, signed_in
from tests.support.browser import accessibility_problems
from tests.support.server import Server

ACCOUNT, SIGN_IN = "/operator/account", "/operator/sign-in"


def a_device(page: Page) -> tuple[object, str]:
    """A device that knows its owner and needs no touch: the session that commands it, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def confirm(page: Page, code: str, button: str) -> None:
    """Give password and code once more."""
    page.fill("#password", PASSWORD)
    page.fill("#app_code", code)
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def test_a_passkey_is_added_signs_in_alone_and_is_removed(server: Server, new_page: NewPage) -> None:
    desk = signed_in(server, "passkey.desk")
    page = new_page()
    page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]  # as a client got them
    device, number = a_device(page)
    page.goto(ACCOUNT)
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("#name", "Laptop <b>of work</b>")
    confirm(page, desk.recovery_codes.pop(), "Continue to the device")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url(f"**{ACCOUNT}")
    expect(page.get_by_text("Laptop <b>of work</b>", exact=True)).to_be_visible()
    assert accessibility_problems(page) == []

    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert page.context.cookies() == []
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})  # type: ignore[attr-defined]  # a session of Playwright
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("It was stopped")
    assert accessibility_problems(page) == []
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})  # type: ignore[attr-defined]
    page.get_by_role("button", name="Sign in with a passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/operator$"))
    expect(page.get_by_text("Signed in as passkey.desk")).to_be_visible()

    page.goto(ACCOUNT)
    page.get_by_role("link", name="Remove").click()
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("status")).to_contain_text("The device has confirmed it")
    expect(page.get_by_role("button", name="Remove the passkey")).to_be_focused()
    assert accessibility_problems(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ACCOUNT}")
    expect(page.get_by_text("None yet.")).to_be_visible()

    plain = new_page(java_script_enabled=False)
    plain.goto(SIGN_IN)
    expect(plain.locator("[data-shows]")).to_be_hidden()
    expect(plain.get_by_role("button", name="Continue to the code")).to_be_visible()
