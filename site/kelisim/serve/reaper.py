"""Cuts connections on which nothing has moved for a minute. Runs in each worker.

granian 2.8 waits without end for the body of a request and, after the TLS handshake, for its first byte. Each stalled
body holds one of the worker's threads: without this, as many sockets as there are threads would silence the site.
A browser that idles on HTTP/2 answers the server's pings and is left alone.
"""

import os
import socket
import struct
import sys
import threading
import time
from pathlib import Path

_SILENT_SECONDS = 60.0
_PAUSE_SECONDS = 5.0
# struct tcp_info of Linux: milliseconds since data was last sent, an ACK sent, data received, an ACK received
_LAST_MOVES = struct.Struct("44xIIII")
_ESTABLISHED = 1
_FOLDER = Path("/proc/self/fd")


def start(port: int, silent: float = _SILENT_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
    """Begin, where the system tells how long a connection has been silent (Linux); elsewhere do nothing."""
    if sys.platform == "linux" and _FOLDER.is_dir():
        threading.Thread(target=_reap, args=(port, silent, pause), name="reaper", daemon=True).start()


def _reap(port: int, silent: float, pause: float) -> None:
    while True:
        time.sleep(pause)
        for entry in _FOLDER.iterdir():
            _look(int(entry.name), port, silent)


def _look(number: int, port: int, silent: float) -> None:
    """Cut the connection behind a file number if it is one of ours and silent; the server closes the file."""
    try:
        own = os.dup(number)  # the number may be closed and used anew at any moment: a copy stays what it is
    except OSError:
        return
    try:
        connection = socket.socket(fileno=own)
    except OSError:
        os.close(own)
        return
    with connection:
        if _is_client(connection, port) and silence(connection) > silent:
            connection.shutdown(socket.SHUT_RDWR)
