"""A look at the own HTTPS port now and then, for the day when the server is alive and answers nobody.

granian 2.8 stops accepting for ever once it has run out of open files, which a crowd of clients that never say a word
can bring about. New workers cure it; what was saved is saved.
"""

import socket
import ssl
import threading
from collections.abc import Callable

_PAUSE_SECONDS = 10.0
_ANSWER_SECONDS = 5.0
_MISSES = 3


class Watch:
    """Calls ``cure`` when the port has not answered for half a minute."""

    def __init__(self, port: socket.socket, cure: Callable[[], None], pause: float = _PAUSE_SECONDS) -> None:
        self._address = reachable(port)
        self._cure = cure
        self._pause = pause
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._look, name="watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _look(self) -> None:
        misses = 0
        while not self._stopped.wait(self._pause):
            misses = 0 if answers(self._address) else misses + 1
            if misses >= _MISSES and not self._stopped.is_set():
                misses = 0
                self._cure()


def answers(address: tuple[str, int], seconds: float = _ANSWER_SECONDS) -> bool:
    """True when a TLS handshake comes to its end: a worker accepts and its loop turns. No request is made."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # this asks whether anybody is there, not who
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(address, timeout=seconds) as connection,
            context.wrap_socket(connection),
        ):
            return True
    except OSError:
        return False


def reachable(listener: socket.socket) -> tuple[str, int]:
    """Where a listening socket can be reached from this machine: one for all addresses, at the loopback."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104  # it is compared with, not bound to
