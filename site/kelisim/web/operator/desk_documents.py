"""The documents at the desk: every revision, who stands on it, and whether any text was damaged."""

from itertools import groupby

from flask import Blueprint

from kelisim.domain.documents import Document, Kind
from kelisim.domain.publishing import Place
from kelisim.services import document_checks, documents
from kelisim.storage.db import db
from kelisim.web.document_pages import DeskDocumentsPage, DeskRevisionRow, DeskTextRow
from kelisim.web.document_words import FORCES, KINDS, said_of
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.public.documents import today

blueprint = Blueprint("desk_documents", __name__, url_prefix="/operator/documents")


@blueprint.get("")
def page() -> str:
    """Read only: a revision is published and approved by command."""
    house().revisions.look(at_once=True)
    session = db.session()
    found = document_checks.verify(session, house().revisions.shipped)
    standing = documents.standing(session)
    published = {document.sha256 for document in documents.published(session)}
    shown = DeskDocumentsPage(
        rows=tuple(
            _row(list(texts), standing, published) for _, texts in groupby(documents.in_order(house().library), _place)
        ),
        damages=tuple(said_of(damage) for damage in found.damages),
        reworded=found.reworded,
    )
    return render("operator/documents.html", documents=shown)


def _row(texts: list[Document], standing: dict[Place, int], published: set[str]) -> DeskRevisionRow:
    first = texts[0]
    return DeskRevisionRow(
        kind=str(KINDS[first.kind]),
        revision=first.revision,
        in_force=first.in_force,
        state=str(FORCES[house().library.force(first, today())]),
        published=first.sha256 in published,
        standing=None if first.kind is Kind.COOKIES else standing.get(_place(first), 0),
        texts=tuple(_text(text) for text in texts),
    )


def _text(text: Document) -> DeskTextRow:
    return DeskTextRow(
        language=text.language,
        sha256=text.sha256,
        url=f"/{text.language}/{text.kind}/{text.revision}",
        approved_by=house().revisions.approved_by(text),
    )


def _place(document: Document) -> Place:
    return document.kind, document.revision
