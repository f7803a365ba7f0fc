"""The question about cookies: every answer, with JavaScript and without; and the appearance that a yes allows."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.public_form import fill, focused, reference, send, typed
from tests.support.people import PEOPLE
from tests.support.server import Server

CHOICES = "SELECT count(*) FROM choices"
_DAYS = 182 * 86_400


def cookie(page: Page, name: str) -> dict[str, object] | None:
    """A cookie the browser holds."""
    return next((dict(found) for found in page.context.cookies() if found["name"] == name), None)


def answer_banner(page: Page, value: str) -> None:
    """Press Accept or Reject, and wait until the confirmation stands there."""
    page.locator(f".cookies button[value={value}]").click()
    words = {"accept": "You accepted optional cookies", "reject": "You rejected optional cookies"}
    expect(page.get_by_text(words[value])).to_be_visible()


def choose(page: Page, value: str) -> None:
    """Answer every purpose on the cookies page."""
    page.goto("/cookies")
    for radio in page.locator(f"form:has(button[value=choose]) input[value={value}]").all():
        radio.check()
    with page.expect_navigation():
        page.locator("button[value=choose]").click()


def test_before_an_answer_no_page_sets_a_cookie(server: Server, each_page: Page) -> None:
    page = each_page
    for path in ("/", "/consent", "/policy", "/cookies", "/nothing", "/operator", "/consent/2023-07-20"):
        page.goto(path)
    page.goto("/")
    send(page)
    fill(page, PEOPLE[0])
    send(page)
    assert reference(page)
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.parametrize("value", ["accept", "reject"])
def test_an_answer_is_kept_in_a_cookie_and_a_row(server: Server, each_page: Page, value: str) -> None:
    page = each_page
    before = server.scalar(CHOICES)
    page.goto("/consent")
    answer_banner(page, value)
    kept = cookie(page, "__Host-choice")
    assert kept is not None
    # The page that followed a yes was counted.
    others = {str(found["name"]) for found in page.context.cookies()} - {"__Host-choice"}
    assert others == ({"__Host-visit"} if value == "accept" else set())
    assert {name: kept[name] for name in ("name", "domain", "path", "httpOnly", "secure", "sameSite")} == {
        "name": "__Host-choice",
        "domain": "localhost",
        "path": "/",
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
    }
    assert abs(float(str(kept["expires"])) - time.time() - _DAYS) < 60
    assert server.scalar(CHOICES) == before + 1
    assert page.url.split("?")[0] == f"{server.address}/consent"
    for path in ("/", "/policy"):
        page.goto(path)
        expect(page.locator(".cookies")).to_have_count(0)


def test_with_javascript_nothing_is_reloaded_and_the_focus_goes_to_the_confirmation_once(page: Page) -> None:
    page.goto("/")
    fill(page, PEOPLE[1])
    page.evaluate("window.sameDocument = true")
    page.evaluate("window.focused = 0; addEventListener('focusin', (e) => focused += e.target.tabIndex === -1)")
    page.locator(".cookies button[value=accept]").click()
    confirmation = page.locator(".cookies [tabindex='-1']")
    expect(confirmation).to_be_focused()
    expect(confirmation).to_contain_text("You accepted optional cookies")
    assert page.evaluate("window.sameDocument") is True
    assert typed(page) == PEOPLE[1][:3]
    expect(page.locator(".cookies form")).to_have_count(0)
    page.keyboard.press("Tab")
    assert focused(page) == "A"
    assert page.evaluate("window.focused") == 1
    page.get_by_role("link", name="Hide this message").click()
    expect(page.locator(".cookies")).to_have_count(0)
    assert page.evaluate("window.sameDocument") is True
    assert typed(page) == PEOPLE[1][:3]


def test_without_javascript_the_answer_leads_back_and_hide_works(new_page: NewPage, server: Server) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/policy")
    answer_banner(page, "reject")
    assert page.url == f"{server.address}/policy?said=1"
    page.get_by_role("link", name="Hide this message").click()
    page.wait_for_url(f"{server.address}/policy")
    expect(page.locator(".cookies")).to_have_count(0)


def test_a_double_click_on_the_banner_is_one_answer(server: Server, page: Page) -> None:
    before = server.scalar(CHOICES)
    page.goto("/policy")
    page.locator(".cookies button[value=accept]").dblclick()
    expect(page.get_by_text("You accepted optional cookies")).to_be_visible()
    page.goto("/policy")
    assert server.scalar(CHOICES) == before + 1


def test_choosing_one_by_one(server: Server, each_page: Page) -> None:
    page = each_page
    before = server.scalar(CHOICES)
    page.goto("/")
    page.get_by_role("link", name="Choose", exact=True).click()
    page.wait_for_url("**/cookies")
    expect(page.locator(".cookies")).to_have_count(0)
    assert page.locator("input[type=radio]:checked").count() == 0
    with page.expect_navigation():
        page.locator("button[value=choose]").click()
    assert page.title().startswith("Error: ")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert (page.context.cookies(), server.scalar(CHOICES)) == ([], before)
    choose(page, "yes")
    assert cookie(page, "__Host-choice")
    page.goto("/cookies")
    assert page.locator("form:has(button[value=choose]) input[value=yes]:checked").count() > 0
    assert server.scalar(CHOICES) == before + 1


def test_the_cookie_table_names_every_cookie_the_browser_got(page: Page) -> None:
    choose(page, "yes")
    page.check("#appearance-dark")
    with page.expect_navigation():
        page.locator("form[action='/appearance'] button").click()
    table = page.locator("table").inner_text()
    names = {str(found["name"]) for found in page.context.cookies()}
    assert names == {"__Host-choice", "__Host-appearance", "__Host-visit"}
    assert [name for name in names if name not in table] == []


@pytest.mark.parametrize(("device", "wanted"), [("light", "dark"), ("dark", "light")])
def test_the_appearance_really_changes_and_no_takes_it_back(each_page: Page, device: str, wanted: str) -> None:
    page = each_page
    page.emulate_media(color_scheme=device)  # type: ignore[arg-type]  # one of the two words
    choose(page, "yes")
    assert brightness(page) == device
    page.check(f"#appearance-{wanted}")
    with page.expect_navigation():
        page.locator("form[action='/appearance'] button").click()
    kept = cookie(page, "__Host-appearance")
    assert kept is not None
    assert (kept["httpOnly"], kept["secure"], kept["sameSite"], kept["path"]) == (True, True, "Lax", "/")
    for path in ("/cookies", "/", "/consent"):
        page.goto(path)
        assert brightness(page) == wanted
    choose(page, "no")
    assert cookie(page, "__Host-appearance") is None
    assert cookie(page, "__Host-choice") is not None
    assert brightness(page) == device
    expect(page.locator("form[action='/appearance']")).to_have_count(0)


def brightness(page: Page) -> str:
    """Whether the page is drawn light or dark: the paper and the ink as computed."""
    colours = page.evaluate(
        """() => {
          const sum = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).reduce((all, part) => all + Number(part), 0);
          const root = getComputedStyle(document.documentElement);
          const heading = getComputedStyle(document.querySelector('h1'));
          return [sum(root.backgroundColor), sum(heading.color)];
        }"""
    )
    paper, ink = colours
    assert abs(paper - ink) > 300, "paper and ink are alike"
    return "light" if paper > ink else "dark"
