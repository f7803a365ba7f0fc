"""The load: HTTP/1.1 requests over a few kept-alive connections, from one thread and raw sockets.

It does as little as a client can (one epoll, prepared bytes, a response known by its Content-Length), so that on a
core of its own it can ask more than the server on the other can answer.
"""

import re
import selectors
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat

from bench import BenchError

CONNECTIONS = 16
_PATIENCE_SECONDS = 30.0
_READ_BYTES = 262_144
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where to ask. On plain HTTP the client speaks as a proxy that ended TLS."""

    scheme: str
    port: int

    def get(self, path: str, cookies: str = "") -> bytes:
        """A GET request, by a browser that carries cookies where some are given."""
        carried = f"Cookie: {cookies}\r\n" if cookies else ""
        return f"GET {path} HTTP/1.1\r\n{self._common()}{carried}\r\n".encode()

    def post(self, path: str, body: bytes) -> bytes:
        """A sent form, as a browser sends one from the site's own page."""
        head = (
            f"POST {path} HTTP/1.1\r\n{self._common()}"
            f"Origin: https://localhost:{self.port}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _common(self) -> str:
        proxy = "X-Forwarded-Proto: https\r\nX-Forwarded-For: 127.0.0.1\r\n" if self.scheme == "http" else ""
        return f"Host: localhost:{self.port}\r\nUser-Agent: kelisim-bench\r\nAccept: text/html\r\n{proxy}"


@dataclass(frozen=True)
class Job:
    """What to send, for so many seconds at most: ``requests`` once each, or, where it is only one, again and again.

    ``expected`` is what each response must begin with; ``find`` (a pattern with one group) is looked for in each.
    """

    place: Place
    requests: tuple[bytes, ...]
    seconds: float
    expected: bytes = b"HTTP/1.1 200 "
    find: bytes | None = None


@dataclass
class Outcome:
    """What came of a job: seconds from the first byte sent to the last received, and of each request."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    found: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds


class _Talk:
    """One connection: a request under way and what has come of its response."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._got = b""
        self._whole = 0
        self.began = 0.0

    def send(self, request: bytes) -> None:
        """Send a request; each fits into the empty buffer of a socket."""
        self._got, self._whole, self.began = b"", 0, time.perf_counter()
        if self.connection.send(request) != len(request):
            raise BenchError("a request did not fit into the socket's buffer")

    def response(self) -> bytes | None:
        """The whole response once it is there; None while more is to come."""
        try:
            while True:
                some = self.connection.recv(_READ_BYTES)
                if not some:
                    raise BenchError("the server closed a connection under load")
                self._got += some
                if self._is_whole():
                    return self._got
        except (BlockingIOError, ssl.SSLWantReadError):
            return None

    def _is_whole(self) -> bool:
        if not self._whole:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return False
            length = _LENGTH.search(self._got, 0, end + 2)
            if length is None:
                raise BenchError("a response came without Content-Length")
            self._whole = end + 4 + int(length[1])
        return len(self._got) >= self._whole


def run(job: Job) -> Outcome:
    """Do a job. Raises BenchError for a response that is not the expected one."""
    talks = [_Talk(_connected(job.place)) for _ in range(CONNECTIONS)]
    try:
        return _drive(talks, job)
    finally:
        for talk in talks:
            talk.connection.close()


def trusting() -> ssl.SSLContext:
    """TLS that asks nobody who the server is: we started it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connected(place: Place) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", place.port), timeout=_PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if place.scheme == "https":
        connection = trusting().wrap_socket(connection, server_hostname="localhost")
    connection.setblocking(False)
    return connection


def _drive(talks: list[_Talk], job: Job) -> Outcome:
    outcome = Outcome()
    pattern = re.compile(job.find, re.DOTALL) if job.find is not None else None
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        left = _until(job.requests, job.seconds)
        for talk, request in zip(talks, left, strict=False):
            selector.register(talk.connection, selectors.EVENT_READ, talk)
            talk.send(request)
        while selector.get_map():
            ready = selector.select(_PATIENCE_SECONDS)
            if not ready:
                raise BenchError(f"no response for {_PATIENCE_SECONDS:.0f} s")
            for key, _ in ready:
                response = key.data.response()
                if response is None:
                    continue
                outcome.latencies.append(time.perf_counter() - key.data.began)
                outcome.found += _checked(response, job.expected, pattern)
                following = next(left, None)
                if following is None:
                    selector.unregister(key.fileobj)
                else:
                    key.data.send(following)
        outcome.seconds = time.perf_counter() - began
    return outcome


def _until(requests: tuple[bytes, ...], seconds: float) -> Iterator[bytes]:
    end = time.perf_counter() + seconds
    for request in repeat(*requests) if len(requests) == 1 else requests:
        if time.perf_counter() > end:
            return
        yield request


def _checked(response: bytes, expected: bytes, pattern: re.Pattern[bytes] | None) -> list[bytes]:
    if not response.startswith(expected):
        raise BenchError(f"expected {expected!r}, got {response[:200]!r}")
    if pattern is None:
        return []
    found = pattern.search(response)
    if found is None:
        raise BenchError(f"no {pattern.pattern!r} in a response")
    return [found[1]]
