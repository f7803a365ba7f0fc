"""What is searched for, and the marks a record is found by.

A mark is a short text made of a name or a phone number: the beginning of a word of a name, a whole phone number, its
last digits. Marks are personal: they are never stored, only their keyed hashes (see ``services.search``).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kelisim.domain.names import APOSTROPHES, JOINERS
from kelisim.domain.phones import PhoneProblem, parse_phone
from kelisim.domain.submissions import PersonalData, is_reference, reference_typed

# Raise it when the same words begin to give other marks: every record is then entered anew.
SCHEME = 2
# A word is found by so many of its first signs at most: what is typed beyond them is not looked at.
LONGEST_BEGINNING = 16
LAST_DIGITS = range(4, 8)
_LONGEST_TEXT = 200
_OF_PHONES = ("phone:", "last:")
# Letters that lose no mark when they are taken apart, beside what people type for them on another keyboard.
_LIKE = str.maketrans(
    {
        "ә": "а",
        "ғ": "г",
        "қ": "к",
        "ң": "н",
        "ө": "о",
        "ү": "у",
        "ұ": "у",
        "һ": "х",
        "і": "и",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
    }
)


@dataclass(frozen=True)
class Sought:
    """What a typed text asks for: one reference, or records that bear every one of the marks."""

    reference: str | None
    marks: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing that can be looked for was typed."""
        return self.reference is None and not self.marks


def read_search(text: str, *, longest_phone: int) -> Sought:
    """What a text typed into the search asks for.

    A reference as on a receipt; else a phone number in any common way of writing; else the beginnings of words of
    names in any order, and with them or alone the last four to seven digits of a phone number. A
    beginning shorter than what is indexed finds only whole words.
    """
    text = text[:_LONGEST_TEXT]
    reference = reference_typed(text)
    if is_reference(reference):
        return Sought(reference, ())
    try:
        return Sought(None, (_phone(parse_phone(text, longest_phone)),))
    except PhoneProblem:
        pass
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if unicodedata.category(sign) == "Nd")
    marks = [_beginning(word) for word in words_of(text)]
    if digits:
        marks.append(_last(digits))
    return Sought(None, tuple(dict.fromkeys(marks)))


def marks_of(personal: PersonalData, *, least: int) -> frozenset[str]:
    """Every mark a record is found by. ``least``: the fewest signs of a beginning."""
    marks = {_phone(personal.phone), *(_last(personal.phone[-digits:]) for digits in LAST_DIGITS)}
    for name in (personal.name, personal.second_name):
        for word in words_of(name):
            marks.update(_beginning(word[:length]) for length in range(min(least, len(word)), len(word) + 1))
    return frozenset(marks)


def rarest_first(marks: Iterable[str]) -> list[str]:
    """Marks, those first that the fewest records bear: of a phone number before any of a name, a longer one before a
    shorter.
    """
    return sorted(marks, key=lambda mark: (not mark.startswith(_OF_PHONES), -len(mark)))


def phone_mark(phone: str) -> Sought:
    """The search for every record with this phone number, E.164."""
    return Sought(None, (_phone(phone),))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded: letters of any script, what divides them gone.

    A word with an apostrophe is also found by what follows it: ``O'Connor`` by ``connor``.
    """
    return tuple(dict.fromkeys(word for part in _parts(folded(name)) for word in _with_and_without(part)))


def folded(text: str) -> str:
    """A text as it is compared: without case, accents, and differences of one keyboard from another.

    Kazakh letters are folded to the Russian ones people type in their place, since they often do.
    """
    # Some letters show their case only once they are taken apart, and some come apart only without their case.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not _is_accent(sign))).translate(_LIKE)


def _parts(text: str) -> Iterator[str]:
    inside = "".join(sign for sign in text if sign not in JOINERS)
    yield from "".join(sign if _is_letter(sign) or sign in APOSTROPHES else " " for sign in inside).split()


def _with_and_without(part: str) -> Iterator[str]:
    pieces = "".join(" " if sign in APOSTROPHES else sign for sign in part).split()
    if pieces:
        yield "".join(pieces)
    yield from pieces[1:]


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _is_accent(sign: str) -> bool:
    """Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic; no vowel of another script."""
    return "\u0300" <= sign <= "\u036f" or "\u0591" <= sign <= "\u05c7" or "\u064b" <= sign <= "\u065f"


def _beginning(word: str) -> str:
    return f"name:{word[:LONGEST_BEGINNING]}"


def _phone(phone: str) -> str:
    return f"phone:{phone}"


def _last(digits: str) -> str:
    return f"last:{digits}"
