"""One run of the bench: which servers, which load, in which order."""

import compileall
import multiprocessing
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from bench import ROOT, BenchError, answers, load, people, servers, wire, writes
from bench.servers import Server
from bench.table import Row, Table

_SCHEMES = ("https", "http")
_PAGES = {"/consent": 0.65, "/": 0.45}  # and of hello's requests per second at least so much
_WARM_UP_SECONDS = 0.3
_PATIENCE_SECONDS = 60.0
_RECEIPT = rb"\r\nlocation: *\S*(/receipt/[\w-]+)\r\n"  # nothing after it: "again" would be a form known already
_OWN = "of that its own part"  # a page that several processes share counts for its part
_REQUESTS = "requests that worker had answered by then"
_MEMORY, _BARE, _VISIT = "memory of the worker after the load", "bare durable transactions", "first visit, HTTP/2"
# The load of all rounds after the first: a worker that keeps something of each request shows it here.
_GROWN = "memory after the load, of after one round"
# The same page for the same browser, whose person said yes to everything, or yes to all but statistics.
_COUNTED = "counted visit, /consent, https"
_STARTS = ("first start to first answer", "later start to first answer")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds, starts, seconds per rate; forms per round and scheme, and the seconds for them.

    No round begins after ``enough`` seconds of rounds.
    """

    rounds: int
    starts: int
    seconds: float
    forms: int
    form_seconds: float
    enough: float


FULL = Size(rounds=7, starts=3, seconds=1.0, forms=500, form_seconds=3.0, enough=120.0)
QUICK = Size(rounds=2, starts=1, seconds=0.3, forms=150, form_seconds=1.0, enough=10.0)


def rows() -> list[Row]:
    """What is measured, with the goals."""
    found = []
    for scheme in _SCHEMES:
        for page, goal in _PAGES.items():
            found += [Row(f"GET {page}, {scheme}", "of hello", goal), Row(f"GET {page}, {scheme}, by CPU", "of hello")]
    for scheme in _SCHEMES:
        found += [Row(f"submissions, {scheme}", "of bare", 0.7), Row(f"submissions, {scheme}, by CPU", "of bare")]
    found += [Row(_COUNTED, "of uncounted", 0.9), Row(f"{_COUNTED}, by CPU", "of uncounted", 0.9)]
    for scheme in _SCHEMES:
        found += [Row(f"p99 of a submission, {scheme}, of p50", "of p50", 5, at_least=False)]
    found += [Row(_MEMORY, "MB", 100, at_least=False), Row(_OWN, "MB"), Row(_REQUESTS)]
    found += [Row(_GROWN, "of then", 1.05, at_least=False)]
    found += [Row(name, "s", 1.5, at_least=False) for name in _STARTS]
    found += [Row(_VISIT, "bytes", 15_000, at_least=False)]
    for scheme in _SCHEMES:
        found += [Row(f"{what}, {scheme}", "/s") for what in ("hello", *_PAGES, "accepted")]
        found += [Row(f"{part} of a submission, {scheme}", "ms") for part in ("p50", "p99", "CPU")]
    return [*found, Row(_BARE, "/s")]


class Bench:
    """A run in a folder of its own; the servers on one core, the load on another."""

    def __init__(self, folder: Path, size: Size) -> None:
        self.table = Table(rows())
        self.accepted = 0
        self.rounds = 0
        self._cookies: tuple[str, str] | None = None
        self._sent: Counter[load.Place] = Counter()
        self._folder = folder
        self._size = size
        self._log = folder / "servers.log"
        self._instance = folder / "instance"
        self._stack = ExitStack()
        self._core, client_core = servers.cores()
        self._client = self._pinned(client_core)
        self._beside_server = self._pinned(self._core)

    def run(self) -> None:
        """Measure everything. Raises BenchError."""
        with self._stack:
            self._starts()
            site = self._kept(servers.start_site(self._instance, self._log, self._core))
            self.table.add(_VISIT, wire.first_visit(site.place))
            plain = self._target("kelisim", "http", self._instance)
            hellos = [self._target("hello", scheme, self._folder / "hello") for scheme in _SCHEMES]
            pairs = list(zip((site, plain), hellos, strict=True))
            for ours, hello in pairs:
                self._warm_up(ours, hello)
            end = time.monotonic() + self._size.enough
            self._round(pairs)
            settled = site.worker_megabytes()
            while self.rounds < self._size.rounds and time.monotonic() < end:
                self._round(pairs)
            self.table.add(_MEMORY, site.worker_megabytes())
            self.table.add(_OWN, site.worker_own_megabytes())
            self.table.add(_REQUESTS, self._sent[site.place])
            self.table.add(_GROWN, site.worker_megabytes() / settled)
            self._verify(site)

    def _round(self, pairs: list[tuple[Server, Server]]) -> None:
        self.rounds += 1
        self._visits(pairs[0][0])
        for ours, hello in pairs:
            self._pages(ours, hello)
            self._submissions(ours)

    def _starts(self) -> None:
        """Start the site on all cores, as a person would: on a new instance, and again. Its bytecode is there."""
        compileall.compile_dir(ROOT / "site", quiet=1)
        for number in range(self._size.starts):
            for name in _STARTS:
                server = servers.start_site(self._folder / f"start-{number}", self._log, set())
                server.stop()
                self.table.add(name, server.first_answer)

    def _warm_up(self, ours: Server, hello: Server) -> None:
        self._rate(hello, "/", _WARM_UP_SECONDS)
        for page in _PAGES:
            self._rate(ours, page, _WARM_UP_SECONDS)
        self._submit(ours, load.CONNECTIONS)

    def _pages(self, ours: Server, hello: Server) -> None:
        """A B A B: each page right after hello, so that what disturbs the machine disturbs both."""
        scheme = ours.place.scheme
        for page in _PAGES:
            yardstick, lean = self._rate(hello, "/", self._size.seconds)
            rate, thick = self._rate(ours, page, self._size.seconds)
            self.table.add(f"hello, {scheme}", yardstick)
            self.table.add(f"{page}, {scheme}", rate)
            self.table.add(f"GET {page}, {scheme}", rate / yardstick)
            self.table.add(f"GET {page}, {scheme}, by CPU", lean / thick)

    def _visits(self, ours: Server) -> None:
        """A B B A: the page of a browser whose visit is counted beside that of one whose visit is not."""
        if not self._cookies:
            self._cookies = (
                answers.cookies(ours.place, statistics="yes"),
                answers.cookies(ours.place, statistics="no"),
            )
        counted, uncounted = (ours.place.get("/consent", cookies) for cookies in self._cookies)
        order = (counted, uncounted, uncounted, counted)
        measured = [self._rate_of(ours, request, self._size.seconds) for request in order]
        rates, costs = ([pair[place] for pair in measured] for place in (0, 1))
        self.table.add(_COUNTED, (rates[0] + rates[3]) / (rates[1] + rates[2]))
        self.table.add(f"{_COUNTED}, by CPU", (costs[1] + costs[2]) / (costs[0] + costs[3]))

    def _submissions(self, ours: Server) -> None:
        """The same number of bare transactions, then of forms."""
        scheme, forms = ours.place.scheme, self._size.forms
        database = self._instance / "kelisim.sqlite3"
        bare, lean = self._in(self._beside_server, writes.bare_loop, database, self._folder / "bare.sqlite3", forms)
        sent, thick = self._submit(ours, forms)
        hundredths = quantiles(sent.latencies, n=100)
        self.table.add(_BARE, bare)
        self.table.add(f"accepted, {scheme}", sent.rate)
        self.table.add(f"submissions, {scheme}", sent.rate / bare)
        self.table.add(f"submissions, {scheme}, by CPU", lean / thick)
        self.table.add(f"CPU of a submission, {scheme}", 1000 * thick)
        self.table.add(f"p50 of a submission, {scheme}", 1000 * hundredths[49])
        self.table.add(f"p99 of a submission, {scheme}", 1000 * hundredths[98])
        self.table.add(f"p99 of a submission, {scheme}, of p50", hundredths[98] / hundredths[49])

    def _rate(self, server: Server, path: str, seconds: float) -> tuple[float, float]:
        """Requests per second, and the processor time of the worker per request."""
        return self._rate_of(server, server.place.get(path), seconds)

    def _rate_of(self, server: Server, request: bytes, seconds: float) -> tuple[float, float]:
        before = server.worker_seconds()
        sent = self._load(load.Job(server.place, (request,), seconds))
        return sent.rate, (server.worker_seconds() - before) / len(sent.latencies)

    def _submit(self, server: Server, forms: int) -> tuple[load.Outcome, float]:
        """Open so many forms, then send them, which alone is timed. Each must come to a receipt of its own. Also the
        processor time of the worker for each.
        """
        place, seconds = server.place, self._size.form_seconds
        opened = self._load(load.Job(place, (place.get("/"),) * forms, seconds, find=people.TOKEN))
        posts = tuple(place.post("/", form) for form in people.forms(opened.found))
        before = server.worker_seconds()
        sent = self._load(load.Job(place, posts, seconds, expected=b"HTTP/1.1 303 ", find=_RECEIPT))
        self.accepted += len(set(sent.found))
        return sent, (server.worker_seconds() - before) / len(sent.latencies)

    def _verify(self, site: Server) -> None:
        """Every receipt that was given stands in the database, once, and the journal holds."""
        found = writes.count(self._instance / "kelisim.sqlite3")
        expected = {name: many * self.accepted for name, many in writes.TABLES.items()}
        if found != expected:
            raise BenchError(f"rows that were to be there: {expected}; rows that are there: {found}")
        told = servers.environment(self._instance, site.place.port, site.place.port)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "journal", "verify"]
        verified = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
        if verified.returncode:
            raise BenchError(f"the journal does not hold: {verified.stderr}")

    def _load(self, job: load.Job) -> load.Outcome:
        done = self._in(self._client, load.run, job)
        self._sent[job.place] += len(done.latencies)
        return done

    def _in(self, pool: ProcessPoolExecutor, function: Callable[..., Answer], *arguments: object) -> Answer:
        return pool.submit(function, *arguments).result(_PATIENCE_SECONDS)

    def _target(self, application: str, scheme: str, instance: Path) -> Server:
        return self._kept(servers.start_target(application, scheme, instance, self._log, self._core))

    def _kept(self, server: Server) -> Server:
        self._stack.callback(server.stop)
        return server

    def _pinned(self, core: set[int]) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return self._stack.enter_context(ProcessPoolExecutor(1, spawn, servers.pin, (core,)))
