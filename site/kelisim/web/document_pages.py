"""Page values of the documents, their archive and what changed between two revisions."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

from kelisim.web.document_text import Heading

KindCode = Literal["consent", "policy", "cookies"]
ForceCode = Literal["coming", "in_force", "ended"]


@dataclass(frozen=True)
class RevisionLink:
    """A revision by its id and date."""

    revision: str
    in_force: date
    url: str


@dataclass(frozen=True)
class DocumentPage:
    """A revision of a document. ``sha256`` is of the plain text, 64 hex digits; ``draft``: nobody approved it yet.

    ``coming``: the revision that comes next; ``changes_url``: what changed since the one before; None: there is none.
    """

    kind: KindCode
    title: str
    revision: str
    in_force: date
    language: str
    sha256: str
    permanent_url: str
    plain_url: str
    body: Markup
    contents: tuple[Heading, ...]
    summary: tuple[str, ...]
    force: ForceCode
    draft: bool
    current_url: str
    archive_url: str
    changes_url: str | None
    coming: RevisionLink | None


@dataclass(frozen=True)
class ArchiveRow:
    """One revision in the archive. ``until``: the last day it was in force, None where no other follows."""

    link: RevisionLink
    until: date | None
    state: str
    sha256: str
    plain_url: str
    changes_url: str | None
    draft: bool


@dataclass(frozen=True)
class ArchivePage:
    """Every revision of a document, the newest first."""

    title: str
    current_url: str
    rows: tuple[ArchiveRow, ...]


@dataclass(frozen=True)
class PiecePage:
    """A piece of a paragraph."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class ParagraphPage:
    """A paragraph of both texts, or a heading."""

    heading: bool
    pieces: tuple[PiecePage, ...]


@dataclass(frozen=True)
class ChangesPage:
    """What changed from one revision to another, by paragraphs; ``changed``: in how many of them."""

    title: str
    language: str
    older: RevisionLink
    newer: RevisionLink
    paragraphs: tuple[ParagraphPage, ...]
    changed: int
    archive_url: str
    draft: bool


@dataclass(frozen=True)
class DeskTextRow:
    """One language of a revision at the desk. ``approved_by`` None: a draft."""

    language: str
    sha256: str
    url: str
    approved_by: str | None


@dataclass(frozen=True)
class DeskRevisionRow:
    """One revision at the desk. ``standing``: consents that stand on it; None where none are given to this kind."""

    kind: str
    revision: str
    in_force: date
    state: str
    published: bool
    standing: int | None
    texts: tuple[DeskTextRow, ...]


@dataclass(frozen=True)
class DeskDocumentsPage:
    """Every revision, and what the check of all texts found, in words."""

    rows: tuple[DeskRevisionRow, ...]
    damages: tuple[str, ...]
    reworded: tuple[str, ...]
