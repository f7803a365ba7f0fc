"""The addresses that other people's programs know: robots, security researchers, password managers, browsers."""

import json
from datetime import date, timedelta

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.documents import Kind
from kelisim.domain.languages import LANGUAGES
from kelisim.services import heads
from kelisim.services.bundles import public_key_document
from kelisim.storage.db import db
from kelisim.web.house import house
from kelisim.web.issuer import check_address

blueprint = Blueprint("wellknown", __name__)

# RFC 9116 asks for less than a year; a file that is made at each request need not promise more than half of one.
_EXPIRES = timedelta(days=180)
# The documents come after them.
_PAGES = ("submissions.form", "rights.page", "who_receives.page", "my.way_in", "receipts.check_page")
_GPC_SINCE = date(2026, 11, 22)


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Where to report a weakness (RFC 9116); absent while no contact is set."""
    settings = house().settings
    if not settings.security_contact:
        abort(404)
    expires = (house().now + _EXPIRES).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _text(
        f"Contact: {settings.security_contact}",
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {settings.address}/.well-known/security.txt",
    )


@blueprint.get("/.well-known/gpc.json")
def gpc() -> Response:
    """The site honours Global Privacy Control: it sets nothing optional unasked."""
    return jsonify(gpc=True, lastUpdate=_GPC_SINCE.isoformat())


@blueprint.get("/.well-known/kelisim-receipts.json")
def receipt_keys() -> Response:
    """The public key that receipts are signed with, and where they are checked."""
    return jsonify(public_key_document(house().keys.site.receipt_signature, check_address()))


@blueprint.get("/.well-known/kelisim-journal.json")
def journal_heads() -> Response:
    """The signed heads of the journal, the newest first: what anyone may hold against it later. Counts and hashes."""
    before = _day(request.args.get("before"))
    found, earlier = heads.page(db.session(), before=before, rows=house().settings.journal_heads_shown)
    return jsonify(
        heads=[json.loads(published.file) for published in found],
        keys=_address(".well-known/kelisim-receipts.json"),
        earlier=_address(f".well-known/kelisim-journal.json?before={earlier.isoformat()}") if earlier else None,
    )


@blueprint.get("/.well-known/change-password")
def change_password() -> AnyResponse:
    """Where a password manager sends an operator, through the sign-in; absent where the desk is served by another process."""
    if not house().settings.has_desk:
        abort(404)
    return redirect(url_for("account.password"), 303)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything public may be read by robots; the desk, receipts and My data answer them nothing anyway."""
    prefixes = ("", *(f"/{language}" for language in LANGUAGES))
    closed = [f"Disallow: {prefix}{path}" for path in ("/operator", "/receipt/", "/my/") for prefix in prefixes]
    return _text("User-agent: *", *closed, f"Sitemap: {_address('sitemap.xml')}")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The public pages in each language."""
    documents = [f"/{kind.value}{page}" for kind in Kind for page in ("", "/archive")]
    paths = [url_for(page).removeprefix(request.root_path) for page in _PAGES] + documents
    places = "".join(
        f"<url><loc>{_address(f'{language}{path}')}</loc></url>" for path in paths for language in LANGUAGES
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    return Response(body, content_type="application/xml; charset=utf-8")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        abort(404)


def _address(path: str) -> str:
    return f"{house().settings.address}/{path}"


def _text(*lines: str) -> Response:
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
