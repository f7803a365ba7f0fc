"""Starting and stopping the servers that are measured, on loopback ports and cores chosen here."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import ROOT, BenchError
from bench.load import Place, trusting

_START_SECONDS = 90.0
_STOP_SECONDS = 10.0
_SITE = ("-m", "kelisim.serve")
_NO_LIMITS = {"KELISIM_FORM_LIMIT": "", "KELISIM_RECEIPT_LIMIT": "", "KELISIM_CHOICE_LIMIT": ""}


def cores() -> tuple[set[int], set[int]]:
    """The server's core and the client's; the same where there is only one, or where the system pins nothing."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    here = sorted(os.sched_getaffinity(0))
    return {here[0]}, {here[-1]}


def pin(chosen: set[int]) -> None:
    """Keep this process on some cores."""
    if chosen and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, chosen)


@dataclass
class Server:
    """A running server: where it answers, its process, and seconds from its start to its first answer."""

    place: Place
    process: "subprocess.Popen[bytes]"
    first_answer: float = 0.0

    def stop(self) -> None:
        """End it, as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def worker_megabytes(self) -> float:
        """Resident memory of the worker; a megabyte is 10^6 bytes."""
        return self._worker().memory_info().rss / 1e6

    def worker_own_megabytes(self) -> float:
        """The same, where a page that several processes share counts in each for its part only."""
        return self._worker().memory_full_info().pss / 1e6

    def worker_seconds(self) -> float:
        """Processor time the worker has used so far."""
        used = self._worker().cpu_times()
        return used.user + used.system

    def _worker(self) -> psutil.Process:
        """The one child that serves: it was forked, the background worker and the start's helper were begun anew."""
        parent = psutil.Process(self.process.pid)
        return next(child for child in parent.children() if child.cmdline() == parent.cmdline())


def environment(instance: Path, port: int, redirect_port: int, **more: str) -> dict[str, str]:
    """The environment of a server: nothing of ours but what is said here."""
    # Not to keep the bytecode of a module (PYTHONDONTWRITEBYTECODE) would cost each start seconds.
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(("KELISIM_", "PYTHON"))}
    ours = {
        "PYTHONPATH": str(ROOT / "site"),
        "KELISIM_INSTANCE": str(instance),
        "KELISIM_HTTPS_PORT": str(port),
        "KELISIM_HTTP_PORT": str(redirect_port),
    }
    return {**foreign, **ours, **_NO_LIMITS, **more}


def start_site(instance: Path, log: Path, core: set[int], **more: str) -> Server:
    """Start the real site, as ``make run`` does; ``more`` settings by their variables."""
    port, redirect_port = free_ports(2)
    return _start(_SITE, Place("https", port), environment(instance, port, redirect_port, **more), log, core)


def start_target(application: str, scheme: str, instance: Path, log: Path, core: set[int]) -> Server:
    """Start an application on the site's server, over HTTPS or plain HTTP."""
    port, redirect_port = free_ports(2)
    proxied = {"KELISIM_TRUSTED_PROXIES": "1"} if scheme == "http" else {}
    told = environment(instance, port, redirect_port, **proxied)
    return _start(("-m", "bench.target", application, scheme), Place(scheme, port), told, log, core)


def free_ports(count: int) -> list[int]:
    """Loopback ports that nothing listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in held]
    for listener in held:
        listener.close()
    return ports


def _start(command: Sequence[str], place: Place, told: dict[str, str], log: Path, core: set[int]) -> Server:
    began = time.perf_counter()
    with log.open("ab") as lines:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=told, stdout=lines, stderr=lines)
    if core:
        os.sched_setaffinity(process.pid, core)
    server = Server(place, process)
    try:
        _wait(server, began + _START_SECONDS, log)
    except BaseException:
        server.stop()
        raise
    server.first_answer = time.perf_counter() - began
    return server


def _wait(server: Server, end: float, log: Path) -> None:
    """Return with the first answer. The port opens before the worker is there: the request waits in its queue."""
    while time.perf_counter() < end:
        if server.process.poll() is not None:
            raise BenchError(f"a server ended at its start:\n{log.read_text()[-2000:]}")
        try:
            _ask(server.place, end - time.perf_counter())
        except ConnectionRefusedError:
            time.sleep(0.005)
        else:
            return
    raise BenchError(f"a server did not answer within {_START_SECONDS:.0f} s:\n{log.read_text()[-2000:]}")


def _ask(place: Place, patience: float) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=patience) as connection:
        if place.scheme == "https":
            connection = trusting().wrap_socket(connection, server_hostname="localhost")  # noqa: PLW2901  # one connection, dressed
        connection.sendall(place.get("/"))
        if not connection.recv(64).startswith(b"HTTP/1.1 200 "):
            raise BenchError("the first answer of a server was not a page")
