"""HTTP/1.1 byte by byte: what a client library would not send, and what it would not show."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from typing import NamedTuple

from tests.support.patience import PATIENCE_SECONDS
from tests.support.server import Server

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


class Answer(NamedTuple):
    """An answer as it came. ``headers`` in lower case, in the order sent, repeated ones included."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The one value of a header."""
        (value,) = [value for known, value in self.headers if known == name]
        return value


def request(method: str, path: str, *headers: str, body: bytes = b"", host: str = "localhost") -> bytes:
    """A request's bytes; with a body also its length."""
    length = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, *length]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def connection(server: Server, seconds: float = PATIENCE_SECONDS) -> Iterator[ssl.SSLSocket]:
    """A TLS connection that verifies the certificate."""
    with (
        socket.create_connection(("127.0.0.1", server.https_port), timeout=seconds) as plain,
        server.context().wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        yield secure


def read(source: socket.socket, method: str = "GET") -> Answer:
    """The next answer on a connection."""
    answer = HTTPResponse(source, method=method)
    answer.begin()
    headers = [(name.lower(), value) for name, value in answer.getheaders()]
    body = answer.read()
    return Answer(answer.status, headers, body)


def exchange(server: Server, sent: bytes, method: str = "GET") -> Answer:
    """Send bytes on a connection of their own and read one answer."""
    with connection(server) as secure:
        send_all(secure, sent)
        return read(secure, method)


def send_all(target: socket.socket, sent: bytes) -> None:
    """Send as much as the server takes: it may answer and stop reading before the end."""
    with suppress(OSError):
        target.sendall(sent)


def plain_exchange(server: Server, sent: bytes, method: str = "GET") -> Answer:
    """The same over the plain-HTTP port."""
    with socket.create_connection(("127.0.0.1", server.http_port), timeout=PATIENCE_SECONDS) as plain:
        send_all(plain, sent)
        return read(plain, method)
