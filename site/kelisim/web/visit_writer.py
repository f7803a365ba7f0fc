"""Writes the counted visits of a process: together, now and then, in a thread of its own, and at a stop."""

import threading
from multiprocessing.util import Finalize

from flask import Flask

from kelisim.services import visits
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.house import House, house
from kelisim.web.log import say_fault


class VisitWriter:
    """The writer of one process. Its thread begins with the first visit, in the process that counts it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        with app.app_context():
            self._house: House = house()
        self._something = threading.Event()
        self._stopped = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something waits."""
        if self._stopped.is_set():
            return
        if self._thread is None or not self._thread.is_alive():  # as in a process that was forked
            self._thread = threading.Thread(target=self._run, name="visits", daemon=True)
            self._thread.start()
        self._something.set()

    def write(self) -> None:
        """Write what waits. Where the database is away it waits on."""
        with self._writing:
            batch = self._house.visits.take()
            if not batch:
                return
            try:
                with self._app.app_context():
                    visits.record(db.session(), batch)
            except DATABASE_AWAY as problem:
                say_fault(problem)
                self._house.visits.add(batch.visits.values(), batch.counts)

    def stop(self) -> None:
        """Write what waits, and end the thread."""
        self._stopped.set()
        self._something.set()
        self.write()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._something.wait()
            self._stopped.wait(self._house.settings.visit_write_seconds)
            self._something.clear()
            try:
                self.write()
            except Exception as problem:  # noqa: BLE001  # visits may be lost, the next ones are counted again
                say_fault(problem)


def write_visits(app: Flask) -> VisitWriter:
    """Write what this application counts, from now to the end of the process."""
    writer = VisitWriter(app)
    with app.app_context():
        house().visits.woken = writer.wake
    # A worker of the server ends without atexit, but with this; any other process ends with both.
    Finalize(None, writer.stop, exitpriority=10)
    return writer
