"""Every revision of a document, and what changed from one to another."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, url_for

from kelisim.domain.differences import Change, Piece, difference
from kelisim.domain.documents import Document, Kind
from kelisim.web.document_pages import ArchivePage, ArchiveRow, ChangesPage, ParagraphPage, PiecePage
from kelisim.web.document_words import FORCES
from kelisim.web.frame import language, render_kept
from kelisim.web.house import house
from kelisim.web.public.documents import ALL_KINDS, changes_url, current_url, found, in_force, link_to, today

blueprint = Blueprint("archive", __name__)

# An empty line ends a paragraph, and so does a line that begins a heading, a row of a table or an item of a list.
_PARAGRAPH = re.compile(r"\n{2,}|\n(?=[-*#|]|\d+\.\s)")

_HEADING = re.compile(r"#+\s")
_MARKS = re.compile(r"^#+\s+|\*\*|^[-*]\s+")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@blueprint.get(f"/{ALL_KINDS}/archive")
def page(kind: str) -> str:
    """The dates and states of every revision."""
    return render_kept("public/documents/archive.html", kind, lambda: {"archive": _archive(Kind(kind))})


@blueprint.get(f"/{ALL_KINDS}/<revision>/since/<older>")
def changes(kind: str, revision: str, older: str) -> str:
    """What changed from an older revision to a newer one."""
    new, old = found(kind, revision), found(kind, older)
    if old.in_force >= new.in_force:
        abort(404)
    key = (old.sha256, new.sha256)
    return render_kept("public/documents/changes.html", key, lambda: {"changes": _changes(old, new)})


def paragraphs(pieces: Iterable[Piece]) -> Iterator[ParagraphPage]:
    """The pieces of a difference, by the paragraphs of the texts; lines broken for the source's sake are joined."""
    paragraph: list[PiecePage] = []
    ends = False
    for piece in pieces:
        for number, text in enumerate(_PARAGRAPH.split(piece.text)):
            ends = ends or number > 0
            words = " ".join(text.split())
            if not words:
                continue
            # What is put in where something was taken out stands beside it, though both are whole paragraphs.
            beside = number == 0 and piece.kind is Change.ADDED and paragraph and paragraph[-1].kind == "removed"
            if ends and paragraph and not beside:
                yield _paragraph(paragraph)
                paragraph = []
            ends = False
            if paragraph and paragraph[-1].kind == piece.kind.value:  # between them a line was broken elsewhere
                words = f"{paragraph.pop().text} {words}"
            paragraph.append(PiecePage(piece.kind.value, words))
    if paragraph:
        yield _paragraph(paragraph)


def _paragraph(pieces: list[PiecePage]) -> ParagraphPage:
    """Without the marks of the source: a heading's, those of strong words, those of a link around its address."""
    heading = _HEADING.match(pieces[0].text) is not None
    shown = (replace(piece, text=_LINK.sub(_link, _MARKS.sub("", piece.text)).strip()) for piece in pieces)
    return ParagraphPage(heading, tuple(piece for piece in shown if piece.text))


def _link(found: re.Match[str]) -> str:
    words, address = found.groups()
    return words if words == address.removeprefix("mailto:") else f"{words} ({address})"


def _archive(kind: Kind) -> ArchivePage:
    revisions = house().library.revisions(kind, language())
    followers = (None, *revisions[:-1])
    return ArchivePage(
        title=in_force(kind).title,
        current_url=current_url(kind),
        rows=tuple(_row(document, after) for document, after in zip(revisions, followers, strict=True)),
    )


def _row(document: Document, after: Document | None) -> ArchiveRow:
    return ArchiveRow(
        link=link_to(document),
        until=after.in_force - timedelta(days=1) if after is not None else None,
        state=str(FORCES[house().library.force(document, today())]),
        sha256=document.sha256,
        plain_url=url_for("documents.plain", kind=document.kind, revision=document.revision),
        changes_url=changes_url(document),
        draft=house().revisions.is_draft(document),
    )


def _changes(old: Document, new: Document) -> ChangesPage:
    shown = tuple(paragraphs(difference(old.words, new.words)))
    return ChangesPage(
        title=new.title,
        language=new.language,
        older=link_to(old),
        newer=link_to(new),
        paragraphs=shown,
        changed=sum(any(piece.kind != "same" for piece in paragraph.pieces) for paragraph in shown),
        archive_url=url_for("archive.page", kind=new.kind),
        draft=house().revisions.is_draft(new),
    )
