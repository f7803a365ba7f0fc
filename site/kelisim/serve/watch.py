"""What a running site looks at now and then: does its HTTPS port answer, has its certificate been renewed?

granian 2.8 stops accepting for ever once it has run out of open files, which a crowd of clients that never say a word
can bring about. New workers cure it; what was saved is saved.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

_PAUSE_SECONDS = 10.0
_RENEWAL_SECONDS = 3600.0
_ANSWER_SECONDS = 5.0
_MISSES = 3


class Watch:
    """Looks, in a thread of its own, every ``pause`` seconds."""

    def __init__(self, look: Callable[[], None], pause: float) -> None:
        self._look = look
        self._pause = pause
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            self._look()


def port_watch(listener: socket.socket, cure: Callable[[], None], pause: float = _PAUSE_SECONDS) -> Watch:
    """Calls ``cure`` when the port has not answered for half a minute."""
    misses = 0

    def look() -> None:
        nonlocal misses
        misses = 0 if answers(reachable(listener)) else misses + 1
        if misses >= _MISSES:
            misses = 0
            cure()

    return Watch(look, pause)


def certificate_watch(
    certificate: Path, renew: Callable[[], bool], read_again: Callable[[], None], pause: float = _RENEWAL_SECONDS
) -> Watch:
    """Calls ``renew`` each hour, which says whether the certificate is good, and ``read_again`` when the file has changed, by that or by another program."""
    known = _changed_at(certificate)

    def look() -> None:
        nonlocal known
        is_good = renew()
        now = _changed_at(certificate)
        # One that is only half written is looked at again.
        if is_good and now != known:
            known = now
            read_again()

    return Watch(look, pause)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # being written anew
        return 0


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
