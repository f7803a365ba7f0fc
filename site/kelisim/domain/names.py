"""A person's name or second name, in any script."""

import re
import unicodedata

APOSTROPHES = "'’‘ʼʻ`´՚׳״"
_HYPHENS = "-‐‑–"
# The signs other scripts write between the parts of one name: Catalan, Japanese and Chinese, Ethiopic, Tibetan.
_MIDDLE_DOTS = "·・･፡་"
JOINERS = "\u200c\u200d"
_INSIDE = set(APOSTROPHES + _HYPHENS + _MIDDLE_DOTS + JOINERS + ".,/ ")
_AT_THE_START = set(APOSTROPHES)
_MOST_MARKS_IN_A_ROW = 6
# Letters by category that show nothing: the Hangul fillers.
_BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0")


class NameProblem(ValueError):
    """Why a text is not a name. ``code`` is one of: empty, long, hidden, signs, letters."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_name(text: str, longest: int) -> str:
    """The name as it is stored: NFC, trimmed, single spaces between its parts.

    One letter is enough. Letters and marks of any script, apostrophes, hyphens, full stops, commas, slashes
    (``a/l``), middle dots and joiners are a name; digits, emoji, markup and invisible direction marks are not.

    Raises NameProblem: ``empty``; ``long`` (over ``longest`` signs); ``hidden`` (control signs, direction marks,
    signs that stand for no character); ``signs`` (something no name is written with); ``letters`` (no letter).
    """
    if len(text) > longest * 4:
        raise NameProblem("long")
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(_is_hidden(sign) for sign in text.strip(" \t\r\n")) or name != name.strip(JOINERS):
        raise NameProblem("hidden")
    if not name:
        raise NameProblem("empty")
    if len(name) > longest:
        raise NameProblem("long")
    if not all(_is_letter(sign) or sign in _INSIDE for sign in name) or _has_mark_pile(name):
        raise NameProblem("signs")
    if not any(unicodedata.category(sign)[0] == "L" for sign in name):
        raise NameProblem("letters")
    if not (unicodedata.category(name[0])[0] == "L" or name[0] in _AT_THE_START):
        raise NameProblem("signs")
    return name


def masked_name(name: str, second_name: str) -> str:
    """Both names with all but the first sign of each hidden; the length is hidden too."""
    return f"{_first(name)}••• {_first(second_name)}•••"


def _first(name: str) -> str:
    found = re.match(r"\W*\w", name)
    return found.group() if found else name[:1]


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _is_hidden(sign: str) -> bool:
    """Controls, format signs such as direction marks, surrogates, private and unassigned signs; U+FFFD."""
    return sign == "\ufffd" or sign in _BLANK_LETTERS or (unicodedata.category(sign)[0] == "C" and sign not in JOINERS)


def _has_mark_pile(name: str) -> bool:
    pile = 0
    for sign in name:
        pile = pile + 1 if unicodedata.category(sign)[0] == "M" else 0
        if pile > _MOST_MARKS_IN_A_ROW:
            return True
    return False
