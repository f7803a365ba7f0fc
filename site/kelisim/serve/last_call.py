"""A worker that is about to be followed by another accepts nobody any more, and serves on whom it has.

granian 2.8 cuts connections whose TLS handshake is still under way when a worker ends. One that comes a moment earlier
must be taken by the new worker then: in the old one each listening socket is replaced, under its number, by one that
nobody can reach. The queue of those who wait is the kernel's, shared by all workers, and loses nobody (Linux).
"""

import os
import socket
import sys
from contextlib import suppress

from kelisim.serve.reaper import copy_of_socket, open_files


def accept_no_more(port: int) -> None:
    """From now on this process takes no connection from the queue of a port."""
    if sys.platform != "linux":
        return
    with socket.socket(socket.AF_UNIX) as unreachable:
        unreachable.bind("")  # a name that the kernel makes up and that nobody is told
        unreachable.listen(1)
        unreachable.setblocking(False)
        for number in open_files():
            if _listens(number, port):
                os.dup2(unreachable.fileno(), number, inheritable=False)


def _listens(number: int, port: int) -> bool:
    with suppress(OSError), socket.socket(fileno=copy_of_socket(number)) as found:
        is_tcp = found.family in {socket.AF_INET, socket.AF_INET6}
        listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        return is_tcp and bool(listens) and found.getsockname()[1] == port
    return False
