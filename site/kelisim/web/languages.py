"""The language of a page: in its address, else remembered, else what the browser asks for.

``/ru/consent`` is ``/consent`` in Russian. The prefix is taken off before routing, as the mount point of the
application (WSGI's SCRIPT_NAME), so that no route knows of languages and every link keeps the one it is in.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response, g, has_request_context, request

from kelisim.domain.languages import DEFAULT, LANGUAGES
from kelisim.web import entering, signals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Each in its own language, for whoever cannot read the page.
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
_CHOSEN = "kelisim.language"
# What may stand in a path as it is; a "%" was decoded before and is encoded again.
IN_PATH = "/:@!$&'()*+,;=~"
# What may stand in a query as it is.
IN_QUERY = "/?:@!$&'()*+,;=~%"

# What a page depends on beside its address.
_VARY = ", ".join(("Accept-Language", "Cookie", *signals.HEADERS, *entering.HEADERS))


def with_languages(application: "WSGIApplication") -> "WSGIApplication":
    """Take the language off the path."""

    def without_prefix(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        first, slash, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        if first in LANGUAGES:
            environ[_CHOSEN] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}" if slash else "/"
        return application(environ, start_response)

    return without_prefix


def in_address() -> str | None:
    """The language the address of this page names, or None."""
    chosen: str | None = request.environ.get(_CHOSEN)
    return chosen


def select_language() -> str:
    """The language of this page; outside of a request the default."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = in_address() or _remembered() or _asked_for()
    found: str = g.language
    return found


def keep_language(response: Response) -> None:
    """Say which language a page is in; remember one that was chosen, where convenience was agreed to."""
    from kelisim.web.convenience import remember_language  # noqa: PLC0415  # as below

    response.headers["Content-Language"] = select_language()
    response.headers["Vary"] = _VARY
    if request.method == "GET" and response.status_code == 200:
        remember_language(response, in_address())


def _remembered() -> str | None:
    from kelisim.web.convenience import remembered_language  # noqa: PLC0415  # the cookie table's words need a language

    return remembered_language()


def _asked_for() -> str:
    """The first of the browser's languages that the site has; ``kk-KZ`` is Kazakh as ``kk`` is."""
    asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in asked if language in LANGUAGES), DEFAULT)
