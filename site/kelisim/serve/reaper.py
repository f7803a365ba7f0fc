"""Cuts connections on which nothing has moved for a minute, and those whose body does not come. Runs in each worker.

granian 2.8 waits without end for the body of a request and, after the TLS handshake, for its first byte. Each body that
does not come holds one of the worker's threads: without this, as many sockets as there are threads would silence the
site. A browser that idles on HTTP/2 answers the server's pings and is left alone.

Which connection a body is awaited on nobody says; its address is known (``bodies``). Cut are the connections of that
address that were sent nothing since the wait began; and where it goes on, since pings are sent too, all of that address
that were open when it began.
"""

import errno
import itertools
import os
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kelisim.serve.bodies import Bodies, Wait

_SILENT_SECONDS = 60.0
_PAUSE_SECONDS = 2.0
_LOOKS = 5  # between two searches for the silent: they can wait
_MORE_SECONDS = 10.0  # a wait that lasts so much longer is one of HTTP/2
_GRAIN_SECONDS = 0.02  # the system counts in ticks of some milliseconds
# struct tcp_info of Linux: milliseconds since data was last sent, an ACK sent, data received, an ACK received
_LAST_MOVES = struct.Struct("44xIIII")
_FOLDER = Path("/proc/self/fd")


def start(port: int, bodies: Bodies, silent: float = _SILENT_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
    """Begin, where the system tells how long a connection has been silent (Linux); elsewhere do nothing."""
    if sys.platform == "linux" and _FOLDER.is_dir():
        threading.Thread(target=Reaper(port, bodies, silent, pause).run, name="reaper", daemon=True).start()


class Reaper:
    """Looks at the connections of one worker."""

    def __init__(self, port: int, bodies: Bodies, silent: float, pause: float) -> None:
        self._port, self._bodies, self._silent, self._pause = port, bodies, silent, pause
        self._known: dict[tuple[str, int], float] = {}  # since when a peer has been seen

    def run(self) -> None:
        """Look, for ever."""
        for turn in itertools.count():
            time.sleep(self._pause)
            late = self._bodies.late()
            if late or turn % _LOOKS == 0:
                self.look(late)

    def look(self, late: Iterable[Wait] = ()) -> None:
        """Cut what is over."""
        now = time.monotonic()
        seen: dict[tuple[str, int], float] = {}
        by_address: dict[str, list[Wait]] = {}
        for wait in late:
            by_address.setdefault(_plain(wait.address), []).append(wait)
        for number in open_files():
            # OSError: no socket, no connection, or closed since. A number may be closed and used anew at any moment, so
            # what is looked at and cut is a copy, which stays what it is.
            with suppress(OSError), socket.socket(fileno=copy_of_socket(number)) as connection:
                if _is_client(connection, self._port):
                    host, peer_port = connection.getpeername()[:2]
                    peer = (_plain(host), peer_port)
                    seen[peer] = self._known.get(peer, now)
                    if self._is_over(connection, by_address.get(peer[0], ()), seen[peer], now):
                        connection.shutdown(socket.SHUT_RDWR)  # the server closes the file
        self._known = seen

    def _is_over(self, connection: socket.socket, late: Iterable[Wait], since: float, now: float) -> bool:
        sent, received = moves(connection)
        if min(sent, received) > self._silent:
            return True
        too_long = self._bodies.allowed + _MORE_SECONDS
        return any(
            sent >= now - wait.began - _GRAIN_SECONDS
            or (now - wait.began > too_long and since <= wait.began + self._pause * _LOOKS)
            for wait in late
        )


def open_files() -> list[int]:
    """The numbers of this process's open files; none where not even the list can be opened."""
    try:
        return [int(entry.name) for entry in _FOLDER.iterdir()]
    except OSError:  # no file is left even for the list: the watch over the port sees to that
        return []


def copy_of_socket(number: int) -> int:
    """Another number for the socket behind one. Raises OSError where it is no socket."""
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        raise OSError(errno.ENOTSOCK, os.strerror(errno.ENOTSOCK))
    return os.dup(number)


def _is_client(connection: socket.socket, port: int) -> bool:
    if connection.family not in {socket.AF_INET, socket.AF_INET6}:
        return False
    listens = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    return not listens and connection.getsockname()[1] == port


def moves(connection: socket.socket) -> tuple[float, float]:
    """Seconds since data was last sent on a TCP connection, and since some was last received."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_MOVES.size)
    sent, _, received, _ = _LAST_MOVES.unpack(info)
    return sent / 1000, received / 1000


def _plain(address: str) -> str:
    return address.removeprefix("::ffff:")
