"""``python -m bench.hostile``: how long a visitor waits while a crowd does what nobody honest does.

Each crowd is a process of its own; a visitor opens the form on a fresh connection again and again meanwhile. Printed are
the waits, how many answers were not a page, and how many of the crowd were cut by the end.
"""

import asyncio
import multiprocessing
import socket
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bench.load import Place, trusting
from bench.servers import start_site

_SECONDS, _SETTLE_SECONDS, _PATIENCE_SECONDS = 40.0, 3.0, 30.0
_ROOM_BYTES = 4096
_HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _drip(writer: asyncio.StreamWriter, first: bytes) -> None:
    writer.write(first)
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(1)


async def slow_heads(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A head a byte at a time."""
    await _drip(writer, b"GET / HTTP/1.1\r\nX-Slow: ")


async def slow_bodies(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A body a byte at a time."""
    await _drip(writer, _HEAD + b"Content-Length: 60000\r\n\r\n")


async def slow_readers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A long page asked for once a second, read a byte at a time into a buffer that is soon full."""
    while True:
        writer.write(b"GET /consent HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if not await reader.read(1):
            return
        await asyncio.sleep(1)


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """A TLS connection and not a word."""
    await reader.read(1)


async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As many headers as go out."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Flood: " + b"a" * 100_000 + b"\r\n\r\n")
    await reader.read()


async def huge_bodies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Five megabytes for a form of a few hundred bytes."""
    writer.write(_HEAD + b"Content-Length: 5000000\r\n\r\n" + b"a" * 5_000_000)
    await writer.drain()
    await reader.read(100)


CROWDS: tuple[tuple[Talk, int, bool], ...] = (
    (slow_heads, 300, False),
    (slow_bodies, 300, False),
    (slow_readers, 300, False),
    (silent, 1000, False),
    (floods, 50, True),
    (huge_bodies, 50, True),
)


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Over TLS, with little room for what comes: what is not read soon waits at the server."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM_BYTES)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=plain, ssl=trusting(), server_hostname="localhost", limit=_ROOM_BYTES)


def crowd(number: int, port: int, living: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    """Run one crowd until it is ended. ``living``: how many talk at this moment."""
    talk, many, again = CROWDS[number]

    async def one() -> None:
        while True:
            with suppress(OSError, ssl.SSLError):
                reader, writer = await connected(port)
                living.value += 1
                try:
                    await talk(reader, writer)
                finally:
                    living.value -= 1
                    writer.close()
            if not again:
                return

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(many)))

    asyncio.run(all_of_them())


def visit(place: Place) -> float | None:
    """Seconds until the form was there on a fresh connection; None where something else came."""
    began = time.perf_counter()
    try:
        with (
            socket.create_connection(("127.0.0.1", place.port), timeout=_PATIENCE_SECONDS) as plain,
            trusting().wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            secure.sendall(place.get("/"))
            good = secure.recv(64).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return None
    return time.perf_counter() - began if good else None


def main() -> int:
    """Print a line for each crowd. Exit code 1 where a visitor was refused."""
    refused = 0
    print(f"{'crowd':16}{'many':>6}{'median ms':>11}{'p99 ms':>9}{'most ms':>9}{'refused':>9}{'left':>7}")
    with tempfile.TemporaryDirectory(prefix="kelisim-hostile-") as folder:
        server = start_site(Path(folder) / "instance", Path(folder) / "log", set())
        try:
            for number, (talk, many, _) in enumerate(CROWDS):
                living = multiprocessing.Value("i", 0)
                attack = multiprocessing.Process(target=crowd, args=(number, server.place.port, living), daemon=True)
                attack.start()
                time.sleep(_SETTLE_SECONDS)
                waits, end = [], time.monotonic() + _SECONDS
                while time.monotonic() < end:
                    waits.append(visit(server.place))
                    time.sleep(0.1)
                left = living.value
                attack.kill()
                attack.join()
                good = sorted(wait * 1000 for wait in waits if wait is not None)
                refused += len(waits) - len(good)
                middle, late = (statistics.median(good), good[int(len(good) * 0.99)]) if good else (0.0, 0.0)
                figures = f"{middle:>11.1f}{late:>9.1f}{(good or [0.0])[-1]:>9.1f}{len(waits) - len(good):>9}{left:>7}"
                print(f"{talk.__name__:16}{many:>6}{figures}", flush=True)
        finally:
            server.stop()
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
