"""Where a request comes from. The question about cookies is put where a person comes in, and not again on their way.

Who has not answered has not said yes: nothing is lost by not asking on each page. A browser that keeps no cookie cannot
keep an answer either, and would be asked on each page for ever.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kelisim.domain.languages import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What an answer depends on, for whoever keeps copies.
HEADERS = ("Sec-Fetch-Site", "Referer")


def on_the_way(environ: "WSGIEnvironment") -> bool:
    """True where the person comes from a page of this site in the same language: the question was put to them before.

    Browsers of today say so in Sec-Fetch-Site, older ones in the Referer. Who has just changed the language may not
    have understood the question.
    """
    try:
        before = urlsplit(environ.get("HTTP_REFERER", ""))
    except ValueError:
        before = urlsplit("")
    own = before.scheme == environ["wsgi.url_scheme"] and before.netloc == environ.get("HTTP_HOST")
    site = environ.get("HTTP_SEC_FETCH_SITE", "same-origin" if own else "none")
    here = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    return site == "same-origin" and (not own or _language_in(before.path) == _language_in(here))


def _language_in(path: str) -> str | None:
    first = path.removeprefix("/").partition("/")[0]
    return first if first in LANGUAGES else None
