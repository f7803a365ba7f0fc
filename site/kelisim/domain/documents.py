"""The site's documents: a text with an id, a date in force and a language, that never changes once published."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from string import Template


class DocumentError(Exception):
    """A document's file cannot be used. The message is one line that names the file and the mend."""


class Kind(StrEnum):
    """The three documents of the site."""

    CONSENT = "consent"
    POLICY = "policy"
    COOKIES = "cookies"


class Force(StrEnum):
    """Where a revision is on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    ENDED = "ended"


_STATED = frozenset({"kind", "revision", "in_force", "language", "title", "summary"})


@dataclass(frozen=True)
class Document:
    """One revision in one language. ``text`` is Markdown with the Operator's facts filled in: what a person reads.

    ``summary``: the text in short, a sentence each, shown beside it. It is no part of the document: neither ``plain``
    nor the hash have it.
    """

    kind: Kind
    revision: str
    in_force: date
    language: str
    title: str
    text: str
    summary: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> str:
        """The document as plain text: its title, its date, its words. This is what the hash is taken of."""
        return f"# {self.title}\n\n{self.revision} · {self.language} · {self.in_force}\n\n{self.text}"

    @property
    def words(self) -> str:
        """Title and text alone: what a difference between two revisions is made of."""
        return f"# {self.title}\n\n{self.text}"

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of ``plain`` in UTF-8, 64 hex digits."""
        return sha256(self.plain.encode()).hexdigest()


def read_document(source: str, facts: Mapping[str, Mapping[str, str]], where: str) -> Document:
    """Read front matter (TOML between ``+++`` lines) and text, and fill in the Operator's facts (``$operator_name``).

    ``facts`` are by language, each fact by its name. Raises DocumentError naming ``where`` for missing, wrong or
    unknown front matter and for an unknown fact.
    """
    head, mark, text = source.removeprefix("+++\n").partition("\n+++\n")
    if not source.startswith("+++\n") or not mark:
        raise DocumentError(f"{where} has no front matter: begin it with TOML between two lines of +++.")
    try:
        stated = tomllib.loads(head)
        kind, in_force = Kind(stated["kind"]), stated["in_force"]
        revision, language, title = (str(stated[name]) for name in ("revision", "language", "title"))
        filled = Template(text.strip() + "\n").substitute(facts.get(language, {}))
        summary = _summary(stated.get("summary", []))
    except KeyError as missing:
        raise DocumentError(f"{where}: {missing} is not stated or not a known fact.") from None
    except ValueError as problem:
        raise DocumentError(f"{where}: {problem}.") from None
    if unknown := sorted(stated.keys() - _STATED):
        raise DocumentError(f"{where}: {unknown[0]!r} is nothing the front matter can state.")
    if type(in_force) is not date:  # a moment is a date too, and cannot be compared with one
        raise DocumentError(f"{where}: in_force must be a date such as 2023-07-20.")
    return Document(kind, revision, in_force, language, title, filled, summary)


def _summary(stated: object) -> tuple[str, ...]:
    if not isinstance(stated, list) or not all(isinstance(sentence, str) and sentence.strip() for sentence in stated):
        raise ValueError("summary must be a list of sentences")
    return tuple(sentence.strip() for sentence in stated)


class Library:
    """All documents of the site, and which revision is in force on a day. Of two in one place the later given stays."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {(found.kind, found.revision, found.language): found for found in documents}
        # What is in force on a day does not change while the library is the same; every page asks.
        self._on_days: dict[tuple[Kind, str, date], Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())

    def find(self, kind: Kind, revision: str, language: str) -> Document | None:
        """One revision in one language, or None."""
        return self._documents.get((kind, revision, language))

    def revisions(self, kind: Kind, language: str) -> tuple[Document, ...]:
        """Every revision, the newest date first."""
        found = (document for document in self if (document.kind, document.language) == (kind, language))
        return tuple(sorted(found, key=lambda document: document.in_force, reverse=True))

    def in_force(self, kind: Kind, language: str, today: date) -> Document:
        """The newest revision whose date has come. Raises DocumentError where there is none."""
        known = self._on_days.get((kind, language, today))
        if known is not None:
            return known
        for found in self.revisions(kind, language):
            if found.in_force <= today:
                self._on_days[kind, language, today] = found
                return found
        raise DocumentError(f"No {kind} in {language} is in force on {today}.")

    def before(self, document: Document) -> Document | None:
        """The revision a document follows: the newest with an earlier date; None for the first."""
        earlier = self.revisions(document.kind, document.language)
        return next((found for found in earlier if found.in_force < document.in_force), None)

    def coming(self, kind: Kind, language: str, today: date) -> Document | None:
        """The next revision to come into force, or None."""
        later = [found for found in self.revisions(kind, language) if found.in_force > today]
        return later[-1] if later else None

    def force(self, document: Document, today: date) -> Force:
        """Where a revision of this library is on a day."""
        if document.in_force > today:
            return Force.COMING
        current = self.in_force(document.kind, document.language, today)
        return Force.IN_FORCE if current.revision == document.revision else Force.ENDED
