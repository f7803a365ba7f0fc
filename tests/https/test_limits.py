"""Requests that are too long, too many, too slow, cut or out of shape."""

import socket
from contextlib import ExitStack

import httpx
import pytest

from tests.https.wire import FORM, connection, exchange, read, request, send_all
from tests.support.pages import Page
from tests.support.people import PEOPLE
from tests.support.server import Server, filled

_FORM = FORM.decode().strip()
_LIMIT = 65_536


def test_a_body_without_a_length_is_refused(server: Server) -> None:
    with server.client() as client:
        fields = filled(client, PEOPLE[0])
        before = server.scalar("SELECT count(*) FROM submissions")
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        answer = client.post("/", content=iter([body]), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code == 411
    assert Page(answer.text).heading == "The length is missing"
    assert server.scalar("SELECT count(*) FROM submissions") == before


def test_two_lengths_are_no_length(server: Server) -> None:
    sent = request("POST", "/", _FORM, "Content-Length: 3", "Content-Length: 30") + b"a=b"
    assert exchange(server, sent).status == 400


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(client: httpx.Client) -> None:
    def answer_to(size: int) -> httpx.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return client.post("/", content=b"name=" + b"a" * (size - 5), headers=headers)

    assert answer_to(_LIMIT).status_code == 422
    refused = answer_to(_LIMIT + 1)
    assert refused.status_code == 413
    assert Page(refused.text).heading == "Too much was sent"


def test_after_a_refused_body_the_connection_is_good_or_closed_without_a_reset(server: Server) -> None:
    for size in (_LIMIT + 1, 5_000_000):
        with connection(server) as secure:
            send_all(secure, request("POST", "/", _FORM, body=b"a" * size))
            status, body = read_one(secure)
            assert (status, b"Too much was sent" in body) == (413, True)
            send_all(secure, request("GET", "/consent"))
            rest = secure.recv(12)
        assert rest in {b"", b"HTTP/1.1 200"}


def test_over_http2_a_refused_body_costs_its_stream_only(server: Server) -> None:
    with server.client(http2=True) as client:
        assert client.post("/", content=b"a" * (_LIMIT + 1)).status_code == 413
        assert client.get("/consent").status_code == 200


def test_what_follows_a_refused_body_is_never_taken_for_a_request(server: Server) -> None:
    hidden = request("GET", "/static/site.css")
    with connection(server) as secure:
        send_all(secure, request("POST", "/", _FORM, f"Content-Length: {_LIMIT + len(hidden)}"))
        send_all(secure, b"a" * _LIMIT + hidden)
        assert read(secure).status == 413
        secure.settimeout(3.0)
        try:
            rest = secure.recv(65_536)
        except (TimeoutError, OSError):
            rest = b""
    assert b"HTTP/1.1" not in rest


@pytest.mark.parametrize(
    "flood",
    [
        [f"X-{number}: {'a' * 1000}" for number in range(50)],
        [f"X-{number}: a" for number in range(1000)],
        [f"X-Long: {'a' * 100_000}"],
    ],
    ids=["much", "many", "long"],
)
def test_a_flood_of_headers_is_refused(server: Server, flood: list[str]) -> None:
    assert exchange(server, request("GET", "/", *flood)).status == 431
    assert exchange(server, request("GET", "/")).status == 200


def test_an_endless_address_is_refused(server: Server) -> None:
    assert exchange(server, request("GET", "/" + "a" * 70_000)).status in {414, 431}


def test_requests_sent_in_one_go_are_answered_in_their_order(server: Server) -> None:
    paths = ["/consent", "/nothing", "/policy", "/static/site.js", "/consent"]
    with connection(server) as secure:
        secure.sendall(b"".join(request("GET", path) for path in paths))
        answers = [read_one(secure) for _ in paths]
    assert [status for status, _ in answers] == [200, 404, 200, 200, 200]
    assert answers[0][1] != answers[2][1]
    assert b"<h1" in answers[0][1]
    assert b"use strict" in answers[3][1]


def read_one(source: socket.socket) -> tuple[int, bytes]:
    """One of several answers on a connection; ``wire.read`` would swallow the beginning of the next."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += source.recv(1)
    lines = head.decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
    body = b""
    while len(body) < length:
        body += source.recv(length - len(body))
    return int(lines[0].split()[1]), body


def test_stalled_clients_do_not_hold_up_the_others(server: Server) -> None:
    half_sent = (
        b"",
        b"GET / HTTP/1.1\r\nHost: loc",
        request("POST", "/", _FORM, "Content-Length: 500") + b"name=A",
        request("GET", "/consent"),  # and never reads the answer
    )
    with ExitStack() as stalled:
        for number in range(40):
            stalled.enter_context(connection(server)).sendall(half_sent[number % len(half_sent)])
        with server.client() as client:
            fields = filled(client, PEOPLE[3])
            assert client.post("/", data=fields).status_code == 303


def test_a_client_that_leaves_in_the_middle_of_a_form_leaves_nothing(server: Server) -> None:
    before = server.scalar("SELECT count(*) FROM submissions")
    with server.client() as client:
        fields = filled(client, PEOPLE[4])
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    for cut in (1, len(body) // 2, len(body) - 1):
        with connection(server) as secure:
            secure.sendall(request("POST", "/", _FORM, f"Content-Length: {len(body)}") + body[:cut])
    assert exchange(server, request("GET", "/")).status == 200
    assert server.scalar("SELECT count(*) FROM submissions") == before


@pytest.mark.parametrize("path", ["/", "/consent", "/nothing", "/static/site.css", "/cookies"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.content == b""
    assert whole.content != b""
    varying = {"date", "expires"}
    assert {**head.headers, **dict.fromkeys(varying)} == {**whole.headers, **dict.fromkeys(varying)}


def test_a_static_file_that_is_known_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    changed = client.get("/static/site.css", headers={"If-None-Match": '"other"'})
    assert changed.content == first.content


def test_pages_name_their_static_files_by_their_content(client: httpx.Client) -> None:
    page = Page(client.get("/").text)
    files = [element for element in page.elements("link") if element.get("rel") != "alternate"]
    links = [element.get("href") for element in files] + [
        element.get("src") for element in (*page.elements("script"), *page.elements("img"))
    ]
    assert links
    for link in links:
        assert "?v=" in link
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:443", "127.0.0.2", ""])
def test_a_foreign_host_is_refused(server: Server, host: str) -> None:
    answer = exchange(server, request("GET", "/", host=host))
    assert answer.status == 400
    assert host.encode() not in answer.body or not host


def test_a_forwarded_host_or_scheme_changes_nothing(client: httpx.Client, server: Server) -> None:
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    answer = client.get("/operator", headers=claims)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/sign-in")
