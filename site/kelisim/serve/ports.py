"""The listening sockets. This process holds them from the first moment to the last.

Nobody else can take the port, a second start is told at once, and a connection made while a worker starts (or is
started anew) waits in the queue instead of being refused.
"""

import errno
import os
import socket

from kelisim.serve.instance import StartError

BACKLOG = 4096
_FIRST_FREE_FOR_ALL = 1024


def listen(bind: str, port: int, setting: str) -> socket.socket:
    """A listening TCP socket. Raises StartError, one line that names the port and the setting, where there is none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise StartError(f"the setting bind is {bind!r}, which is no address: 127.0.0.1 is the usual one.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        # A port whose last connections still fade out is free; one that another program listens on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise StartError(explain(problem, bind, port, setting)) from None
    return listener


def explain(problem: OSError, bind: str, port: int, setting: str) -> str:
    """What is wrong with a port and what mends it, in one line."""
    variable = f"KELISIM_{setting.upper()}"
    if problem.errno == errno.EADDRINUSE:
        other = port + 1000 if port + 1000 <= 65535 else port - 1000
        return (
            f"port {port} is taken (perhaps by another start of Kelisim): stop what uses it, or choose another port: "
            f"{variable}={other} make run"
        )
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return (
            f"this user may not listen on port {port}: choose one from {_FIRST_FREE_FOR_ALL} up: "
            f"{variable}={port + 8000} make run"
        )
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"the setting bind is {bind}, which is no address of this machine: 127.0.0.1 is the usual one."
    return f"port {port} (setting {setting}) cannot be opened: {os.strerror(problem.errno or 0)}."


def raise_file_limit(most: int = 65_536) -> int:
    """Let this process and its workers hold as many connections as the system allows: each is an open file.

    Returns how many files a process may have open.
    """
    try:
        import resource
    except ImportError:  # Windows
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(soft, wanted)
