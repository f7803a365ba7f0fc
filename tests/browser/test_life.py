"""The whole life of one person in a real browser without JavaScript and without a cookie, in each language."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple
from zipfile import ZipFile

import pytest
from babel.support import Translations
from playwright.sync_api import Download, Locator, Page, expect

from kelisim.domain.languages import LANGUAGES
from tests.browser.conftest import NewPage
from tests.browser.desk import PASSWORD, Desk
from tests.browser.public_form import FORM, fill, reference, send, typed
from tests.support.people import PEOPLE
from tests.support.server import ROOT

Words = Callable[[str], str]
PHONE_SCREEN = {"width": 360, "height": 740}
CORRECTED = "Әбілқасымова"


class Life(NamedTuple):
    """One person's browser, the desk's, the words of their language for ours, and what an operator is asked for again."""

    page: Page
    desk: Page
    language: str
    words: Words
    recovery_codes: list[str]

    def follow(self, link: str, page: Page | None = None) -> None:
        """Follow a link by its words."""
        _go(self.page if page is None else page, "link", self.words(link))

    def press(self, button: str, page: Page | None = None) -> None:
        """Press a button by its words."""
        _go(self.page if page is None else page, "button", self.words(button))

    def act(self, act: str, button: str) -> str:
        """Open the page of an act from My data, press its button. What My data then says."""
        self.follow(act)
        assert self.page.locator("main ul li").count() >= 2, "what follows is listed"
        self.press(button)
        return self.page.locator(".notice h2").inner_text()

    def save(self, link: Locator) -> Download:
        """Save what a link leads to."""
        with self.page.expect_download() as saved:
            link.click()
        return saved.value

    def open_record(self, reference: str) -> None:
        """Open the person's submission at the desk."""
        self.desk.goto(f"/{self.language}/operator/submissions/{reference}")

    def decide(self, reference: str, request: str, button: str) -> None:
        """Take a request up at the desk and meet it."""
        self.open_record(reference)
        self.follow(request, self.desk)
        self.press("Take up the request", self.desk)
        self.follow(button, self.desk)
        if self.desk.locator("#app_code").count():
            self.desk.fill("#password", PASSWORD)
            self.desk.fill("#app_code", self.recovery_codes.pop())
        self.press(button, self.desk)


