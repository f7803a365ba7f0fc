import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from kelisim.serve import redirect as module
from kelisim.serve.ports import listen
from kelisim.serve.redirect import Redirect, answer, location
from tests.support.patience import PATIENCE_SECONDS, await_that

ADDRESS = "https://localhost:8443"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as listening:
        yield listening


@pytest.fixture
def port(listener: socket.socket) -> Iterator[int]:
    redirect = Redirect(listener, ADDRESS)
    redirect.start()
    yield listener.getsockname()[1]
    redirect.stop()


def ask(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """Send raw bytes; the status, headers and body of what comes back until the end of the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)) as connection:
        connection.sendall(request)
        received = b""
        while some := connection.recv(65536):
            received += some
    head, _, body = received.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(headers) == len(lines)
    return int(status.split()[1]), headers, body


def get(target: str, host: str = "localhost:8080") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1")


@pytest.mark.parametrize("target", ["/", "/consent", "/consent/2023-07-20?a=1&b=%D0%90", "/a%2Fb%0d%0aX:%201", "/?"])
def test_it_leads_to_the_same_place(port: int, target: str) -> None:
    status, headers, body = ask(port, get(target))
    assert status == 308
    assert headers["Location"] == ADDRESS + target
    assert "This site is encrypted" in body


def test_head_has_no_body(port: int) -> None:
    status, headers, body = ask(port, get("/consent").replace(b"GET", b"HEAD"))
    assert (status, headers["Location"], body) == (308, f"{ADDRESS}/consent", "")


@pytest.mark.parametrize("host", ["evil.example", "evil.example\r\nX-Forwarded-Host: evil.example", ""])
def test_the_requests_host_is_never_used(port: int, host: str) -> None:
    _, headers, body = ask(port, get("/consent", host))
    assert headers["Location"] == f"{ADDRESS}/consent"
    assert "evil" not in body


@pytest.mark.parametrize("target", ["//evil.example/x", "http://evil.example/x", "/@evil.example/x", "/x#https://evil"])
def test_no_target_leads_elsewhere(port: int, target: str) -> None:
    _, headers, _ = ask(port, get(target))
    assert headers["Location"].startswith(f"{ADDRESS}/")


def test_an_absolute_target_keeps_its_path(port: int) -> None:
    _, headers, _ = ask(port, get("http://localhost:8080/consent?a=1"))
    assert headers["Location"] == f"{ADDRESS}/consent?a=1"


def test_what_is_no_url_sign_is_encoded() -> None:
    assert location(ADDRESS, '/"<ә>\u2028'.encode(), b'?"\xff') == f"{ADDRESS}/%22%3C%D3%99%3E%E2%80%A8?%22%FF"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_form_is_refused_unread(port: int, method: str) -> None:
    body = b"name=Aigerim&phone=%2B77011234567"
    head = f"{method} / HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    status, headers, page = ask(port, head + body)
    assert status == 403
    assert "Location" not in headers
    assert "nothing was kept" in page
    assert f'href="{ADDRESS}/"' in page
    assert "Aigerim" not in page


def test_the_refusal_arrives_though_the_body_was_not_read(port: int) -> None:
    status, _, page = ask(port, b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"a" * 900_000)
    assert status == 403
    assert page.endswith("</html>\n")


@pytest.mark.parametrize("request_line", [get("/"), b"POST / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\r\n\r\n"])
def test_headers_of_every_answer(port: int, request_line: bytes) -> None:
    _, headers, _ = ask(port, request_line)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Connection"] == "close"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"get / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\n\n\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n",
        bytes(range(256)) + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"",
    ],
)
def test_nonsense_is_answered_plainly(request_bytes: bytes) -> None:
    head = answer(ADDRESS, request_bytes[:16_384]).partition(b"\r\n\r\n")[0]
    assert head.split()[1] in {b"400", b"403"}
    assert b"Location" not in head


def test_a_line_break_in_the_target_is_no_header() -> None:
    head = answer(ADDRESS, b"GET /\rSet-Cookie:a=b HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")[0]
    assert b"Set-Cookie" not in head


def test_three_hundred_stalled_clients_stop_nobody(port: int) -> None:
    with ExitStack() as stack:
        for number in range(300):
            stalled = stack.enter_context(
                closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS))
            )
            stalled.sendall(b"GET / HTTP/1.1\r\nHost: loc"[: number % 20])
        assert ask(port, get("/consent"))[0] == 308


def test_a_slow_head_is_cut(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(module, "_HEAD_SECONDS", 0.3)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)) as slow:
        end = time.monotonic() + PATIENCE_SECONDS
        with pytest.raises(OSError, match=r"reset|pipe"):  # noqa: PT012  # each byte is one more try to stay
            while time.monotonic() < end:
                slow.sendall(b"G")
                time.sleep(0.05)


def test_a_crowd_is_turned_away_and_later_ones_are_served(listener: socket.socket) -> None:
    redirect = Redirect(listener, ADDRESS, at_once=3)
    redirect.start()
    port = listener.getsockname()[1]
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)))
        await_that(lambda: len(redirect._talks) == 3, pause=0.01)
        with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)) as one_more:
            assert one_more.recv(100) == b""
    await_that(lambda: not redirect._talks, pause=0.01)
    assert ask(port, get("/"))[0] == 308
    redirect.stop()


def test_it_stops_at_once_with_clients_open(listener: socket.socket) -> None:
    redirect = Redirect(listener, ADDRESS)
    redirect.start()
    with closing(socket.create_connection(listener.getsockname(), timeout=PATIENCE_SECONDS)) as waiting:
        redirect.stop()
        assert waiting.recv(100) == b""


def test_listening_on_every_address_serves_both_families() -> None:
    try:
        everywhere = listen("::", 0, "http_port")
    except Exception:  # noqa: BLE001  # a machine without IPv6
        pytest.skip("this machine has no IPv6")
    with closing(everywhere):
        redirect = Redirect(everywhere, ADDRESS)
        redirect.start()
        assert ask(everywhere.getsockname()[1], get("/"))[0] == 308
        redirect.stop()
