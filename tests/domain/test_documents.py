"""Documents: front matter, the Operator's facts, the hash, the revision in force."""

from datetime import date
from hashlib import sha256

import pytest

from kelisim.domain.documents import Document, DocumentError, Force, Kind, Library, read_document

FACTS = {"en": {"operator_name": "Artsofte & $others", "term": "a year"}}
SOURCE = """+++
kind = "consent"
revision = "2023-07-20"
in_force = 2023-07-20
language = "en"
title = "Consent"
+++

Given to $operator_name for ${term}. It costs $$0.

"""


def made(revision: str, in_force: date, language: str = "en", kind: Kind = Kind.CONSENT) -> Document:
    return Document(kind, revision, in_force, language, "Title", "Text\n")


def test_a_document_says_what_its_front_matter_says_with_the_facts_filled_in() -> None:
    assert read_document(SOURCE, FACTS, "a.md") == Document(
        kind=Kind.CONSENT,
        revision="2023-07-20",
        in_force=date(2023, 7, 20),
        language="en",
        title="Consent",
        text="Given to Artsofte & $others for a year. It costs $0.\n",
    )


def test_the_hash_is_of_the_title_the_date_and_the_words() -> None:
    document = read_document(SOURCE, FACTS, "a.md")
    plain = "# Consent\n\n2023-07-20 · en · 2023-07-20\n\nGiven to Artsofte & $others for a year. It costs $0.\n"
    assert document.plain == plain
    assert document.sha256 == sha256(plain.encode()).hexdigest()


def test_only_the_first_closing_line_ends_the_front_matter() -> None:
    document = read_document(SOURCE + "Before\n+++\nafter", FACTS, "a.md")
    assert document.text.endswith("Before\n+++\nafter\n")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("+++\nkind", "kind", "has no front matter"),
        ("+++\n\nGiven", "\n\nGiven", "has no front matter"),
        (SOURCE, "", "has no front matter"),
        ('title = "Consent"\n', "", "'title' is not stated"),
        ("in_force = 2023-07-20\n", "", "'in_force' is not stated"),
        ("$operator_name", "$operator_phone", "'operator_phone' is not stated or not a known fact"),
        ("$$0", "$0", "line 1, col"),
        ('kind = "consent"', 'kind = "contract"', "'contract' is not a valid Kind"),
        ('kind = "consent"', 'kind = "consent"\ninforce = 1', "'inforce' is nothing the front matter can state"),
        ('language = "en"', 'language = "de"', "'operator_name' is not stated or not a known fact"),
        ('kind = "consent"', "kind = []", "is not a valid Kind"),
        ('kind = "consent"', "kind = ", "line 1, column"),
        ("in_force = 2023-07-20", 'in_force = "2023-07-20"', "in_force must be a date"),
        ("in_force = 2023-07-20", "in_force = 2023-07-20T00:00:00Z", "in_force must be a date"),
    ],
)
def test_a_wrong_document_is_named_in_one_line(before: str, after: str, says: str) -> None:
    assert before in SOURCE
    with pytest.raises(DocumentError) as caught:
        read_document(SOURCE.replace(before, after), FACTS, "templates/a.md")
    message = str(caught.value)
    assert message.startswith("templates/a.md")
    assert says in message
    assert "\n" not in message


def test_the_newest_revision_whose_date_has_come_is_in_force() -> None:
    old, new, coming = (made(str(year), date(year, 7, 20)) for year in (2023, 2025, 2027))
    library = Library(
        [new, coming, old, made("x", date(2026, 1, 1), "ru"), made("y", date(2026, 1, 1), kind=Kind.POLICY)]
    )
    assert library.in_force(Kind.CONSENT, "en", date(2023, 7, 20)) == old
    assert library.in_force(Kind.CONSENT, "en", date(2026, 11, 22)) == new
    assert library.in_force(Kind.CONSENT, "en", date(2027, 7, 20)) == coming


def test_a_day_before_the_first_revision_has_none() -> None:
    with pytest.raises(DocumentError, match="No consent in en is in force on 2023-07-19"):
        Library([made("2023", date(2023, 7, 20))]).in_force(Kind.CONSENT, "en", date(2023, 7, 19))


def test_a_revision_is_found_by_kind_id_and_language() -> None:
    document = made("2023", date(2023, 7, 20))
    library = Library([document])
    assert list(library) == [document]
    assert library.find(Kind.CONSENT, "2023", "en") == document
    assert library.find(Kind.CONSENT, "2023", "kk") is None
    assert library.find(Kind.CONSENT, "2024", "en") is None
    assert library.find(Kind.POLICY, "2023", "en") is None


def test_a_library_knows_what_came_before_what_comes_and_what_is_in_force() -> None:
    old, new, coming, far = (made(str(year), date(year, 7, 20)) for year in (2023, 2025, 2027, 2028))
    library, today = Library([far, coming, old, new]), date(2026, 11, 22)
    assert library.revisions(Kind.CONSENT, "en") == (far, coming, new, old)
    assert [library.before(text) for text in (old, new, coming, far)] == [None, old, new, coming]
    assert library.coming(Kind.CONSENT, "en", today) == coming
    assert library.coming(Kind.CONSENT, "en", date(2028, 7, 20)) is None
    assert [library.force(text, today) for text in (old, new, coming)] == [Force.ENDED, Force.IN_FORCE, Force.COMING]


def test_of_two_texts_in_one_place_the_later_given_stays() -> None:
    shipped, published = (
        made("2023", date(2023, 7, 20)),
        Document(Kind.CONSENT, "2023", date(2023, 7, 20), "en", "Title", "Other\n"),
    )
    assert list(Library([shipped, published])) == [published]


SUMMED = '+++\nkind = "consent"\nrevision = "r"\nin_force = 2023-07-20\nlanguage = "en"\ntitle = "T"\nsummary = {}\n+++\ntext\n'


def test_a_summary_stands_beside_the_text_and_is_no_part_of_it() -> None:
    with_one = read_document(SUMMED.format('["One.", " Two. "]'), {}, "f")
    without = read_document(SUMMED.format("[]"), {}, "f")
    assert (with_one.summary, without.summary) == (("One.", "Two."), ())
    assert with_one.sha256 == without.sha256


@pytest.mark.parametrize("wrong", ['"One."', '[""]', "[1]"])
def test_a_summary_that_is_no_list_of_sentences_is_refused(wrong: str) -> None:
    with pytest.raises(DocumentError, match="summary must be a list of sentences"):
        read_document(SUMMED.format(wrong), {}, "f")
