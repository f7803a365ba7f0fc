"""The tags the Operator manages. A record bears tags of the list and no free text."""

import unicodedata
from dataclasses import dataclass

LONGEST = 40


class TagProblem(ValueError):
    """Why words are no tag, or a tag cannot be used. ``code``: empty, long, signs, taken, unknown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Tag:
    """One tag. A retired one stays on the records that bear it and is put on no other."""

    id: int
    words: str
    retired: bool


def parse_tag(text: str) -> str:
    """The words of a tag: one line, single-spaced, NFC. Digits are refused: a phone number is no tag.

    Raises TagProblem.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words:
        raise TagProblem("empty")
    if len(words) > LONGEST:
        raise TagProblem("long")
    if not all(_fits(sign) for sign in words):
        raise TagProblem("signs")
    return words


def _fits(sign: str) -> bool:
    return sign in " -–.,/()+&№!?:'’" or unicodedata.category(sign)[0] in "LM"
