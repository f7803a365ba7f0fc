"""A client that looks at every answer: the reviewed headers, whole pages, no cookie outside the table."""

import re

from flask.testing import FlaskClient
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from kelisim.web.cookies import COOKIES
from tests.support.pages import Page, read_page

# Each value is written out here, so that a change of any is a change of this list.
EVERYWHERE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'; report-to csp"
    ),
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(), "
        "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "Reporting-Endpoints": 'csp="/reports"',
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# The pages that may use a passkey: those that ask for both factors, and the one that makes it.
_SHOWS = re.compile(
    r"(?:/(?:kk|ru|en))?/operator/(?:sign-in(?:/passkey)?|submissions/[^/]+/acts/[^/]+(?:/do)?|requests/[^/]+/meet|exports"
    r"|people(?:/\d+/[^/]+)?|account/(?:app|codes|passkeys(?:/new|/\d+/remove)?))"
)
_MAKES = re.compile(r"(?:/(?:kk|ru|en))?/operator/account/passkeys/new")
HSTS = "max-age=31536000; includeSubDomains"
_SECRET = re.compile(
    r"(?:/(?:kk|ru|en))?(?:/receipt/[^/]+(?:/receipt\.json|/evidence\.zip)?"
    r"|/my/[^/]+(?:/[^/]+|/answers/[0-9a-f-]{36})?|/operator/set-up/[^/]+)"
)
# What else an answer may carry. Nothing here says what the site runs on.
OTHERS = {
    "Content-Encoding",
    "Content-Language",
    "Vary",
    "Accept-Ranges",
    "Allow",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Length",
    "Content-Type",
    "Date",
    "ETag",
    "Expires",
    "Last-Modified",
    "Location",
    "Referrer-Policy",
    "Refresh",
    "Retry-After",
    "Set-Cookie",
    "Strict-Transport-Security",
    "X-Robots-Tag",
}
_NO_HTML = dict.fromkeys([*range(9), 11, *range(14, 32), *range(127, 160)], "\ufffd")
TRACES = ("Traceback", "site-packages", '.py", line', "sqlalchemy", "sqlite3", "Werkzeug", "jinja2")


class StrictClient(FlaskClient):
    """Each answer it gets has been looked at."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        """The answer, checked."""
        answer = super().open(*args, **{"buffered": True, **kwargs})  # type: ignore[arg-type]  # passed on as they came
        check_headers(answer)
        check_body(answer)
        return answer


def check_headers(answer: TestResponse) -> None:
    headers = answer.headers
    path, secure = answer.request.path, answer.request.scheme == "https"
    assert {name: headers.get(name) for name in EVERYWHERE} == {**EVERYWHERE, **permitted(answer)}
    assert headers.get("Strict-Transport-Security") == (HSTS if secure else None)
    unknown = set(headers.keys()) - EVERYWHERE.keys() - OTHERS
    assert not unknown, unknown
    doubled = [name for name in headers.keys() if name != "Set-Cookie" and len(headers.getlist(name)) > 1]  # noqa: SIM118  # Headers iterates over pairs
    assert doubled == []
    # The routes that exist under the two secret addresses; a method they have not is refused before the address is read.
    secret = _SECRET.fullmatch(path) is not None and answer.status_code != 405
    assert headers["Referrer-Policy"] == ("no-referrer" if secret else "same-origin")
    assert headers.get("X-Robots-Tag") == ("noindex, nofollow" if secret else None)
    if path.startswith("/static/") and answer.status_code in {200, 304}:
        assert headers["Cache-Control"].startswith("public, max-age=")
    else:
        assert headers["Cache-Control"] == "no-store"
    names = {next(iter(parse_cookie(line))) for line in headers.getlist("Set-Cookie")}
    assert names <= {cookie.name for cookie in COOKIES}


def permitted(answer: TestResponse) -> dict[str, str]:
    """The policy of permissions of a page that may use a passkey."""
    closed, path = EVERYWHERE["Permissions-Policy"], answer.request.path
    # A stranger's page of an error, a method that is not there: no view was asked.
    if not _SHOWS.fullmatch(path) or answer.headers["Permissions-Policy"] == closed:
        return {}
    opened = closed.replace("publickey-credentials-get=()", "publickey-credentials-get=(self)")
    if _MAKES.fullmatch(path) and answer.request.method == "POST":
        opened = opened.replace("publickey-credentials-create=()", "publickey-credentials-create=(self)")
    return {"Permissions-Policy": opened}


def check_body(answer: TestResponse) -> None:
    if answer.mimetype != "text/html" or answer.request.method == "HEAD" or not answer.data:
        return
    text = answer.get_data(as_text=True)
    assert [trace for trace in TRACES if trace in text] == []
    if not 300 <= answer.status_code < 400:
        page = page_of(answer)
        for link in page.elements("a"):
            target = str(link.get("href", ""))
            assert not target.startswith("#") or f'id="{target[1:]}"' in text, f"{target} leads nowhere"


def page_of(answer: TestResponse) -> Page:
    """The page of an answer, whatever its status. Control signs that were typed come back, though HTML has none."""
    return read_page(answer.get_data(as_text=True).translate(_NO_HTML))
