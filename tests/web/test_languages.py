"""The language of a page: in its address, remembered with consent, or asked for by the browser."""

import pytest
from flask.testing import FlaskClient

from kelisim.domain.languages import LANGUAGES
from kelisim.web.languages import LANGUAGE_NAMES
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.rows import rows

PAGES = ("/", "/consent", "/policy", "/cookies", "/operator/sign-in", "/nowhere")
ACCEPT = {"on": "yes", "off": "no"}


def heading(visitor: Visitor, path: str, languages: str = "") -> str:
    answer = visitor.get(path, headers={"Accept-Language": languages} if languages else {})
    return Page(answer.get_data(as_text=True)).heading


def answer_about(visitor: Visitor, convenience: str) -> None:
    token = visitor.page("/cookies").value("token")
    others = {"statistics": "no", "address": "no", "answer": "choose", "token": token}
    assert visitor.post("/cookies", {**others, "convenience": convenience}).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_language_of_its_address(visitor: Visitor, path: str, language: str) -> None:
    answer = visitor.get(f"/{language}{path}", headers={"Accept-Language": "de"})
    page = Page(answer.get_data(as_text=True))
    assert page.root.get("lang") == answer.headers["Content-Language"] == language


def test_each_language_says_it_in_other_words(visitor: Visitor) -> None:
    assert len({heading(visitor, f"/{language}/") for language in LANGUAGES}) == len(LANGUAGES)


def test_without_a_language_in_the_address_the_browser_is_asked(visitor: Visitor) -> None:
    assert heading(visitor, "/", "kk-KZ,ru;q=0.8,en;q=0.5") == heading(visitor, "/kk/")
    assert heading(visitor, "/", "ru-RU,ru;q=0.9") == heading(visitor, "/ru/")
    assert heading(visitor, "/", "de,fr;q=0.9") == heading(visitor, "/en/")
    assert heading(visitor, "/", "ru-RU,ru;q=0.9") == heading(visitor, "/ru/")


def test_links_keep_the_language(visitor: Visitor) -> None:
    page = visitor.page("/ru/")
    links = {element.get("href") for element in page.elements("a")} | {
        form.get("action") for form in page.elements("form")
    }
    inside = {link for link in links if link.startswith("/")} - {"/kk/", "/en/"}
    assert inside
    assert all(link.startswith("/ru/") for link in inside)


def test_a_chosen_language_is_remembered_only_with_a_yes_to_convenience(visitor: Visitor) -> None:
    answer_about(visitor, "no")
    assert "__Host-language" not in visitor.get("/ru/").headers.get("Set-Cookie", "")
    answer_about(visitor, "yes")
    assert "__Host-language=ru" in visitor.get("/ru/").headers["Set-Cookie"]
    assert heading(visitor, "/") == heading(visitor, "/ru/")
    answer_about(visitor, "no")
    assert visitor.client.get_cookie("__Host-language") is None
    assert heading(visitor, "/") == heading(visitor, "/en/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_says_which_language_was_shown(
    visitor: Visitor, client: FlaskClient, person: Person, language: str
) -> None:
    fields = {**visitor.filled(person), "token": visitor.page(f"/{language}/").value("token", -1)}
    sent = visitor.post(f"/{language}/", fields)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith(f"/{language}/receipt/")
    receipt = visitor.page(sent.headers["Location"])
    assert receipt.root.get("lang") == language
    assert LANGUAGE_NAMES[language] in [fact.text for fact in receipt.elements("dd")]
    assert rows(client.application, "SELECT language FROM consents") == [(language,)]


def test_a_receipt_read_in_another_language_leads_to_the_words_that_were_shown(
    visitor: Visitor, client: FlaskClient, person: Person
) -> None:
    fields = {**visitor.filled(person), "token": visitor.page("/ru/").value("token", -1)}
    secret = visitor.post("/ru/", fields).headers["Location"].rpartition("/")[2]
    sha256 = rows(client.application, "SELECT sha256 FROM consents")[0][0]
    for page in (visitor.page(f"/kk/receipt/{secret}"), visitor.page(f"/my/{secret}")):
        links = [str(link.get("href")) for link in page.elements("a")]
        (shown,) = {link for link in links if "/consent/" in link}
        assert shown == "/ru/consent/2023-07-20"
        assert sha256 in visitor.page(shown).text


def test_every_page_links_to_itself_in_each_language(visitor: Visitor) -> None:
    page = visitor.page("/kk/consent")
    alternates = {link.get("hreflang"): link.get("href") for link in page.elements("link") if link.get("hreflang")}
    assert set(alternates) == {*LANGUAGES, "x-default"}
    assert alternates["ru"].endswith("/ru/consent")
    assert alternates["x-default"].endswith("/consent")
