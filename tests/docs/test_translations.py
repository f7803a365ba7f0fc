"""Every word is in Russian and in Kazakh, compiled; every document is in three languages with one outline."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from kelisim.domain.languages import DEFAULT, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "site" / "kelisim" / "translations"
DOCUMENTS = ROOT / "templates" / "documents"
TRANSLATED = sorted(set(LANGUAGES) - {DEFAULT})
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
FACT = re.compile(r"\$\w+")
HEADING = re.compile(r"^#+ ", re.MULTILINE)

Id = str | tuple[str, ...]


@cache
def extracted() -> dict[Id, list[str]]:
    """Every message of the site, found as ``babel.cfg`` says, with the files it is in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        mapping, options = parse_mapping_cfg(file)
    found: dict[Id, list[str]] = {}
    for file_name, _, message, _, _ in extract_from_dir(str(ROOT), mapping, options, keywords=KEYWORDS):
        found.setdefault(message, []).append(file_name)
    return found


@cache
def catalogue(language: str, kind: str = "po") -> Catalog:
    """The translations of a language, as they are written or as they are compiled."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / f"messages.{kind}"
    with path.open("rb") as file:
        return read_mo(file) if kind == "mo" else read_po(file, locale=language)


def messages(language: str, kind: str = "po") -> list[Message]:
    return [message for message in catalogue(language, kind) if message.id]


def forms(text: Id | None) -> tuple[str, ...]:
    """Each plural form; a message without plural forms is its only one."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_extraction_reads_code_and_templates() -> None:
    files = {name for names in extracted().values() for name in names}
    assert {name.partition("/")[0] for name in files} == {"site", "templates"}
    assert {Path(name).suffix for name in files} == {".py", ".html", ".txt"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing(language: str) -> None:
    known = {message.id for message in messages(language)}
    assert {message: files for message, files in extracted().items() if message not in known} == {}, "make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_left_over(language: str) -> None:
    assert [message.id for message in messages(language) if message.id not in extracted()] == [], "make words"
    assert list(catalogue(language).obsolete) == [], "make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_in_every_form(language: str) -> None:
    plurals = catalogue(language).num_plurals
    for message in messages(language):
        translated = forms(message.string)
        assert all(text.strip() for text in translated), message.id
        assert len(translated) == (plurals if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert not catalogue(language).fuzzy
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_placeholder_is_kept(language: str) -> None:
    for message in messages(language):
        # In each form of a plural the placeholders are those of the English plural.
        expected = placeholders(forms(message.id)[-1])
        assert [text for text in forms(message.string) if placeholders(text) != expected] == [], message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = {forms(message.id): forms(message.string) for message in messages(language)}
    compiled = {forms(message.id): forms(message.string) for message in messages(language, "mo")}
    assert compiled == written, "make words"
    assert catalogue(language, "mo").plural_forms == catalogue(language).plural_forms


def originals() -> list[Path]:
    return sorted(DOCUMENTS.rglob(f"*.{DEFAULT}.md"))


def in_language(original: Path, language: str) -> Path:
    return original.with_name(original.name.removesuffix(f".{DEFAULT}.md") + f".{language}.md")


def test_every_document_is_in_every_language() -> None:
    assert originals() != []
    expected = {in_language(original, language) for original in originals() for language in LANGUAGES}
    assert set(DOCUMENTS.rglob("*.md")) == expected


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("original", originals(), ids=lambda path: path.parent.name)
def test_a_document_has_the_outline_and_the_facts_of_the_english_one(original: Path, language: str) -> None:
    english, translated = read(original), read(in_language(original, language))
    assert HEADING.findall(translated) == HEADING.findall(english)
    assert Counter(FACT.findall(translated)) == Counter(FACT.findall(english))
