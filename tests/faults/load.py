"""Many people who send forms at once and, as browsers and people do, send again what was not answered."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol, TypeVar

import httpx

from tests.support.pages import Page
from tests.support.patience import PATIENCE_SECONDS
from tests.support.people import PEOPLE
from tests.support.server import filled

T = TypeVar("T")
_PAUSE_SECONDS = 0.05


class Front(Protocol):
    """Where people come: a server, or what stands in front of several."""

    def client(self, *, timeout: float = ...) -> httpx.Client:
        """A visitor's client."""


class Shown(NamedTuple):
    """A form whose receipt was shown: what was sent, and the receipt's path."""

    fields: dict[str, str]
    receipt: str


class Load:
    """Sends forms from so many connections until it is told to stop, or dies."""

    def __init__(self, server: Front, connections: int = 16, pause: float = 0.0) -> None:
        self._server = server
        self._pause = pause
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(connections)]
        self._problems: list[str] = []
        self.shown: list[Shown] = []
        self.begun: list[str] = []
        self.interrupted = 0
        # How often a page said that nothing was saved and kept what was typed.
        self.told = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish the form it is at."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS + 10)
        assert not any(thread.is_alive() for thread in self._threads)
        assert not self._problems, self._problems

    def wait_for(self, more: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many more receipts were shown."""
        wanted, end = len(self.shown) + more, time.monotonic() + seconds
        while len(self.shown) < wanted:
            assert time.monotonic() < end, f"{len(self.shown)} of {wanted} receipts: {self._problems[:3]}"
            time.sleep(0.005)

    def _send(self, number: int) -> None:
        try:
            with self._server.client(timeout=30.0) as client:
                while not self._stopped.is_set():
                    self._one(client, number)
                    self._stopped.wait(self._pause)
        except Exception as problem:  # noqa: BLE001  # a thread's end must be told in the test
            self._problems.append(repr(problem))

    def _one(self, client: httpx.Client, number: int) -> None:
        fields = self._until_answered(lambda: filled(client, PEOPLE[number % 9]))
        self.begun.append(fields["token"])
        sent = self._until_answered(lambda: self._sent(client, fields))
        assert sent.status_code == 303, (sent.status_code, sent.text[:200])
        path = sent.headers["Location"].partition("?")[0]
        page = self._until_answered(lambda: _there(client.get(path)))
        assert page.status_code == 200, page.status_code
        self.shown.append(Shown(fields, path))

    def _sent(self, client: httpx.Client, fields: dict[str, str]) -> httpx.Response:
        """The answer to a form that was taken. One that was not must be shown again, with what was typed."""
        answer = client.post("/", data=fields)
        if answer.status_code == 503:
            page = Page(answer.text)
            assert "Nothing was saved" in page.text
            assert (page.value("name"), page.value("token", -1)) == (fields["name"], fields["token"])
            self.told += 1
        return _there(answer)

    def _until_answered(self, ask: Callable[[], T]) -> T:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except (httpx.TransportError, OSError, _AwayError):
                self.interrupted += 1
                if time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_SECONDS)


class _AwayError(Exception):
    """A page said that the site cannot at the moment: a person tries again."""


def _there(answer: httpx.Response) -> httpx.Response:
    if answer.status_code in {502, 503, 504}:
        raise _AwayError
    return answer


@contextmanager
def load(server: Front, connections: int = 16, pause: float = 0.0) -> Iterator[Load]:
    """A load that is over at the end of the block. ``pause``: seconds each connection rests between two forms."""
    made = Load(server, connections, pause)
    made.start()
    try:
        yield made
    finally:
        made.stop()
