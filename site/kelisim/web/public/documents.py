"""The documents: what is in force, and each revision at its permanent address."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import to_user_timezone
from markdown_it import MarkdownIt
from markupsafe import Markup

from kelisim.domain.documents import Document, Kind
from kelisim.web.frame import language, render_kept
from kelisim.web.house import house
from kelisim.web.pages import DocumentPage

blueprint = Blueprint("documents", __name__)

_KINDS = "<any(consent, policy):kind>"
_ALL_KINDS = "<any(consent, policy, cookies):kind>"


@blueprint.get(f"/{_KINDS}")
def current(kind: str) -> str:
    """The revision in force; /cookies has a view of its own, which carries the preferences."""
    return _page(in_force(Kind(kind)))


@blueprint.get(f"/{_ALL_KINDS}/<revision>")
def revision(kind: str, revision: str) -> str:
    """One revision, for good."""
    return _page(_found(kind, revision))


@blueprint.get(f"/{_ALL_KINDS}/<revision>.txt")
def plain(kind: str, revision: str) -> Response:
    """The plain text the hash is of."""
    return Response(_found(kind, revision).plain, content_type="text/plain; charset=utf-8")


def in_force(kind: Kind) -> Document:
    """The document in force today in Kazakhstan, in the language of the page."""
    return house().library.in_force(kind, language(), to_user_timezone(house().now).date())


def document_page(document: Document) -> DocumentPage:
    """A document as a page shows it."""
    return DocumentPage(
        kind=document.kind.value,
        title=document.title,
        revision=document.revision,
        in_force=document.in_force,
        language=document.language,
        sha256=document.sha256,
        permanent_url=url_for("documents.revision", kind=document.kind, revision=document.revision),
        plain_url=url_for("documents.plain", kind=document.kind, revision=document.revision),
        body=_body(document),
    )


def _body(document: Document) -> Markup:
    # Our own text, rendered with HTML off: what the renderer gives out is the only markup in it.
    return Markup(  # noqa: S704  # see above
        MarkdownIt("commonmark", {"html": False}).enable("table").render(document.text)
    )


def _page(document: Document) -> str:
    return render_kept("public/documents/document.html", document.sha256, lambda: {"document": document_page(document)})


def _found(kind: str, revision: str) -> Document:
    document = house().library.find(Kind(kind), revision, language())
    if document is None:
        abort(404)
    return document
