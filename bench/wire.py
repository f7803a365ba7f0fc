"""What a first visit costs on the wire: the form's page with what it asks for, over one HTTP/2 connection."""

import re
import socket
import ssl

from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded

from bench import BenchError
from bench.load import Place, trusting

_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
# Asked for by who puts the page on the first screen of a telephone, and by no visit.
_OF_A_HOME_SCREEN = re.compile(r'<link[^>]*rel="apple-touch-icon"[^>]*>')
_READ_BYTES = 65_536


class Visit:
    """One connection that counts what comes: ``received`` are bytes of HTTP/2, headers compressed as they travel."""

    def __init__(self, place: Place) -> None:
        context = trusting()
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(("127.0.0.1", place.port), timeout=10)
        self._socket: ssl.SSLSocket = context.wrap_socket(plain, server_hostname="localhost")
        self._authority = f"localhost:{place.port}"
        self._talk = H2Connection()
        self._talk.initiate_connection()
        self.received = 0

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def get(self, *paths: str) -> str:
        """Ask for some paths at once. Returns all bodies as one text."""
        for path in paths:
            self._talk.send_headers(self._talk.get_next_available_stream_id(), self._request(path), end_stream=True)
        self._socket.sendall(self._talk.data_to_send())
        body, open_streams = b"", len(paths)
        while open_streams:
            for event in self._events():
                if isinstance(event, ResponseReceived) and (b":status", b"200") not in event.headers:
                    raise BenchError(f"a first visit met {event.headers[:1]}")
                if isinstance(event, DataReceived):
                    body += event.data
                    self._talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                open_streams -= isinstance(event, StreamEnded)
            self._socket.sendall(self._talk.data_to_send())
        return body.decode("utf-8", "replace")

    def _events(self) -> list[object]:
        some = self._socket.recv(_READ_BYTES)
        if not some:
            raise BenchError("the server closed the connection of a first visit")
        self.received += len(some)
        return list(self._talk.receive_data(some))

    def _request(self, path: str) -> list[tuple[str, str]]:
        return [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", self._authority),
            (":path", path),
            ("accept-encoding", "gzip, deflate, br, zstd"),
        ]


def first_visit(place: Place) -> int:
    """Bytes received for the page at ``/``, its style, script and icon, with their headers and HTTP/2 frames."""
    visit = Visit(place)
    try:
        page = visit.get("/")
        visit.get(*sorted(set(_ASSET.findall(_OF_A_HOME_SCREEN.sub("", page)))))
        return visit.received
    finally:
        visit.close()
