"""A recipient's HTTPS server for the tests of webhooks: a real one, with an authority of its own, and its bad habits."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from kelisim.domain.webhooks import Target
from kelisim.serve.certificates import Files, make_ready
from kelisim.services.webhooks import Reach
from tests.support.patience import PATIENCE_SECONDS

HOST = "peer.example"
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Peer:
    """Answers each connection with ``answer`` (bytes), or as ``habit`` says: ``hang``, ``drip``, ``plain``, ``drop``."""

    def __init__(self, files: Files, answer: bytes = b"", habit: str = "") -> None:
        self.answer, self.habit, self.files = answer, habit, files
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.looked_up: list[str] = []
        self.ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(files.certificate, files.key)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the webhook goes."""
        return f"https://{HOST}:{self.port}/in?from=kelisim"

    @property
    def target(self) -> Target:
        """The same, read."""
        return Target(HOST, self.port, "/in?from=kelisim")

    @property
    def reach(self) -> Reach:
        """What lets a webhook come here: this network, this authority, and this peer's name."""
        return Reach(networks=LOOPBACK, authority=self.files.authority, look_up=self.look_up)

    def look_up(self, host: str, port: int, **_options: object) -> list[tuple]:
        """Every name leads here, the first time it is asked for; the second time far away."""
        self.looked_up.append(host)
        place = "127.0.0.1" if len(self.looked_up) == 1 else "203.0.113.7"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    def again(self) -> Reach:
        """The reach for a further try."""
        self.looked_up.clear()
        return self.reach

    def close(self) -> None:
        """End the server."""
        self.ended.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if self.habit == "drop":
                return
            if self.habit == "plain":
                connection.recv(1000)
                connection.sendall(self.answer)
                return
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self._read(secure)
                self._write(secure)

    def _read(self, secure: ssl.SSLSocket) -> None:
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += secure.recv(65536)
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {"": first} | {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers["content-length"]):
            body += secure.recv(65536)
        self.requests.append((headers, body))

    def _write(self, secure: ssl.SSLSocket) -> None:
        if self.habit == "hang":
            self.ended.wait(PATIENCE_SECONDS)
        elif self.habit == "drip":
            secure.sendall(b"HTTP/1.1 200 OK\r\n")
            while not self.ended.is_set():
                secure.sendall(b"X-Slow: very\r\n")
                time.sleep(0.1)
        else:
            secure.sendall(self.answer)


def answered(status: str, more: str = "") -> bytes:
    """A whole answer."""
    return f"HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\n\r\n".encode()


def certificates(folder: Path) -> Files:
    """An authority of the test's own and a certificate for the peer's name."""
    return make_ready(folder, f"https://{HOST}", datetime.now(UTC))


@contextmanager
def serving(files: Files, answer: bytes = b"", habit: str = "") -> Iterator[Peer]:
    """A peer while it lasts."""
    peer = Peer(files, answer, habit)
    try:
        yield peer
    finally:
        peer.close()
