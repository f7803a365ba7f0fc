"""``python -m bench hosts [N ...] [--forms N]``: forms a second of several hosts on one PostgreSQL, all on this machine.

Each host is the real site with the same keys, and has 16 connections of a client of its own. Beside the rate: what a form costs
of the processor in the hosts and in PostgreSQL, and how long the end of the journal's chain is held for one, which is the
one thing that hosts wait for each other for. The first line is the same site on SQLite.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from statistics import quantiles

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bench import BenchError, load, people, servers
from kelisim.vault.keys import make_missing

_SECONDS = 300.0
_RECEIPT = rb"\r\nlocation: *\S*(/receipt/[\w-]+)\r\n"
_LOOKS_PAUSE = 0.01
# Who holds the end of the chain at this moment, and who waits for it.
_CHAIN = text(
    "SELECT count(*) FILTER (WHERE granted), count(*) FILTER (WHERE NOT granted) FROM pg_locks WHERE locktype = 'advisory'"
)


@dataclass(frozen=True)
class _Seen:
    """Forms a second, milliseconds of each, of the processor at the hosts and at the database, and shares of the time."""

    rate: float
    middle: float
    late: float
    hosts: float
    database: float
    held: float


def main(arguments: Sequence[str]) -> int:
    """Measure each number of hosts. Exit code 1 where a form was not accepted."""
    parser = argparse.ArgumentParser(prog="python -m bench hosts", description="Forms a second of several hosts.")
    parser.add_argument("hosts", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--forms", type=int, default=1000, help="so many for each host")
    given = parser.parse_args(arguments)
    from tests.support.postgres import PostgresServer  # noqa: PLC0415  # only who measures it starts one

    server = PostgresServer()
    print(f"{'':18}{'forms/s':>9}{'p50, ms':>9}{'p99, ms':>9}{'CPU, host':>11}{'CPU, database':>15}{'chain held':>12}")
    try:
        for number, address in [(1, ""), *((number, server.durable_database()) for number in given.hosts)]:
            with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
                seen = _measure(Path(folder), number, address, given.forms)
            name = f"{number} on PostgreSQL" if address else "1 on SQLite"
            print(
                f"{name:18}{seen.rate:>9.0f}{seen.middle:>9.0f}{seen.late:>9.0f}{seen.hosts:>11.2f}{seen.database:>15.2f}"
                f"{seen.held:>12.2f}",
                flush=True,
            )
    except BenchError as problem:
        print(f"bench: {problem}")
        return 1
    finally:
        server.stop()
    return 0


def _measure(folder: Path, number: int, address: str, forms: int) -> _Seen:
    make_missing(folder / "keys")
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        sites = []
        for host in range(number):
            copytree(folder / "keys", folder / f"host{host}" / "keys")
            more = {"KELISIM_DATABASE_URL": address, "KELISIM_RUN_JOBS": "false"}
            sites.append(servers.start_site(folder / f"host{host}", folder / "log", set(), **more))
            stack.callback(sites[-1].stop)
        clients = stack.enter_context(ProcessPoolExecutor(number, spawn))
        opened = list(clients.map(_opened, [site.place for site in sites], [forms] * number))
        posts = [
            tuple(site.place.post("/", form) for form in people.forms(tokens))
            for site, tokens in zip(sites, opened, strict=True)
        ]
        before, spent = [site.worker_seconds() for site in sites], _database_seconds()
        sending = [clients.submit(_sent, site.place, some) for site, some in zip(sites, posts, strict=True)]
        held = _chain_held(address, lambda: all(one.done() for one in sending))
        done = [one.result() for one in sending]
        hosts = sum(site.worker_seconds() - was for site, was in zip(sites, before, strict=True))
        database = _database_seconds() - spent
    latencies = [1000 * one for outcome in done for one in outcome.latencies]
    if len({found for outcome in done for found in outcome.found}) != number * forms:
        raise BenchError("not every form came to a receipt of its own")
    hundredths = quantiles(latencies, n=100)
    every = len(latencies)
    return _Seen(
        every / max(outcome.seconds for outcome in done),
        hundredths[49],
        hundredths[98],
        1000 * hosts / every,
        1000 * database / every if address else 0.0,
        held,
    )


def _opened(place: load.Place, forms: int) -> list[bytes]:
    return load.run(load.Job(place, (place.get("/"),) * forms, _SECONDS, find=people.TOKEN)).found


def _sent(place: load.Place, posts: tuple[bytes, ...]) -> load.Outcome:
    return load.run(load.Job(place, posts, _SECONDS, expected=b"HTTP/1.1 303 ", find=_RECEIPT))


def _chain_held(address: str, over: Callable[[], bool]) -> float:
    """The share of looks at which somebody held the end of the chain."""
    if not address:
        while not over():
            time.sleep(_LOOKS_PAUSE)
        return 0.0
    looks = held = 0
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not over():
            granted, _ = connection.execute(_CHAIN).one()
            looks, held = looks + 1, held + bool(granted)
            time.sleep(_LOOKS_PAUSE)
    return held / max(looks, 1)


def _database_seconds() -> float:
    """Processor time of every PostgreSQL process here, those that have ended within a run not counted."""
    used = 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used += times.user + times.system
    return used
