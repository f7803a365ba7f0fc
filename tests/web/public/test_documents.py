"""The documents: the revision in force, each one's permanent address, the text its hash is of."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from flask import Flask

from kelisim.domain.documents import Kind, Library
from kelisim.web.house import place
from kelisim.web.revisions import Revisions
from tests.conftest import FixedClock
from tests.support.visitor import Visitor
from tests.web.rows import house_of
from tests.web.strict import page_of

REVISIONS = {"consent": "2023-07-20", "policy": "2026-11-22", "cookies": "2026-11-22"}


def add(app: Flask, kind: Kind, **changes: object) -> None:
    """Publish another revision."""
    house = house_of(app)
    old = house.library.in_force(kind, "en", date(2026, 11, 22))
    place(app.extensions, replace(house, revisions=Revisions(Library([*house.library, replace(old, **changes)]))))  # type: ignore[arg-type]  # fields of a document


@pytest.mark.parametrize("kind", REVISIONS)
def test_a_document_is_at_its_address_and_at_its_permanent_one(visitor: Visitor, kind: str) -> None:
    current, permanent = visitor.page(f"/{kind}"), visitor.page(f"/{kind}/{REVISIONS[kind]}")
    assert current.heading == permanent.heading
    for page in (current, permanent):
        assert REVISIONS[kind] in page.text
        assert f"/{kind}/{REVISIONS[kind]}" in [link.get("href") for link in page.elements("a")]
        article = page.elements("article")[0]
        assert article.get("lang") == "en"
        assert len("".join(article.itertext())) > 1000


@pytest.mark.parametrize("kind", REVISIONS)
def test_the_hash_shown_is_of_the_plain_text(visitor: Visitor, kind: str) -> None:
    answer = visitor.get(f"/{kind}/{REVISIONS[kind]}.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert sha256(answer.data).hexdigest() in visitor.page(f"/{kind}").text


def test_the_operators_facts_stand_in_the_documents(app: Flask, visitor: Visitor) -> None:
    settings = house_of(app).settings
    for path in ("/consent", "/policy"):
        text = visitor.page(path).text
        for fact in (settings.operator_name, settings.operator_bin, settings.operator_address, settings.operator_email):
            assert fact in text, (path, fact)
        assert "$" not in text


@pytest.mark.parametrize(
    "path", ["/consent/2020-01-01", "/terms", "/consent/2023-07-20.md", "/consent/..%2f..%2fREADME.md",
             "/consent/%00", "/policy/2023-07-20", "/consent/2023-07-20/en", "/Consent", "/consent/2023-07-20.txt.txt"]
)  # fmt: skip
def test_a_document_that_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_revision_comes_into_force_at_midnight_in_kazakhstan(app: Flask, visitor: Visitor, clock: FixedClock) -> None:
    add(app, Kind.POLICY, revision="2027-01-01", in_force=date(2027, 1, 1))
    clock.at = clock.at.replace(month=12, day=31, hour=18, minute=59)
    assert "In force since 22 November 2026" in visitor.page("/policy").text
    clock.at = clock.at.replace(hour=19, minute=0)
    assert "In force since 1 January 2027" in visitor.page("/policy").text
    assert "22 November 2026" in visitor.page("/policy/2026-11-22").text


def test_markup_in_a_text_stays_text(app: Flask, visitor: Visitor) -> None:
    add(
        app, Kind.POLICY, revision="x", text='<script>alert(1)</script> <b onclick="x">b</b> [l](javascript:alert(1))\n'
    )
    page = page_of(visitor.get("/policy/x"))
    article = page.elements("article")[0]
    assert "<script>alert(1)</script>" in "".join(article.itertext())
    assert [link.get("href") for link in article.iter("a")] == []
