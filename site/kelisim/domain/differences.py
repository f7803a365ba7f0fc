"""A readable difference between two texts of a document: what stayed, what was taken out, what was put in."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

# Texts that share less than this part of their words are shown as one taken out and one put in: whole sentences read
# better than words that happen to be common.
_LEAST_ALIKE = 0.3
# Comparing takes time with the pairs of equal parts, and more than with their number: about a second at this many.
# More come only from long texts that have nothing but common words in common.
_MOST_PAIRS = 50_000


class Change(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A piece of text. Never empty; two neighbours are never of one kind; what is removed comes before what is added.

    A piece of white space only is a line broken elsewhere: nothing to show, but needed to give both texts back.
    """

    kind: Change
    text: str


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that lead from ``old`` to ``new``: by paragraphs, in changed ones by sentences, in these by words."""
    return tuple(_joined(_compared(old, new, 0)))


def before(pieces: Iterable[Piece]) -> str:
    """The old text, whole."""
    return "".join(piece.text for piece in pieces if piece.kind is not Change.ADDED)


def after(pieces: Iterable[Piece]) -> str:
    """The new text, whole."""
    return "".join(piece.text for piece in pieces if piece.kind is not Change.REMOVED)


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=\n\n)(?=\S)", text) if part]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?…:;]\s)(?=\S)|(?<=\n)(?=[-*#\d])", text) if part]


def _words(text: str) -> list[str]:
    """Each word with the white space after it."""
    return re.findall(r"^\s+|\S+\s*", text)


_UNITS: tuple[Callable[[str], list[str]], ...] = (_paragraphs, _sentences, _words)
_WORDS = len(_UNITS) - 1


def _compared(old: str, new: str, level: int) -> Iterator[Piece]:
    if old == new:
        yield Piece(Change.SAME, old)
        return
    olds, news = _UNITS[level](old), _UNITS[level](new)
    # A line that only breaks elsewhere is the same line.
    old_keys, new_keys = [_key(part) for part in olds], [_key(part) for part in news]
    if _pairs(old_keys, new_keys) > _MOST_PAIRS:
        yield from _replaced(old, new)
        return
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    if level == _WORDS and matcher.ratio() < _LEAST_ALIKE:
        yield from _replaced(old, new)
        return
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = olds[old_from:old_to], news[new_from:new_to]
        if what == "equal" or (what == "replace" and level < _WORDS and len(gone) == len(come)):
            for was, now in zip(gone, come, strict=True):
                yield from _spaced(was, now) if level == _WORDS else _compared(was, now, level + 1)
        elif what == "replace" and level < _WORDS:
            yield from _compared("".join(gone), "".join(come), level + 1)
        else:
            yield from _replaced("".join(gone), "".join(come))


def _pairs(olds: list[str], news: list[str]) -> int:
    """How many pairs of equal parts there are: what comparing costs."""
    there = Counter(news)
    return sum(there[part] for part in olds)


def _key(part: str) -> str:
    return " ".join(part.split())


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(Change.REMOVED, old)
    yield Piece(Change.ADDED, new)


def _spaced(old: str, new: str) -> Iterator[Piece]:
    """Two words that differ at most in the white space after them."""
    word = old.rstrip() if old != new else old
    yield Piece(Change.SAME, word)
    yield from _replaced(old[len(word) :], new[len(word) :])


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    written = (piece for piece in pieces if piece.text)
    for same, run in groupby(written, key=lambda piece: piece.kind is Change.SAME):
        found = list(run)
        for kind in (Change.SAME,) if same else (Change.REMOVED, Change.ADDED):
            text = "".join(piece.text for piece in found if piece.kind is kind)
            if text:
                yield Piece(kind, text)
