"""The page of the rights: each one, its term from the settings, its grounds, the Law."""

from dataclasses import replace

import pytest
from flask import Flask

from kelisim.domain.grounds import REFUSAL_ARTICLES
from kelisim.domain.objections import Objection
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.settings import Settings
from kelisim.web.request_words import REFUSALS, RIGHT_WORDS
from tests.conftest import dispose, migrated
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.strict import page_of

LAW = "https://adilet.zan.kz/{}/docs/Z1300000094"


def section(page: str, kind: RequestKind) -> str:
    return page.partition(f'<h2 id="{kind.value.replace("_", "-")}">')[2].partition("</section>")[0]


@pytest.mark.parametrize("kind", RequestKind)
def test_each_right_says_how_by_when_and_why_it_may_be_refused(app: Flask, visitor: Visitor, kind: RequestKind) -> None:
    text = section(visitor.get("/rights").get_data(as_text=True), kind)
    right = RIGHTS[kind]
    with app.test_request_context():
        assert str(RIGHT_WORDS[kind].title) in text
        for ground in right.refusals:
            assert str(REFUSALS[ground]).removesuffix(".") in text
            assert f"Article {REFUSAL_ARTICLES[ground]} of Law" in text or REFUSAL_ARTICLES[ground] is None
    about = len(Objection) if kind is RequestKind.OBJECTION else 0
    assert text.count("<dd>") == 1 + len(right.refusals) + (right.article is not None) + about
    assert right.article is None or f'<a href="{LAW.format("eng")}">Article {right.article} of Law No. 94-V</a>' in text


def test_the_terms_are_those_of_the_settings(settings: Settings) -> None:
    chosen = replace(settings, correction_days=2, withdrawal_days=14, transfer_days=9, breach_days=4)
    app = migrated(chosen)
    page = Visitor(strict_client(app)).get("/rights").get_data(as_text=True)
    dispose(app)
    assert "<dd>2 working days</dd>" in section(page, RequestKind.CORRECT)
    assert "<dd>1 working day</dd>" in section(page, RequestKind.COMPLETE)
    assert "<dd>14 working days</dd>" in section(page, RequestKind.WITHDRAW)
    assert "<dd>3 working days</dd>" in section(page, RequestKind.ACCESS)
    assert "within 9 working days" in page
    assert "within 4 working days" in page


def test_the_ways_in_and_the_law_in_the_language_of_the_page(visitor: Visitor) -> None:
    page = visitor.page("/rights")
    assert "consent@example.com" in page.text
    assert "Kerey Street" in page.text
    assert "court" in page.text
    assert any(link.get("href") == "/my" for link in page.elements("a"))
    for language, code in (("ru", "rus"), ("kk", "kaz")):
        assert LAW.format(code) in visitor.get(f"/{language}/rights").get_data(as_text=True)


def test_the_rights_are_linked_from_each_page_and_from_the_receipt(visitor: Visitor, person: Person) -> None:
    receipt = page_of(visitor.get(visitor.send(person).headers["Location"]))
    for page, links in ((visitor.page("/"), 1), (visitor.page("/consent"), 1), (receipt, 2)):
        assert sum(link.get("href") == "/rights" for link in page.elements("a")) == links
