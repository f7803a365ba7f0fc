"""Every page and state: no accessibility problem, nothing wider than the screen, no word lost in large or wide text,
nothing that needs our colours or motion."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desk import Desk
from tests.browser.looks import lost_in_forced_colours, moving, space_the_text
from tests.browser.overlaps import overlaps
from tests.browser.states import STATES, Site
from tests.browser.tab import Tab
from tests.browser.test_banner import brightness
from tests.support.browser import LOOK_RULES, accessibility_problems
from tests.support.server import Server

_CUT = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const style = getComputedStyle(one);
  const clips = ['hidden', 'clip', 'scroll', 'auto'].some((it) => [style.overflowX, style.overflowY].includes(it));
  const wide = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
  return clips && wide && style.clipPath === 'none' && one.clientWidth > 1 && !['INPUT', 'SELECT'].includes(one.tagName);
}).map((one) => one.outerHTML.slice(0, 100))"""
_OUTSIDE = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return box.width > 1 && box.right > document.documentElement.clientWidth + 1 && style.clipPath === 'none';
}).map((one) => one.outerHTML.slice(0, 100))"""


# The layout depends on the width alone and the colours on the scheme alone: each of the four is looked at once, the
# second time by the rules that a look can change.
LOOKS: tuple[tuple[int, Literal["light", "dark"], tuple[str, ...]], ...] = (
    (320, "dark", ()),
    (1280, "light", LOOK_RULES),
)


@pytest.fixture(scope="session")
def tab(browser: Browser, server: Server) -> Tab:
    """The page that the states are looked at in."""
    return Tab(browser, server.address)


@pytest.mark.parametrize("state", STATES)
def test_a_state_has_no_accessibility_problem_and_fits(tab: Tab, server: Server, desk: Desk, state: str) -> None:
    with tab.lent() as page:
        STATES[state](page, Site(server, desk))
        look_at(page)


def look_at(page: Page) -> None:
    """All that holds of every page, whatever is on it."""
    assert page.locator("h1").count() == 1
    for width, scheme, rules in LOOKS:
        show(page, width, scheme)
        assert accessibility_problems(page, rules) == [], (width, scheme)
        assert too_wide(page) == [], (width, scheme)
        assert overlaps(page) == [], (width, scheme)
        assert brightness(page) == scheme
    assert lost_in_forced_colours(page) == []
    assert moving(page) == []
    double_the_text(page)
    for width in (1280, 640, 360):
        show(page, width, "light")
        assert too_wide(page) == [], f"{width} px, text of 200 %"
        assert page.evaluate(_CUT) == [], f"{width} px, text of 200 %"
        assert overlaps(page) == [], f"{width} px, text of 200 %"
    double_the_text(page, back=True)
    space_the_text(page)
    for width in (640, 360, 320):
        show(page, width, "light")
        assert too_wide(page) == [], f"{width} px, spaced text"
        assert page.evaluate(_CUT) == [], f"{width} px, spaced text"
        assert overlaps(page) == [], f"{width} px, spaced text"


def show(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    """Show a page at a width, on a light or a dark device."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


def too_wide(page: Page) -> list[str]:
    """What makes a page scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        return []
    return [str(found) for found in page.evaluate(_OUTSIDE)] or ["something"]


def double_the_text(page: Page, *, back: bool = False) -> None:
    """Set the browser's own text size to twice its default, or back."""
    session = page.context.new_cdp_session(page)
    before = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16 if back else 32, "fixed": 13 if back else 26}})
    after = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert after == pytest.approx(before / 2 if back else 2 * before), "the page sets its text in pixels"


@pytest.mark.parametrize("path", ["/consent", "/policy"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_shows_the_document_and_nothing_around_it(page: Page, path: str, scheme: str) -> None:
    page.goto(path)
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    assert page.locator("main article").is_visible()
    assert page.locator("h1").is_visible()
    for around in (".cookies", ".skip", "header", "footer nav", "button"):
        assert not any(found.is_visible() for found in page.locator(around).all()), around
    assert brightness(page) == "light"
    assert page.pdf().startswith(b"%PDF")


# As wide as the text on A4 between the margins of the style sheet: 170 mm.
_PAPER = 642


@pytest.mark.parametrize(
    "state", ["receipt", "my data", "rights", "record", "list", "journal", "statistics", "compliance"]
)
def test_what_is_printed_fits_the_paper_and_has_nothing_to_press(
    page: Page, server: Server, desk: Desk, state: str
) -> None:
    STATES[state](page, Site(server, desk))
    page.set_viewport_size({"width": _PAPER, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    assert brightness(page) == "light"
    for pressed in ("button", "input", "select", "summary", "nav", ".plain"):
        assert not any(found.is_visible() for found in page.locator(pressed).all()), pressed
    assert too_wide(page) == []


def test_a_printed_receipt_shows_its_link_and_its_reference(page: Page, server: Server, desk: Desk) -> None:
    STATES["receipt"](page, Site(server, desk))
    page.emulate_media(media="print")
    assert page.locator(".reference code").is_visible()
    assert page.get_by_text(page.url, exact=True).is_visible()


def test_a_printed_letter_is_the_letter_and_nothing_around_it(page: Page, server: Server, desk: Desk) -> None:
    STATES["letter"](page, Site(server, desk))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("main article.letter").is_visible()
    for around in ("header", "footer nav", "h1", ".back", "button", ".trial"):
        assert not any(found.is_visible() for found in page.locator(around).all()), around
    assert brightness(page) == "light"


def test_the_spoken_order_begins_with_the_skip_link_then_the_banner(page: Page) -> None:
    page.goto("/")
    order = page.evaluate("[...document.body.children].map((one) => one.className || one.tagName)")
    assert order[:2] == ["skip", "cookies"]
