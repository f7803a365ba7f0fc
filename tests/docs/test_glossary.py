"""Every translated string keeps to the glossary: none of the words it sets aside, and its typography."""

import re
from functools import cache

import pytest

from tests.docs.test_translations import ROOT, TRANSLATED, forms, messages, read

SET_ASIDE = re.compile(r"^## Not these words$(.*?)^## ", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?P<ru>[^|]+) \| (?P<kk>[^|]+) \| [^|]+ \|$", re.MULTILINE)
# What the hand of a machine, or of another language, leaves behind.
SIGNS = {
    "ru": {
        "a straight or an English quote": r'["“”]',
        "a hyphen as a dash, or the dash of Kazakh": r"\s[-–]\s",
        "a dash that may begin a line": r"(?<!\u00a0)—",
        "three dots for an ellipsis": r"\.\.\.",
        "a short word that may end a line": r"(?<![\w’'.-])[ВвКкСсУуОоИиАаЯя] (?=\S)",
        "a number that may part from its word": r"%\(num\)s (?=\w)|№ ",
        "ё without its dots": r"\b(?:еще|ее|прием|учет|отчет|счет|утвержден|удален|истек)\b",
        "a capital that flatters": r"(?<=[а-яё,] )В(?:ы|ас|ам|аш\w*)\b",
    },
    "kk": {
        "a straight or an English quote": r'["“”]',
        "a hyphen as a dash, or the dash of Russian": r"\s-\s|—",
        "three dots for an ellipsis": r"\.\.\.",
        "a number that may part from its word": r"%\(num\)s (?=\w)|№ ",
        "a Latin letter in a Kazakh word": r"[a-z][әғқңөұүһіа-я]|[әғқңөұүһіа-я][a-z]",
        "a capital that flatters": r"(?<=[а-яәғқңөұүһі,] )Сіз\w*",
    },
}
# Signs that are meant, shown one by one.
MEANT = re.compile(r"\. _ @ ' - ")


@cache
def strings(language: str) -> tuple[str, ...]:
    """Each form of each translation, without the signs a person may type."""
    return tuple(MEANT.sub("", text) for message in messages(language) for text in forms(message.string))


def set_aside(language: str) -> list[str]:
    table = SET_ASIDE.search(read(ROOT / "docs" / "glossary.md"))
    assert table is not None
    rows = [row[language] for row in ROW.finditer(table[1]) if not row["ru"].startswith(("ru", "-"))]
    return [word.strip() for row in rows for word in row.split(",")]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_string_uses_a_word_the_glossary_sets_aside(language: str) -> None:
    words = set_aside(language)
    assert len(words) > 10
    wrong = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)
    assert [text for text in strings(language) if wrong.search(text)] == []


@pytest.mark.parametrize(
    ("language", "sign"), [(language, sign) for language in TRANSLATED for sign in SIGNS[language]]
)
def test_the_typography_of_every_string(language: str, sign: str) -> None:
    wrong = re.compile(SIGNS[language][sign])
    assert [text for text in strings(language) if wrong.search(text)] == []
