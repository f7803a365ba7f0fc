"""The headers of every kind of answer, sign by sign, as they are on the wire."""

import httpx
import pytest

from tests.https import wire
from tests.https.wire import Answer, exchange, request
from tests.support.people import PEOPLE
from tests.support.server import Server, send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'; report-to csp"
)
PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "same-origin",
    "reporting-endpoints": 'csp="/reports"',
    "server": "granian",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
}
TEXT = {**ALWAYS, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}
HTML = {
    **TEXT,
    "content-type": "text/html; charset=utf-8",
    "content-language": "en",
    "vary": "Accept-Language, Cookie, Sec-GPC, DNT, Sec-Fetch-Site, Referer",
}
PERMITTING = PERMISSIONS.replace("publickey-credentials-get=()", "publickey-credentials-get=(self)")
SECRET = {**HTML, "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
# Different each time, or about the connection.
VARYING = {"date", "content-length", "connection", "etag", "last-modified", "expires"}

CASES = {
    "form": (request("GET", "/"), 200, HTML),
    "consent": (request("GET", "/consent"), 200, HTML),
    "revision": (request("GET", "/consent/2023-07-20"), 200, HTML),
    "plain text": (request("GET", "/consent/2023-07-20.txt"), 200, TEXT),
    "cookies": (request("GET", "/cookies"), 200, HTML),
    "sign-in": (request("GET", "/operator/sign-in"), 200, {**HTML, "permissions-policy": PERMITTING}),
    "desk, to a stranger": (request("GET", "/operator"), 303, {**HTML, "location": "/operator/sign-in"}),
    "form with errors": (request("POST", "/", wire.FORM.decode().strip(), body=b"name=A"), 422, HTML),
    "spent link": (request("GET", "/operator/set-up/0123"), 404, SECRET),
    "unknown receipt": (request("GET", "/receipt/0123"), 404, SECRET),
    "bad host": (request("GET", "/", host="evil.example"), 400, HTML),
    "foreign form": (request("POST", "/", "Sec-Fetch-Site: cross-site", body=b"name=A"), 403, HTML),
    "unknown page": (request("GET", "/wp-login.php"), 404, HTML),
    "unknown static file": (request("GET", "/static/none.css"), 404, HTML),
    "wrong method": (
        request("POST", "/consent", wire.FORM.decode().strip(), body=b"a=b"),
        405,
        {**HTML, "allow": "GET, HEAD, OPTIONS"},
    ),
    "no length": (request("POST", "/", "Transfer-Encoding: chunked") + b"0\r\n\r\n", 411, HTML),
    "too long": (request("POST", "/", "Content-Length: 65537"), 413, HTML),
    "report": (
        request("POST", "/reports", "Content-Type: application/reports+json", body=b"[]"),
        204,
        {**HTML},
    ),
}


def stable(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers whose value is known beforehand, in a stable order."""
    known = [(name, _in_order(name, value)) for name, value in headers if name not in VARYING]
    return sorted(known)


def _in_order(name: str, value: str) -> str:
    return ", ".join(sorted(value.split(", "))) if name == "allow" else value


@pytest.mark.parametrize("case", CASES)
def test_the_headers_of_each_kind_of_answer(server: Server, case: str) -> None:
    sent, status, expected = CASES[case]
    answer = exchange(server, sent)
    assert answer.status == status
    assert stable(answer.headers) == sorted(expected.items())
    assert answer.header("date")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("site.css", "text/css"), ("site.js", "text/javascript"), ("desk.css", "text/css"), ("favicon.svg", "image/svg")],
)
def test_the_headers_of_static_files(server: Server, name: str, kind: str) -> None:
    answer = exchange(server, request("GET", f"/static/{name}"))
    found = dict(stable(answer.headers))
    assert answer.status == 200
    assert found.pop("content-type").startswith(kind)
    assert found.pop("cache-control") == "public, max-age=3600"
    assert found.pop("vary") == "Accept-Encoding"
    assert found == ALWAYS


def test_the_headers_of_a_receipt(server: Server, client: httpx.Client) -> None:
    path = send(client, PEOPLE[0])
    answer = client.get(path)
    assert answer.status_code == 200
    assert stable(answer.headers.multi_items()) == sorted(SECRET.items())


@pytest.mark.parametrize("path", ["/", "/consent", "/nothing-here", "/operator"])
def test_the_headers_are_the_same_in_every_version_of_http(client: httpx.Client, server: Server, path: str) -> None:
    raw: Answer = exchange(server, request("GET", path))
    assert stable(client.get(path).headers.multi_items()) == stable(raw.headers)


def test_no_answer_before_an_answer_about_cookies_sets_one(client: httpx.Client) -> None:
    paths = ["/", "/consent", "/policy", "/cookies", "/operator", "/operator/sign-in", "/nothing", "/static/site.css"]
    answers = [client.get(path) for path in paths]
    answers.append(client.get(send(client, PEOPLE[1])))
    assert [answer.headers.get("set-cookie") for answer in answers] == [None] * len(answers)


def test_what_the_server_itself_refuses_tells_nothing_about_it(server: Server) -> None:
    answer = exchange(server, b"\x00nonsense\r\n\r\n")
    assert answer.status == 400
    assert {name for name, _ in answer.headers} == {"connection", "content-length", "date"}
    assert answer.body == b""
