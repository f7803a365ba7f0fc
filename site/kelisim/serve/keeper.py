"""Keeps the background worker alive: begins it once the site answers, again whenever it has died, ends it with the site."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

from kelisim.serve.terminal import signals_held

# The first pages are opened at once: until then the machine is theirs.
_FIRST_SECONDS = 2.0
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, _LONG_LIFE_SECONDS = 1.0, 60.0, 60.0
_LAST_SECONDS = 5.0

Worker = subprocess.Popen[bytes]
Begin = Callable[[], Worker]


class Keeper:
    """The background worker, seen from the process that started it."""

    def __init__(self, *, wanted: bool, first: float = _FIRST_SECONDS, begin: Begin | None = None) -> None:
        self._wanted = wanted
        self._first = first
        self._begin_worker = begin or _begin_worker
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()
        self._worker: Worker | None = None

    def start(self) -> None:
        """Begin the worker, soon."""
        if self._wanted:
            self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the worker: it has a few seconds to finish what it does."""
        self._stopped.set()
        with self._turn:
            worker = self._worker
        if worker is None:
            return
        _close(worker)
        try:
            worker.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()

    def _keep(self) -> None:
        pause = self._first
        while not self._stopped.wait(pause):
            began = time.monotonic()
            worker = self._begin()
            if worker is None:
                return
            worker.wait()
            _close(worker)
            if self._stopped.is_set():
                return
            print("kelisim: the background worker ended; another takes its place.", file=sys.stderr, flush=True)
            if time.monotonic() - began > _LONG_LIFE_SECONDS:
                pause = 0.0
            pause = min(max(_PAUSE_SECONDS, pause * 2), _LONGEST_PAUSE_SECONDS)

    def _begin(self) -> Worker | None:
        with self._turn, signals_held():
            if self._stopped.is_set():
                return None
            self._worker = self._begin_worker()
            return self._worker


def _close(worker: Worker) -> None:
    """The end of its standard input ends the worker."""
    if worker.stdin is not None:
        worker.stdin.close()


def _begin_worker() -> Worker:
    # The pipe's other end is nobody's but ours: it closes with this process, even where that is killed.
    return subprocess.Popen([sys.executable, "-m", "kelisim.serve.background", "--with-parent"], stdin=subprocess.PIPE)
