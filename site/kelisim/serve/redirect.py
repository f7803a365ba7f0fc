"""The plain-HTTP listener. It sends a reader to HTTPS and takes nothing: a form sent here is refused unread.

It answers one request per connection and needs of it no more than the first line, so it is a page of asyncio and no
web server: there is nothing else in it that could be attacked or get stuck.
"""

import asyncio
import html
import re
import socket
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from kelisim.serve.challenges import is_challenge, proof

_HTML, _BYTES = "text/html; charset=utf-8", "application/octet-stream"
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Connection", "close"),
)
_HEAD_SECONDS = 10.0  # for the whole head, however it trickles in
_HEAD_BYTES = 16 * 1024
_FAREWELL_SECONDS, _FAREWELL_BYTES = 2.0, 1024 * 1024
_BREATH_SECONDS = 0.2
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (?:http://[^/?#\s]+)?(/[^\s#?]*)?(\?[^\s#]*)?\S* HTTP/1\.[01]\r\n")
_PATH_SIGNS = "/:@!$&'()*+,;=-._~%"  # RFC 3986, 3.3; a path and a query come encoded as they were sent
_QUERY_SIGNS = _PATH_SIGNS + "?"
_REASONS = {200: "OK", 404: "Not Found", 308: "Permanent Redirect", 400: "Bad Request", 403: "Forbidden"}


def answer(address: str, head: bytes, webroot: Path | None = None) -> bytes:
    """The whole answer to a request whose head this is.

    ``address`` is the public origin of the settings, ``webroot`` where an ACME client puts its challenges. The request's own Host is never looked at.
    """
    line = _REQUEST_LINE.match(head)
    if line is None:
        return _response(400, _page("This is no web address", f"<p>This site is at {_link(address, address)}."))
    method = line[1]
    if method not in {b"GET", b"HEAD"}:
        return _response(403, _page("Nothing was sent", _refusal(address)))
    with_page = method == b"GET"
    if webroot is not None and is_challenge(line[2] or b""):
        said = proof(webroot, line[2])
        return _response(200 if said is not None else 404, said or b"", with_page=with_page, kind=_BYTES)
    place = location(address, line[2] or b"/", line[3] or b"")
    page = _page("This site is encrypted", f"<p>It is at {_link(place, address)}.")
    return _response(308, page, place, with_page=with_page)


def location(address: str, path: bytes, query: bytes) -> str:
    """The same place over HTTPS; ``query`` is empty or begins with ``?``. What is no URL sign is encoded."""
    return address + quote(path, safe=_PATH_SIGNS) + quote(query, safe=_QUERY_SIGNS)


def _link(place: str, words: str) -> str:
    return f'<a href="{html.escape(place)}">{html.escape(words)}</a>'


def _refusal(address: str) -> str:
    return (
        "<p>This address is not encrypted, so the form was not read and nothing was kept.</p>"
        "<p>What was typed may have been visible on the way here. "
        f"The form is safe to send at {_link(address + '/', address)}.</p>"
    )


def _page(title: str, body: str) -> bytes:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><main><h1>{title}</h1>{body}</main></html>\n"
    ).encode()


def _response(status: int, page: bytes, place: str = "", *, with_page: bool = True, kind: str = _HTML) -> bytes:
    headers = [("Content-Type", kind), *_HEADERS, ("Content-Length", str(len(page)))]
    if place:
        headers.append(("Location", place))
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", *(f"{name}: {value}" for name, value in headers)]
    head = "\r\n".join(lines).encode("ascii") + b"\r\n\r\n"
    return head + page if with_page else head


class Redirect:
    """The listener, in a thread of its own. A slow client costs it a socket for ten seconds and nothing else."""

    def __init__(self, listener: socket.socket, address: str, at_once: int = 4000, webroot: Path | None = None) -> None:
        self._listener = listener
        self._address = address
        self._webroot = webroot
        self._at_once = at_once
        self._talks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="redirect", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._listener.setblocking(False)
        self._thread.start()

    def stop(self) -> None:
        """End; connections that are still open are cut."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(2.0)

    def _run(self) -> None:
        self._loop.add_reader(self._listener, self._accept)
        self._loop.run_forever()
        self._loop.remove_reader(self._listener)
        for talk in self._talks:
            talk.cancel()
        while self._talks:
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # the client has left the queue
            return
        except OSError:  # out of files: some are given back soon
            self._loop.remove_reader(self._listener)
            self._loop.call_later(_BREATH_SECONDS, self._loop.add_reader, self._listener, self._accept)
            return
        if len(self._talks) >= self._at_once:
            connection.close()
            return
        talk = self._loop.create_task(self._connection(connection))
        self._talks.add(talk)  # the loop itself holds its tasks weakly
        talk.add_done_callback(partial(self._part, connection))

    def _part(self, connection: socket.socket, talk: "asyncio.Task[None]") -> None:
        connection.close()
        self._talks.discard(talk)

    async def _connection(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        # A client that leaves or dawdles gets no answer: it would not read one.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await self._head(connection)
                await self._loop.sock_sendall(connection, answer(self._address, head, self._webroot))
            await self._farewell(connection)

    async def _head(self, connection: socket.socket) -> bytes:
        """The request up to the end of its head, or what came of it before the client stopped or it grew too long."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_BYTES:
            some = await self._loop.sock_recv(connection, _HEAD_BYTES)
            if not some:
                break
            head += some
        return head

    async def _farewell(self, connection: socket.socket) -> None:
        """Read what still comes: a connection closed on top of unread bytes is reset, and the answer lost with it."""
        connection.shutdown(socket.SHUT_WR)
        left = _FAREWELL_BYTES
        async with asyncio.timeout(_FAREWELL_SECONDS):
            while left > 0 and (some := await self._loop.sock_recv(connection, _HEAD_BYTES)):
                left -= len(some)
