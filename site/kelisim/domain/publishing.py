"""What may be published: whole revisions, from today on, each in a place and on a day of its own (clause 8)."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby

from kelisim.domain.documents import Document, Kind, Library
from kelisim.domain.languages import LANGUAGES

# It stands in an address, beside "archive".
_REVISION = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
_RESERVED = frozenset({"archive"})
_LONGEST_TITLE = 200
# What no page can show and one of the databases cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
Place = tuple[Kind, str]


class PublishProblem(ValueError):
    """A revision cannot be published. The message is one line: which, why, and how to mend it."""


def check(documents: Sequence[Document], library: Library, taken: Collection[Place], today: date) -> None:
    """Raise PublishProblem unless every one of ``documents`` may be published today (a day in Almaty).

    ``library`` holds everything that is there already; ``taken`` are further places that persons were shown texts of.
    """
    if not documents:
        raise PublishProblem("name the files to publish: one for each language.")
    for place, texts in groupby(sorted(documents, key=_order), key=_place):
        revision = list(texts)
        _check_words(place, revision)
        _check_new(place, revision, library, taken)
        _check_others(place, revision, [*library, *documents])
        _check_day(place, revision[0].in_force, today)


def _check_words(place: Place, texts: list[Document]) -> None:
    name = _name(place)
    if not _REVISION.fullmatch(place[1]) or place[1] in _RESERVED:
        raise PublishProblem(f"{name}: write the revision with up to 32 small letters, digits and hyphens.")
    _check_languages(name, [text.language for text in texts])
    for text in texts:
        _check_text(f"{name} ({text.language})", text)
    if len({text.in_force for text in texts}) > 1:
        raise PublishProblem(f"{name}: its languages differ in in_force; write one date in all of them.")


def _check_text(name: str, text: Document) -> None:
    if not text.title.strip() or len(text.title) > _LONGEST_TITLE or not text.title.isprintable():
        raise PublishProblem(f"{name}: write a title of one line, up to {_LONGEST_TITLE} signs.")
    if not text.text.strip():
        raise PublishProblem(f"{name}: there is no text under the front matter.")
    if _CONTROL.search(text.text):
        raise PublishProblem(f"{name}: the text holds control signs; save it as plain text.")


def _check_languages(name: str, languages: list[str]) -> None:
    for language in languages:
        if language not in LANGUAGES:
            raise PublishProblem(f"{name}: {language!r} is no language of this site; it has {', '.join(LANGUAGES)}.")
        if languages.count(language) > 1:
            raise PublishProblem(f"{name}: {language} is given twice.")
    missing = [language for language in LANGUAGES if language not in languages]
    if missing:
        raise PublishProblem(f"{name}: {', '.join(missing)} is missing; give every language in one command.")


def _check_new(place: Place, texts: list[Document], library: Library, taken: Collection[Place]) -> None:
    name = _name(place)
    there = [found for found in library if _place(found) == place]
    if there and {found.sha256 for found in there} == {text.sha256 for text in texts}:
        raise PublishProblem(f"{name} is there already, word for word.")
    if there or place in taken:
        raise PublishProblem(f"{name} is there with other words and never changes; give the new text its own revision.")


def _check_others(place: Place, texts: list[Document], others: Iterable[Document]) -> None:
    """A hash finds one text, and a day has one text of a kind."""
    name, day, hashes = _name(place), texts[0].in_force, {text.sha256 for text in texts}
    for other in others:
        if other.kind == place[0] and other.in_force == day and other.revision != place[1]:
            raise PublishProblem(f"{name}: another {place[0]} comes into force on {day}; choose another day.")
        if other.kind != place[0] and other.sha256 in hashes:
            raise PublishProblem(f"{name}: these are the very words of the {other.kind}; check the file.")


def _check_day(place: Place, day: date, today: date) -> None:
    if day < today:
        raise PublishProblem(f"{_name(place)}: in_force is {day}, but today is {today}; nothing is back-dated.")


def _order(document: Document) -> tuple[str, str]:
    return document.kind.value, document.revision


def _place(document: Document) -> Place:
    return document.kind, document.revision


def _name(place: Place) -> str:
    kind, revision = place
    return f"{kind} {revision if _REVISION.fullmatch(revision) else repr(revision)}"
