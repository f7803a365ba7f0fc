"""The documents: what is in force, and each revision at its permanent address."""

from datetime import date

from flask import Blueprint, Response, abort, request, url_for

from kelisim.domain.consents import Consent
from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Document, Kind
from kelisim.services.documents import shown_text
from kelisim.storage.db import db
from kelisim.web.document_pages import DocumentPage, RevisionLink
from kelisim.web.document_text import document_text
from kelisim.web.frame import language, render_kept
from kelisim.web.house import house

blueprint = Blueprint("documents", __name__)

_KINDS = "<any(consent, policy):kind>"
ALL_KINDS = "<any(consent, policy, cookies):kind>"


@blueprint.get(f"/{_KINDS}")
def current(kind: str) -> str:
    """The revision in force; /cookies has a view of its own, which carries the preferences."""
    return _page(in_force(Kind(kind)))


@blueprint.get(f"/{ALL_KINDS}/<revision>")
def revision(kind: str, revision: str) -> str:
    """One revision, for good."""
    return _page(found(kind, revision))


@blueprint.get(f"/{ALL_KINDS}/<revision>.txt")
def plain(kind: str, revision: str) -> Response:
    """The plain text the hash is of."""
    return _plain(found(kind, revision).plain)


@blueprint.get("/texts/<sha256>.txt")
def shown(sha256: str) -> Response:
    """A text word for word as a person was shown it, by the hash in their receipt."""
    text = shown_text(db.session(), sha256)
    if text is None:
        abort(404)
    return _plain(text)


def today() -> date:
    """The day in Kazakhstan."""
    return local_day(house().now)


def in_force(kind: Kind) -> Document:
    """The document in force today in Kazakhstan, in the language of the page."""
    return house().library.in_force(kind, language(), today())


def found(kind: str, revision: str) -> Document:
    """A revision in the language of the page, or the page that says there is none."""
    document = house().library.find(Kind(kind), revision, language())
    if document is None:
        abort(404)
    return document


def url_of(document: Document) -> str:
    """The permanent address."""
    return url_for("documents.revision", kind=document.kind, revision=document.revision)


def url_of_shown(consent: Consent) -> str:
    """Where the words of a consent are: the permanent address in the language that was shown, whatever the page's is;
    or by their hash where that has come to say others.
    """
    kept = house().library.find(Kind.CONSENT, consent.revision, consent.language)
    if kept is not None and kept.sha256 == consent.sha256:
        return f"/{kept.language}{url_of(kept).removeprefix(request.root_path)}"
    return url_for("documents.shown", sha256=consent.sha256)


def current_url(kind: Kind) -> str:
    """Where the revision in force is."""
    return url_for("choices.page") if kind is Kind.COOKIES else url_for("documents.current", kind=kind)


def link_to(document: Document) -> RevisionLink:
    """A revision as a link."""
    return RevisionLink(document.revision, document.in_force, url_of(document))


def changes_url(document: Document) -> str | None:
    """What changed since the revision before, or None for the first."""
    before = house().library.before(document)
    if before is None:
        return None
    return url_for("archive.changes", kind=document.kind, revision=document.revision, older=before.revision)


def document_page(document: Document) -> DocumentPage:
    """A document as a page shows it."""
    library = house().library
    coming = library.coming(document.kind, document.language, today())
    text = document_text(document.text)
    return DocumentPage(
        kind=document.kind.value,
        title=document.title,
        revision=document.revision,
        in_force=document.in_force,
        language=document.language,
        sha256=document.sha256,
        permanent_url=url_of(document),
        plain_url=url_for("documents.plain", kind=document.kind, revision=document.revision),
        body=text.body,
        contents=text.contents,
        summary=document.summary,
        force=library.force(document, today()).value,
        draft=house().revisions.is_draft(document),
        current_url=current_url(document.kind),
        archive_url=url_for("archive.page", kind=document.kind),
        changes_url=changes_url(document),
        coming=link_to(coming) if coming is not None and coming.revision != document.revision else None,
    )


def _page(document: Document) -> str:
    return render_kept("public/documents/document.html", document.sha256, lambda: {"document": document_page(document)})


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
