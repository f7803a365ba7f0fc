"""A visitor sends the form and gets a receipt, with JavaScript and without."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import NewPage
from tests.browser.public_form import FORM, fill, focused, reference, send, send_button, typed
from tests.support.browser import MILLISECONDS, Witness, launch_without_cookies
from tests.support.people import PEOPLE, Person
from tests.support.server import Server

SUBMISSIONS = "SELECT count(*) FROM submissions"


FROM_RIGHT_TO_LEFT = PEOPLE[9]._replace(phone="8 702 123 45 67")


@pytest.mark.parametrize("person", [PEOPLE[1], PEOPLE[5], FROM_RIGHT_TO_LEFT], ids=["kk", "en", "ar"])
def test_a_sent_form_ends_at_a_receipt(server: Server, each_page: Page, person: Person) -> None:
    before = server.scalar(SUBMISSIONS)
    each_page.goto("/")
    fill(each_page, person)
    each_page.select_option("#topic", index=2)
    send(each_page)
    assert len(reference(each_page).replace(" ", "").replace("-", "")) == 8
    assert server.scalar(SUBMISSIONS) == before + 1
    shown = each_page.locator("main").inner_text()
    assert "2023-07-20" in shown
    assert "consent@example.com" in shown
    assert not {person.name, person.second_name, person.phone} & set(shown.split())
    expect(each_page.get_by_text(each_page.url, exact=True)).to_be_visible()
    assert each_page.context.cookies() == []


def test_no_box_is_ticked_and_nothing_but_the_three_fields_is_needed(page: Page) -> None:
    page.goto("/")
    assert not page.is_checked("#consent")
    assert not page.is_checked("#mailing")
    assert page.input_value("#topic") == ""


def test_errors_are_told_above_and_beside_and_what_was_typed_stays(server: Server, each_page: Page) -> None:
    before = server.scalar(SUBMISSIONS)
    page = each_page
    page.goto("/")
    assert not page.title().startswith("Error:")
    page.fill("#name", "Айгерім")
    page.fill("#phone", "12")
    page.select_option("#topic", index=3)
    page.check("#mailing")
    topic = page.input_value("#topic")
    send(page)
    assert page.title().startswith("Error: ")
    assert typed(page) == ("Айгерім", "", "12")
    assert (page.input_value("#topic"), page.is_checked("#mailing"), page.is_checked("#consent")) == (
        topic,
        True,
        False,
    )
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(summary).to_be_focused()
    assert page.locator("h1").bounding_box()["y"] > summary.bounding_box()["y"]  # type: ignore[index]  # both are visible
    for field in ("second_name", "phone", "consent"):
        link = summary.locator(f"a[href='#{field}']")
        beside = page.locator(f"#{field}-error")
        assert link.inner_text() == beside.inner_text()
        assert f"{field}-error" in (page.get_attribute(f"#{field}", "aria-describedby") or "")
        link.click()
        expect(page.locator(f"#{field}")).to_be_focused()
    assert summary.locator("a").count() == 3
    assert page.locator("#name").get_attribute("aria-invalid") is None
    assert server.scalar(SUBMISSIONS) == before


def test_after_the_errors_are_mended_the_form_goes_through(server: Server, each_page: Page) -> None:
    before = server.scalar(SUBMISSIONS)
    each_page.goto("/")
    send(each_page)
    assert each_page.title().startswith("Error: ")
    fill(each_page, PEOPLE[0])
    send(each_page)
    assert reference(each_page)
    assert server.scalar(SUBMISSIONS) == before + 1


@pytest.mark.parametrize("script", [True, False], ids=["js", "no-js"])
def test_back_and_send_again_shows_the_first_receipt(
    server: Server, new_page: NewPage, remembering_browser: Browser, script: bool
) -> None:
    page = new_page(remembering_browser, java_script_enabled=script)
    before = server.scalar(SUBMISSIONS)
    page.goto("/")
    fill(page, PEOPLE[3])
    send(page)
    first = reference(page)
    page.go_back(wait_until="commit")
    expect(page.locator("#name")).to_have_value(PEOPLE[3].name)
    page.fill("#second_name", "Другая")
    send_button(page).click()
    assert reference(page) == first
    expect(page.get_by_text("This form was sent before")).to_be_visible()
    assert server.scalar(SUBMISSIONS) == before + 1


def test_a_double_click_creates_one(server: Server, each_page: Page) -> None:
    before = server.scalar(SUBMISSIONS)
    each_page.goto("/")
    fill(each_page, PEOPLE[2])
    send_button(each_page).dblclick()
    assert reference(each_page)
    each_page.reload()
    assert reference(each_page)
    assert server.scalar(SUBMISSIONS) == before + 1


def test_with_javascript_the_second_click_sends_nothing(page: Page) -> None:
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/")
    fill(page, PEOPLE[2])
    # Both clicks in one turn, before any navigation can begin: the worst case of a quick finger.
    send_button(page).evaluate("(button) => { button.click(); button.click(); }")
    assert reference(page)
    assert len(sent) == 1


def test_reading_the_consent_on_the_way_loses_nothing(each_page: Page) -> None:
    page = each_page
    page.goto("/")
    fill(page, PEOPLE[4])
    for link in page.locator(f"{FORM} a[target=_blank]").all():
        with page.context.expect_page() as opened:
            link.click()
        document = opened.value
        document.wait_for_load_state()
        assert document.locator("h1").inner_text()
        assert document.evaluate("window.opener") is None
        document.close()
    assert typed(page) == PEOPLE[4][:3]
    assert page.is_checked("#consent")
    send(page)
    assert reference(page)


def test_the_words_beside_the_form_are_those_that_are_stored(server: Server, page: Page) -> None:
    page.goto("/")
    stated = page.locator(f"{FORM} li").all_inner_texts()
    fill(page, PEOPLE[6])
    send(page)
    shown = page.locator("main").inner_text()
    assert stated
    assert [text for text in stated if text not in shown] == []


def test_with_every_cookie_blocked_consent_form_and_receipt_work(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    before = server.scalar(SUBMISSIONS)
    with launch_without_cookies(playwright, server, tmp_path / "profile") as context:
        witness = Witness(context, server.address)
        context.set_default_timeout(MILLISECONDS)
        page = context.pages[0]
        page.goto("/consent")
        expect(page.locator("main article")).to_be_visible()
        page.goto("/")
        page.evaluate("document.cookie = 'probe=1; path=/'")
        assert page.evaluate("document.cookie") == "", "this browser blocks no cookie"
        fill(page, PEOPLE[7])
        send(page)
        assert reference(page)
        page.reload()
        assert reference(page)
        # Where no answer can be kept, none is asked for; and where a browser says that it can, none is claimed.
        page.goto("/policy")
        expect(page.locator(".cookies")).to_have_count(0)
        page.add_init_script("Object.defineProperty(window, 'localStorage', { value: { removeItem() {} } })")
        page.reload()
        page.locator(".cookies button[value=accept]").click()
        expect(page.get_by_text("Your browser did not keep the cookie")).to_be_visible()
        page.goto("/cookies")
        page.locator("input[type=radio][value=yes]").first.wait_for()
        for radio in page.locator("form:has(button[value=choose]) input[value=yes]").all():
            radio.check()
        with page.expect_navigation():
            page.locator("button[value=choose]").click()
        expect(page.get_by_text("Your browser did not keep the cookie")).to_be_visible()
        assert context.cookies() == []
    assert witness.problems == []
    assert server.scalar(SUBMISSIONS) == before + 1


def test_when_the_database_is_away_the_page_says_so_and_keeps_what_was_typed(server: Server, each_page: Page) -> None:
    before = server.scalar(SUBMISSIONS)
    each_page.goto("/")
    fill(each_page, PEOPLE[8])
    with server.locked_database():
        send(each_page)
    expect(each_page.get_by_role("alert")).to_contain_text("Nothing was saved")
    assert typed(each_page) == PEOPLE[8][:3]
    assert each_page.is_checked("#consent")
    assert server.scalar(SUBMISSIONS) == before
    send(each_page)
    assert reference(each_page)
    assert server.scalar(SUBMISSIONS) == before + 1


def test_the_whole_form_by_keyboard_alone(page: Page) -> None:
    person = PEOPLE[11]
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page) == "skip"
    assert_focus_is_seen(page)
    page.keyboard.press("Enter")
    tab_to(page, "name")
    page.keyboard.type(person.name)
    tab_to(page, "second_name")
    page.keyboard.type(person.second_name)
    tab_to(page, "phone")
    page.keyboard.type(person.phone)
    tab_to(page, "topic")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#topic") != ""
    tab_to(page, "consent")
    page.keyboard.press("Space")
    assert page.is_checked("#consent")
    tab_to(page, "mailing")
    page.keyboard.press("Tab")
    expect(send_button(page)).to_be_focused()
    assert_focus_is_seen(page)
    page.keyboard.press("Enter")
    assert reference(page)


def test_the_banner_by_keyboard_alone(page: Page) -> None:
    page.goto("/consent")
    assert focused(page) == "BODY", "the banner takes no focus by itself"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("button[value=accept]")).to_be_focused()
    assert_focus_is_seen(page)
    page.keyboard.press("Tab")
    expect(page.locator("button[value=reject]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You rejected optional cookies")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cookies")).to_have_count(0)


def tab_to(page: Page, field: str) -> None:
    """Press Tab until a field has the focus: past the links between, and past nothing hidden."""
    for _ in range(6):
        page.keyboard.press("Tab")
        assert_focus_is_seen(page)
        if focused(page) == field:
            return
    pytest.fail(f"Tab does not reach #{field}; it stands at {focused(page)}")


def assert_focus_is_seen(page: Page) -> None:
    """The element in focus is in view, covered by nothing, and drawn as focused."""
    seen = page.evaluate(
        """() => {
          const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
          const x = box.left + box.width / 2, y = box.top + box.height / 2;
          const top = document.elementFromPoint(x, y);
          return {
            where: one.outerHTML.slice(0, 80),
            inView: box.width > 1 && box.height > 1 && y >= 0 && y <= innerHeight && x >= 0 && x <= innerWidth,
            uncovered: top !== null && (one === top || one.contains(top) || top.contains(one)),
            drawn: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
          };
        }"""
    )
    assert seen["inView"], seen
    assert seen["uncovered"], seen
    assert seen["drawn"], seen
