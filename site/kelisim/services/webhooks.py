"""Sending one webhook: over HTTPS only, to an address that was looked up once, checked, and connected to as it is.

The name is not looked up again between the check and the connection, so that no answer of a name server can lead
inside after it passed. No redirect is followed, no proxy is asked, nothing of the answer's body is read, and one
moment ends it all, whatever the other side does. Nothing of what is sent is logged.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from threading import Event, Timer
from typing import Any

from kelisim.domain.webhooks import Network, Outcome, Target, may_connect, outcome_of

_AGENT = "Kelisim"
_MOST_ADDRESSES = 4


@dataclass(frozen=True)
class Reach:
    """Where webhooks may go and whom they trust. No setting changes it: a site uses ``PUBLIC``, a test its own.

    ``networks``: allowed beside the public internet; ``authority``: a PEM file trusted in the place of the system's
    authorities; ``look_up``: as ``socket.getaddrinfo``.
    """

    networks: tuple[Network, ...] = ()
    authority: Path | None = None
    look_up: Callable[..., Sequence[tuple[Any, ...]]] = socket.getaddrinfo


PUBLIC = Reach()


class _Refused(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def send(target: Target, body: bytes, headers: Mapping[str, str], *, seconds: float, reach: Reach = PUBLIC) -> Outcome:
    """Send a body (JSON, UTF-8) and say what came of it. ``seconds``: how long the whole may take once it is looked up."""
    try:
        addresses, end = _addresses(target, reach), time.monotonic() + seconds
        connection = _connected(addresses, seconds)
    except _Refused as refused:
        return refused.outcome
    with connection, _ended_after(max(end - time.monotonic(), 0), connection) as ended:
        try:
            outcome = _exchange(connection, target, body, headers, reach)
            # An answer that was cut off reads as a whole one: its headers end with the line.
            return Outcome.TIMEOUT if ended.is_set() else outcome
        except ssl.SSLCertVerificationError:
            return Outcome.BAD_CERTIFICATE
        except TimeoutError:
            return Outcome.TIMEOUT
        except (OSError, HTTPException, ValueError) as problem:
            if ended.is_set():
                return Outcome.TIMEOUT
            return Outcome.NO_CONNECTION if isinstance(problem, OSError) else Outcome.BROKEN_ANSWER


def _addresses(target: Target, reach: Reach) -> list[tuple[str, int]]:
    """The numeric addresses of a host, each of which may be connected to: one that may not be spoils them all."""
    try:
        found = reach.look_up(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Refused(Outcome.NO_ADDRESS) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise _Refused(Outcome.NO_ADDRESS)
    if not all(may_connect(address, reach.networks) for address in addresses):
        raise _Refused(Outcome.PRIVATE_ADDRESS)
    return [(address, target.port) for address in addresses[:_MOST_ADDRESSES]]


def _connected(addresses: list[tuple[str, int]], seconds: float) -> socket.socket:
    """A connection to the first address that takes one. They are numbers already: nothing is looked up."""
    outcome = Outcome.NO_CONNECTION
    for address in addresses:
        try:
            return socket.create_connection(address, timeout=seconds / len(addresses))
        except TimeoutError:
            outcome = Outcome.TIMEOUT
        except OSError:
            continue
    raise _Refused(outcome)


def _exchange(
    connection: socket.socket, target: Target, body: bytes, headers: Mapping[str, str], reach: Reach
) -> Outcome:
    context = ssl.create_default_context(cafile=reach.authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with context.wrap_socket(connection.dup(), server_hostname=target.host) as secure:
        http = HTTPSConnection(target.host, target.port, context=context)
        http.auto_open = 0  # it speaks on this connection or not at all
        http.sock = secure
        own = {"Content-Type": "application/json", "User-Agent": _AGENT, "Connection": "close"}
        http.request("POST", target.path, body, {**own, **headers})
        return outcome_of(http.getresponse().status)


@contextmanager
def _ended_after(seconds: float, connection: socket.socket) -> Iterator[Event]:
    """Cut the connection after so many seconds in all: a timeout of each read alone lets a slow answer last for ever."""
    ended = Event()

    def cut() -> None:
        ended.set()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
