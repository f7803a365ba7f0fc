"""The pictures of the README, taken from a real server with the people of the demo: ``make screenshots``."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from kelisim.serve.instance import make_folder  # noqa: E402  # as below
from kelisim.settings import Settings  # noqa: E402  # as below
from kelisim.vault.keys import make_missing  # noqa: E402  # as below
from scripts.demo import fill  # noqa: E402  # as below
from tests.browser.desk import signed_in  # noqa: E402  # the root must be on the path first
from tests.support.browser import launch  # noqa: E402  # as above
from tests.support.server import Server, running  # noqa: E402  # as above

PICTURES = ROOT / "docs" / "pictures"
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=720)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, running(_peopled(Path(folder))) as server, sync_playwright() as playwright:
        browser = launch(playwright, server)
        desk = signed_in(server, "әсел")
        for scheme in SCHEMES:
            _visitor(browser, server, scheme)
            _desk(browser, server, scheme, desk.cookies)
        browser.close()


def _peopled(folder: Path) -> Server:
    """A server over an instance in which the demo's month has passed."""
    server, now = Server(folder, new=True), datetime.now(UTC)
    make_folder(server.instance, now.date())
    make_missing(server.instance / "keys")
    fill(Settings.load(server.instance, {}), now)
    return server


def _visitor(browser: Browser, server: Server, scheme: Scheme) -> None:
    page = browser.new_page(viewport=PHONE, color_scheme=scheme, device_scale_factor=2, base_url=server.address)
    page.goto("/")
    page.get_by_role("button", name="Reject cookies").click()
    page.get_by_role("link", name="Hide").click()
    _take(page, f"form-{scheme}")
    page.get_by_label("Name", exact=True).fill("Айгерім")
    page.get_by_label("Second name").fill("Сейтқали")
    page.get_by_label("Phone number").fill("8 701 123 45 67")
    page.get_by_label("I give my consent").check()
    page.get_by_role("button", name="Send the form").click()
    page.wait_for_url("**/receipt/**")
    _take(page, f"receipt-{scheme}")
    page.close()


def _desk(browser: Browser, server: Server, scheme: Scheme, cookies: list[dict[str, object]]) -> None:
    context = browser.new_context(viewport=DESK, color_scheme=scheme, base_url=server.address)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # the tests give Playwright's own shape
    page = context.new_page()
    page.goto("/operator/submissions")
    _take(page, f"desk-{scheme}")
    page.goto("/operator")
    _take(page, f"home-{scheme}")
    context.close()


def _take(page: Page, name: str) -> None:
    page.screenshot(path=str(PICTURES / f"{name}.png"))


if __name__ == "__main__":
    main()
