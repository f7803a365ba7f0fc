"""Takes in the body of a request before the application is asked, and knows who keeps a thread waiting for one.

granian 2.8 gives a request to a thread as soon as its head is there, and the thread then waits without end for a body
that comes a byte at a time or not at all. What waits too long is told to the reaper, which cuts the connection: the
wait ends, and nobody is asked to answer half a form.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_LATE_SECONDS = 20.0  # a form is a few hundred bytes: the slowest telephone has sent it long before
_PRESSED_SECONDS = 5.0  # where half of the threads wait for bodies
_CHUNK = 65_536


@dataclass(frozen=True)
class Wait:
    """One body that has not come. ``address``: of the peer; ``began``: of time.monotonic."""

    address: str
    began: float


class Bodies:
    """The bodies one worker waits for. ``most``: the largest that is read; ``threads``: how many it has to wait with."""

    def __init__(self, application: Application, *, most: int, threads: int) -> None:
        self._application = application
        self._most = most
        self._threads = threads
        self._waits: dict[int, Wait] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer to a request that has come whole."""
        told = environ.get("CONTENT_LENGTH")
        # No body, one of no length or of too much: the application refuses it, or answers, unread.
        if not told or not told.isdecimal() or not 0 < int(told) <= self._most:
            return self._application(environ, start_response)
        body = self._taken(environ, int(told))
        if len(body) < int(told):
            start_response("400 Bad Request", [("Content-Length", "0"), ("Connection", "close")])
            return [b""]
        environ["wsgi.input"] = BytesIO(body)
        return self._application(environ, start_response)

    @property
    def allowed(self) -> float:
        """How long a wait may last, in seconds: less where half of the threads wait."""
        return _PRESSED_SECONDS if len(self._waits) > self._threads // 2 else _LATE_SECONDS

    def late(self) -> list[Wait]:
        """The waits that have lasted longer."""
        oldest = time.monotonic() - self.allowed
        return [wait for wait in list(self._waits.values()) if wait.began < oldest]

    def _taken(self, environ: dict[str, Any], length: int) -> bytes:
        me = threading.get_ident()
        self._waits[me] = Wait(environ["REMOTE_ADDR"], time.monotonic())
        try:
            parts: list[bytes] = []
            left = length
            while left > 0 and (part := environ["wsgi.input"].read(min(left, _CHUNK))):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError:  # cut
            return b""
        finally:
            del self._waits[me]
