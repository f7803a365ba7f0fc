"""An unfinished form: kept on this device by who agreed, never by another; the browser's signals; Back to an old page."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.public_form import FORM, fill, reference, send, typed
from tests.browser.test_banner import answer_banner, choose
from tests.support.people import PEOPLE
from tests.support.server import Server

KEY = "kelisim.draft"
NOTE = "We kept what you typed on this device."


def kept(page: Page) -> str | None:
    """What lies in the storage of the browser; nothing else ever does."""
    names = page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")
    assert names in ([], [KEY])
    found: str | None = page.evaluate(f"localStorage.getItem('{KEY}')")
    return found


def test_what_was_typed_comes_back_with_a_line_and_a_button_to_clear_it(page: Page) -> None:
    choose(page, "yes")
    page.goto("/")
    expect(page.get_by_text(NOTE)).to_be_hidden()
    fill(page, PEOPLE[0])
    page.select_option("#topic", "support")
    page.goto("/consent")
    page.goto("/")
    assert typed(page) == PEOPLE[0][:3]
    assert page.input_value("#topic") == "support"
    assert not page.is_checked("#consent"), "a consent is never kept"
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.get_by_role("button", name="Clear what was kept").click()
    assert (typed(page), kept(page)) == (("", "", ""), None)
    expect(page.get_by_text(NOTE)).to_be_hidden()
    expect(page.locator("#name")).to_be_focused()
    page.reload()
    assert typed(page) == ("", "", "")


def test_it_goes_when_the_form_was_sent_when_its_time_is_over_and_after_a_no(page: Page) -> None:
    choose(page, "yes")
    page.goto("/")
    fill(page, PEOPLE[1])
    assert kept(page)
    send(page)
    assert reference(page)
    assert kept(page) is None
    page.goto("/")
    fill(page, PEOPLE[2])
    page.evaluate(
        f"localStorage.setItem('{KEY}', JSON.stringify({{...JSON.parse(localStorage.getItem('{KEY}')), at: 1}}))"
    )
    page.goto("/")
    assert (typed(page), kept(page)) == (("", "", ""), None)
    fill(page, PEOPLE[2])
    choose(page, "no")
    assert kept(page) is None
    page.goto("/")
    fill(page, PEOPLE[2])
    page.goto("/")
    assert (typed(page), kept(page)) == (("", "", ""), None)


def test_the_banner_begins_and_ends_it_without_a_reload(page: Page) -> None:
    page.goto("/")
    fill(page, PEOPLE[3])
    assert kept(page) is None
    answer_banner(page, "accept")
    assert PEOPLE[3].name in str(kept(page))
    page.context.clear_cookies()
    page.goto("/")
    assert (typed(page), kept(page)) == (("", "", ""), None), "without the answer it is not kept any more"
    fill(page, PEOPLE[3])
    answer_banner(page, "reject")
    page.fill("#name", "Other")
    assert kept(page) is None


def test_what_others_put_there_is_not_trusted(page: Page) -> None:
    choose(page, "yes")
    for wrong in (
        "x",
        "{}",
        "null",
        '{"at": 1e300, "typed": [1, 2, 3, {}]}',
        '{"at": 9e15, "typed": ["<b>", "", "", "x"]}',
    ):
        page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, wrong])
        page.goto("/")
        assert typed(page) in {("", "", ""), ("<b>", "", "")}
        expect(page.locator(f"{FORM} b")).to_have_count(0)


def test_without_a_script_the_banner_keeps_what_was_typed_and_enter_only_sends(
    new_page: NewPage, server: Server
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/")
    fill(page, PEOPLE[4])
    with page.expect_navigation():
        page.locator(".cookies button[value=reject]").click()
    expect(page.get_by_text("You rejected optional cookies")).to_be_visible()
    assert typed(page) == PEOPLE[4][:3]
    assert page.is_checked("#consent")
    send(page)
    assert reference(page)
    other = new_page(java_script_enabled=False)
    before = server.scalar("SELECT count(*) FROM choices")
    other.goto("/")
    fill(other, PEOPLE[5], consent=False)
    with other.expect_navigation():
        other.press("#phone", "Enter")
    assert other.title().startswith("Error: ")
    assert server.scalar("SELECT count(*) FROM choices") == before, "Enter answers no question that was not read"
    assert other.context.cookies() == []


def test_a_page_that_back_brings_does_not_show_an_answered_banner(
    new_page: NewPage, remembering_browser: Browser
) -> None:
    page = new_page(remembering_browser)
    page.goto("/policy")
    page.evaluate("window.asLeft = true")
    choose(page, "no")
    page.go_back(wait_until="commit")
    page.go_back(wait_until="commit")
    page.wait_for_url("**/policy")
    expect(page.locator(".cookies")).to_have_count(0)


def test_a_browser_that_signals_is_asked_nothing_and_stores_nothing(new_page: NewPage, server: Server) -> None:
    page = new_page(extra_http_headers={"Sec-GPC": "1"})
    before = server.scalar("SELECT count(*) FROM choices")
    for path in ("/", "/consent", "/cookies"):
        page.goto(path)
        expect(page.locator(".cookies")).to_have_count(0)
    expect(page.get_by_text("Your browser asks us not to. We don’t.")).to_be_visible()
    page.goto("/")
    fill(page, PEOPLE[6])
    assert (kept(page), page.context.cookies()) == (None, [])
    assert server.scalar("SELECT count(*) FROM choices") == before
    choose(page, "yes")
    expect(page.get_by_text("But you said yes here on")).to_be_visible()
    page.goto("/")
    fill(page, PEOPLE[6])
    assert kept(page)
