"""First visits, answered before Flask: whole answers that were made once and differ in nothing but their tokens.

A GET over HTTPS with no cookie and no query shows the same page, with the same headers, to everyone who reads the
same language on the same day under the same documents, whose browser signals alike and who comes in alike. Such an
answer, made by the application with all its walls and headers, is put on the shelf and given out again with fresh
tokens. Anything else goes on to the application.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, g, request

from kelisim.web.cookies import sets_cookies
from kelisim.web.entering import on_the_way
from kelisim.web.kept_pages import KeptPage
from kelisim.web.log import Listener, new_id, say_request
from kelisim.web.signals import signalled

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MOST = 512
_LONGEST_LANGUAGES = 200
_KEY = "kelisim.shelf"
Key = tuple[str, str, bool, bool, Hashable]


@dataclass(frozen=True)
class _Shelved:
    route: str
    headers: tuple[tuple[str, str], ...]
    page: KeptPage


class Shelf:
    """The shelf of one application.

    ``texts`` is asked once for each request, and decides which texts are in force: the day in Almaty, what has been
    published. ``unless`` marks, in the WSGI environment, a request that is to be refused. ``past``: paths that are for
    the application alone, whatever state the texts and their database are in. ``listener``
    hears of each request that is answered here.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        texts: Callable[[], Hashable],
        unless: str,
        past: frozenset[str],
        listener: Listener | None,
    ) -> None:
        self._application = application
        self._texts = texts
        self._unless = unless
        self._past = past
        self._listener = listener
        self._shelved: dict[Key, _Shelved] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """A shelved answer, or what the application says."""
        if environ.get("PATH_INFO") in self._past:
            return self._application(environ, start_response)
        began = time.perf_counter()
        # Made before the answer: a text that is published meanwhile may make it newer than its key, never older.
        key = environ[_KEY] = self._key(environ, self._texts())
        found = self._shelved.get(key) if key is not None else None
        if found is None:
            return self._application(environ, start_response)
        body = found.page.filled().encode()
        start_response("200 OK", [*found.headers, ("Content-Length", str(len(body)))])
        say_request("GET", found.route, 200, began, number=new_id(), listener=self._listener)
        return [body]

    def keep(self, response: Response) -> Response:
        """Put an answer on the shelf if it may be given to others. It must see the headers as they will be sent."""
        page: KeptPage | None = g.pop("kept_page", None)
        key: Key | None = request.environ.get(_KEY)
        if page is not None and key is not None and _may_be_shared(response) and request.url_rule is not None:
            if len(self._shelved) >= _MOST:
                self._shelved.clear()
            headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
            self._shelved[key] = _Shelved(request.url_rule.rule, headers, page)
        return response

    def _key(self, environ: "WSGIEnvironment", texts: Hashable) -> Key | None:
        """What an answer depends on beside its address, or None where it may depend on more."""
        languages = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        alike = (
            environ["REQUEST_METHOD"] == "GET"
            and environ["wsgi.url_scheme"] == "https"
            and not environ.get("QUERY_STRING")
            and "HTTP_COOKIE" not in environ
            and self._unless not in environ
            and len(languages) <= _LONGEST_LANGUAGES
        )
        if not alike:
            return None
        # A browser that asks us not to is shown no banner, nor is who was asked on the page before.
        address = f"{environ.get('SCRIPT_NAME', '')}{environ['PATH_INFO']}"
        return (address, languages, signalled(environ), on_the_way(environ), texts)


def _may_be_shared(response: Response) -> bool:
    return response.status_code == 200 and not sets_cookies(response)
