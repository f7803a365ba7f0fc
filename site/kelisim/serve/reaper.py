"""Cuts connections on which nothing has moved for a minute. Runs in each worker.

granian 2.8 waits without end for the body of a request and, after the TLS handshake, for its first byte. Each stalled
body holds one of the worker's threads: without this, as many sockets as there are threads would silence the site.
A browser that idles on HTTP/2 answers the server's pings and is left alone.
"""

import errno
import os
import socket
import stat
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

_SILENT_SECONDS = 60.0
_PAUSE_SECONDS = 10.0
# struct tcp_info of Linux: milliseconds since data was last sent, an ACK sent, data received, an ACK received
_LAST_MOVES = struct.Struct("44xIIII")
_FOLDER = Path("/proc/self/fd")


def start(port: int, silent: float = _SILENT_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
    """Begin, where the system tells how long a connection has been silent (Linux); elsewhere do nothing."""
    if sys.platform == "linux" and _FOLDER.is_dir():
        threading.Thread(target=_reap, args=(port, silent, pause), name="reaper", daemon=True).start()


def _reap(port: int, silent: float, pause: float) -> None:
    while True:
        time.sleep(pause)
        for number in open_files():
            _look(number, port, silent)


def open_files() -> list[int]:
    """The numbers of this process's open files; none where not even the list can be opened."""
    try:
        return [int(entry.name) for entry in _FOLDER.iterdir()]
    except OSError:  # no file is left even for the list: the watch over the port sees to that
        return []


def _look(number: int, port: int, silent: float) -> None:
    """Cut the connection behind a file number if it is one of ours and silent; the server closes the file."""
    # OSError: no socket, no connection, or closed since. A number may be closed and used anew at any moment, so what
    # is looked at and cut is a copy, which stays what it is.
    with suppress(OSError), socket.socket(fileno=copy_of_socket(number)) as connection:
        if _is_client(connection, port) and silence(connection) > silent:
            connection.shutdown(socket.SHUT_RDWR)


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


def silence(connection: socket.socket) -> float:
    """Seconds since data last moved on a TCP connection, in either direction."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_MOVES.size)
    sent, _, received, _ = _LAST_MOVES.unpack(info)
    return float(min(sent, received)) / 1000
