"""The difference between two texts: readable, and enough to give both back."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.differences import Change, Piece, after, before, difference

WORDS = st.sampled_from(["data", "the", "Operator", "keeps", "year.", "three", "Ө", "1.", "#", "-"])
SPACES = st.sampled_from([" ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\x1c", ""])
TEXTS = st.lists(st.one_of(WORDS, SPACES), max_size=40).map("".join) | st.text(max_size=30)

OLD = """# Consent

The data are kept for one year. They are sealed.

The Operator answers in three working days.

A paragraph that goes away.
"""
NEW = """# Consent

The data are kept for three years. They are
sealed.

The Operator answers in three working days.

Something else entirely stands here now!
"""


def shown(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in difference(old, new) if piece.text.strip()]


@given(TEXTS, TEXTS)
def test_it_gives_both_texts_back(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert before(pieces) == old
    assert after(pieces) == new


@given(TEXTS, TEXTS)
def test_pieces_are_whole(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(first is not second for first, second in pairwise(kinds))
    assert (Change.ADDED, Change.REMOVED) not in set(pairwise(kinds))


@given(TEXTS)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert difference(text, text) == ((Piece(Change.SAME, text),) if text else ())


@given(TEXTS, st.integers(0, 40), WORDS)
def test_a_word_put_in_is_all_that_is_put_in(text: str, place: int, word: str) -> None:
    words = text.split()
    new = " ".join([*words[:place], word, *words[place:]])
    added = [piece.text.strip() for piece in difference(" ".join(words), new) if piece.kind is Change.ADDED]
    assert [part for part in added if part] == [word]


def test_it_reads_as_a_person_would_say_it() -> None:
    assert shown(OLD, NEW) == [
        ("same", "# Consent\n\nThe data are kept for "),
        ("removed", "one year. "),
        ("added", "three years. "),
        ("same", "They are"),
        ("same", "sealed.\n\nThe Operator answers in three working days.\n\n"),
        ("removed", "A paragraph that goes away.\n"),
        ("added", "Something else entirely stands here now!\n"),
    ]


def test_a_paragraph_put_in_is_put_in_whole() -> None:
    assert shown("One.\n\nThree.\n", "One.\n\nTwo and a half.\n\nThree.\n") == [
        ("same", "One.\n\n"),
        ("added", "Two and a half.\n\n"),
        ("same", "Three.\n"),
    ]


def test_a_line_broken_elsewhere_shows_nothing() -> None:
    pieces = difference("one two\nthree four\n", "one\ntwo three\nfour\n")
    assert "".join(piece.text for piece in pieces if piece.kind is not Change.SAME).split() == []


def text_of(paragraphs: int, word: str, every: int) -> str:
    return "".join(
        f"Paragraph {number} says what is {word if number % every == 0 else 'kept'} and why.\n\n"
        for number in range(paragraphs)
    )


@pytest.mark.parametrize(("more", "every"), [(0, 1), (0, 7), (1, 1), (40, 1)])
def test_a_long_document_is_compared_in_moments(more: int, every: int) -> None:
    old, new = text_of(400, "kept", 1), text_of(400 + more, "sealed", every)
    began = process_time()
    pieces = difference(old, new)
    assert process_time() - began < 5
    assert (before(pieces), after(pieces)) == (old, new)


def test_paragraphs_changed_side_by_side_are_compared_one_by_one() -> None:
    assert shown(text_of(3, "kept", 1), text_of(3, "sealed", 1))[:3] == [
        ("same", "Paragraph 0 says what is "),
        ("removed", "kept "),
        ("added", "sealed "),
    ]
