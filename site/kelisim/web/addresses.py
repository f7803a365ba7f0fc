"""Addresses somebody typed with a slash too many at their end."""

from urllib.parse import quote

from flask import redirect, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from kelisim.web.languages import IN_PATH, IN_QUERY

_ASKING = frozenset({"GET", "HEAD"})


def without_slash() -> Response | None:
    """The way to the page that is there without the slash; None where there is none.

    Werkzeug's ``strict_slashes=False`` would answer at both addresses, and breaks its own way from ``//`` to ``/``.
    """
    path = request.path.removesuffix("/")
    asked = request.method in _ASKING and isinstance(request.routing_exception, NotFound)
    # What begins with two slashes would lead to another site.
    if not asked or path in {"", request.path} or path.startswith("//") or not _is_there(path):
        return None
    query = quote(request.query_string, safe=IN_QUERY)
    return redirect(quote(request.root_path + path, safe=IN_PATH) + (f"?{query}" if query else ""), 308)


def _is_there(path: str) -> bool:
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except (HTTPException, RequestRedirect):
        return False
