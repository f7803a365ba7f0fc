"""Anchors of headings and clauses, in every language the same."""

import re

import pytest

from kelisim.core import ROOT
from kelisim.domain.languages import LANGUAGES
from kelisim.web.document_text import document_text

CONSENT = ROOT / "templates" / "documents" / "consent"


def text_of(language: str) -> str:
    return (CONSENT / f"2023-07-20.{language}.md").read_text(encoding="utf-8").partition("\n+++\n")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_clause_of_the_consent_has_an_address_that_is_the_same_in_every_language(language: str) -> None:
    found = document_text(text_of(language))
    anchors = re.findall(r' id="([^"]+)"', found.body)
    clauses = [f"clause-{number}" for number in range(1, 9)]
    assert [heading.anchor for heading in found.contents] == [f"part-{number}" for number in range(1, 6)] + clauses
    assert {f"clause-1.{part}" for part in range(1, 6)} <= set(anchors)
    assert {f"clause-2-{letter}" for letter in "abcdef"} | {"clause-4-a", "clause-4-b"} <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_the_contents_name_each_heading_as_it_stands() -> None:
    found = document_text("## One & two\n\nWords.\n\n## 3. Three\n\n**(a)** first\n\n**(b)** second\n")
    assert [(heading.anchor, heading.title) for heading in found.contents] == [
        ("part-1", "One & two"),
        ("clause-3", "3. Three"),
    ]
    assert '<p id="clause-3-a">' in found.body
    assert '<p id="clause-3-b">' in found.body


def test_a_number_that_comes_twice_leads_to_the_first() -> None:
    body = document_text("## 1. One\n\n**1.1.** first\n\n**1.1.** again\n").body
    assert body.count('id="clause-1.1"') == 1


def test_markup_in_a_text_stays_text() -> None:
    assert "<script>" not in document_text("## <script>alert(1)</script>\n\n<b>words</b>").body