def _go(page: Page, role: Literal["link", "button"], words: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role(role, name=words, exact=True).click()


@pytest.fixture(params=LANGUAGES)
def life(request: pytest.FixtureRequest, new_page: NewPage, desk: Desk) -> Life:
    """A person at a phone and an operator at a screen, both without JavaScript."""
    language = str(request.param)
    known = Translations.load(str(ROOT / "site/kelisim/translations"), [language])
    assert language == "en" or known.gettext("Your receipt") != "Your receipt"
    at_desk = new_page(java_script_enabled=False)
    at_desk.context.add_cookies(desk.cookies)  # type: ignore[arg-type]  # they have its shape
    page = new_page(java_script_enabled=False, viewport=PHONE_SCREEN)
    return Life(page, at_desk, language, known.gettext, desk.recovery_codes)


def test_the_whole_life_of_one_person(life: Life, tmp_path: Path) -> None:
    page, known_by = life.page, given(life)
    receipt = page.url
    file, stated = saved_receipt(life, tmp_path)
    steered(life)
    looked_at_and_answered(life, known_by)
    ended(life, known_by, receipt)
    checked(life, file, known_by, stated)
    forgotten(life, known_by, receipt, tmp_path)
    assert page.context.cookies() == []


def given(life: Life) -> str:
    """Reads the Consent in the middle of the form, sends it. The reference of the receipt."""
    page, _ = life.page, life.words
    page.goto(f"/{life.language}/")
    fill(page, PEOPLE[0], consent=False)
    before = typed(page)
    with page.context.expect_page() as opened:
        page.locator(f"{FORM} a[href$='/consent/2023-07-20']").click()
    assert opened.value.locator("article").inner_text().count("220540900218") == 1
    assert opened.value.locator("html").get_attribute("lang") == life.language
    opened.value.close()
    assert typed(page) == before
    page.check("#consent")
    page.check("#mailing")
    send(page)
    assert page.locator("html").get_attribute("lang") == life.language
    assert page.locator("h1").inner_text() == _("Your receipt")
    return reference(page)


def saved_receipt(life: Life, folder: Path) -> tuple[Path, str]:
    """Saves the signed receipt. The file, and its hash as the page states it."""
    file, page = folder / "receipt.json", life.page
    life.save(page.get_by_role("link", name=life.words("Save the signed receipt (JSON)"))).save_as(file)
    stated = sha256(file.read_bytes()).hexdigest()
    assert page.get_by_text(stated, exact=True).is_visible()
    record = json.loads(file.read_bytes())["receipt"]["dpv:hasRecordOfActivity"]
    assert record["dct:language"] == life.language
    return file, stated


def steered(life: Life) -> None:
    """Opens My data by its link; corrects, blocks and unblocks, unsubscribes, asks for a copy."""
    page, _ = life.page, life.words
    life.follow("My data: see and steer what is held")
    assert page.locator("main").inner_text().count(PEOPLE[0].second_name) == 1
    life.follow("Correct your data")
    assert page.input_value("#second_name") == PEOPLE[0].second_name
    page.fill("#second_name", CORRECTED)
    life.press("Correct my data")
    assert page.get_by_text(CORRECTED, exact=True).is_visible()
    assert life.act("Block your data", "Block my data") == _("Your data are blocked.")
    assert page.get_by_text(_("blocked"), exact=True).is_visible()
    life.act("Unblock your data", "Unblock my data")
    assert page.get_by_text(_("active"), exact=True).is_visible()
    assert life.act("Stop the mailing", "Stop the mailing") == _("The mailing is stopped.")
    assert page.get_by_text(_("Not subscribed"), exact=True).is_visible()
    life.act("Ask for a copy of your data", "Ask for my copy")


def looked_at_and_answered(life: Life, known_by: str) -> None:
    """The desk opens the record and answers the question; the person sees both and reads the answer."""
    page, desk, _ = life.page, life.desk, life.words
    life.open_record(known_by)
    assert desk.get_by_text(CORRECTED, exact=True).is_visible()
    life.decide(known_by, "A copy of the data", "Answer the request")
    life.follow("Open the letter", desk)
    letter = desk.locator("article")
    assert letter.get_attribute("lang") == life.language
    assert CORRECTED in letter.inner_text()
    page.reload()
    assert page.get_by_text(_("The Operator opened your data.")).count() >= 1
    assert page.get_by_text(_("answered"), exact=True).is_visible()
    page.get_by_role("link", name=_("Read the answer"), exact=True).first.click()
    expect(page.locator("article")).to_contain_text(CORRECTED)
    assert page.locator("article").get_attribute("lang") == life.language
    assert "aigerim" not in page.locator("body").inner_text()


def ended(life: Life, known_by: str, receipt: str) -> None:
    """Withdraws from the receipt: everything stops, for the desk too, and the receipt says so."""
    page, desk, _ = life.page, life.desk, life.words
    page.goto(receipt)
    life.follow("Withdraw your consent here")
    life.press("Withdraw my consent")
    assert page.locator(".notice h2").inner_text() == _("Your consent is withdrawn and your data are blocked.")
    assert page.get_by_text(CORRECTED, exact=True).is_visible(), "the person sees them all the same"
    life.open_record(known_by)
    assert CORRECTED not in desk.content()
    page.goto(receipt)
    assert page.get_by_text(_("It does not stand any more. It was withdrawn on:")).is_visible()


def checked(life: Life, file: Path, known_by: str, stated: str) -> None:
    """Shows the receipt as it was given, as a file and by its numbers: issued here, and over."""
    page, _ = life.page, life.words
    for by_file in (True, False):
        page.goto(f"/{life.language}/receipts/check")
        if by_file:
            page.set_input_files("#file", file)
            life.press("Check the file")
        else:
            page.fill("#reference", known_by)
            page.fill("#sha256", stated)
            life.press("Check the numbers")
        assert page.locator(".notice h2").inner_text() == _("This site issued this receipt")
        assert page.get_by_text(_("It does not stand any more. It was withdrawn on:")).is_visible()


def forgotten(life: Life, known_by: str, receipt: str, folder: Path) -> None:
    """Asks for deletion; the desk destroys the record; what is left names nobody and still proves itself."""
    page, desk, _ = life.page, life.desk, life.words
    page.goto(receipt.replace("/receipt/", "/my/"))
    assert life.act("Delete your data", "Delete my data") == _("Your request is entered and your data are blocked.")
    life.decide(known_by, "Deletion", "Destroy the record")
    assert desk.get_by_text(_("destroyed"), exact=True).is_visible()
    page.reload()
    text = page.locator("main").inner_text()
    assert _("Your data were destroyed for good.") in text
    assert CORRECTED not in text
    evidence = folder / "evidence.zip"
    life.save(page.get_by_role("link", name=_("Save the evidence (ZIP)"), exact=True)).save_as(evidence)
    with ZipFile(evidence) as archive:
        assert f"texts/consent-2023-07-20.{life.language}.txt" in archive.namelist()
        assert json.loads(archive.read("consent.json"))["state"] == "withdrawn"
