"""Over plain HTTP a reader is sent to HTTPS, and a form is refused and not looked at (promise P9)."""

from urllib.parse import urlencode

import pytest

from tests.https.wire import FORM, plain_exchange, request
from tests.support.people import PEOPLE
from tests.support.server import Server, filled

EVERY_TABLE = (
    "SELECT (SELECT count(*) FROM submissions) + (SELECT count(*) FROM choices) + (SELECT count(*) FROM journal)"
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/consent?a=1&b=%20%D0%B0", "/operator/sign-in", "/nothing//here?", "/%2e%2e/x"])
def test_a_reader_is_sent_to_the_same_place_over_https(server: Server, method: str, path: str) -> None:
    answer = plain_exchange(server, request(method, path), method)
    assert answer.status == 308
    assert answer.header("location") == server.address + path
    assert (answer.body == b"") == (method == "HEAD")


@pytest.mark.parametrize("host", ["evil.example", "localhost:1", "[::1]"])
def test_the_place_comes_from_the_settings_and_not_from_the_request(server: Server, host: str) -> None:
    answer = plain_exchange(server, request("GET", "/consent", f"X-Forwarded-Host: {host}", host=host))
    assert answer.header("location") == f"{server.address}/consent"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_what_is_not_a_reader_is_refused(server: Server, method: str) -> None:
    answer = plain_exchange(server, request(method, "/", body=b"name=A"), method)
    assert (answer.status, [name for name, _ in answer.headers if name == "location"]) == (403, [])


def test_a_form_that_is_right_is_refused_and_nothing_is_stored(server: Server) -> None:
    with server.client() as client:
        fields = filled(client, PEOPLE[2])
    before = server.scalar(EVERY_TABLE)
    body = urlencode(fields).encode()
    claims = ("X-Forwarded-Proto: https", "Sec-Fetch-Site: same-origin", FORM.decode().strip())
    answer = plain_exchange(server, request("POST", "/", *claims, body=body))
    assert answer.status == 403
    assert b"nothing was kept" in answer.body
    assert server.scalar(EVERY_TABLE) == before


def test_the_plain_listener_answers_with_what_it_has_and_names_no_version(server: Server) -> None:
    answer = plain_exchange(server, request("GET", "/"))
    assert dict(answer.headers) == {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": ("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "connection": "close",
        "content-length": str(len(answer.body)),
        "location": f"{server.address}/",
    }
