"""Counted visits on their way to the database: in memory, so that a page does not wait for them.

A crash may lose what waits here; a choice never waits.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock

from kelisim.domain.visits import Batch, Count, Visit

# Where the database is away for long, what comes after so many is not counted.
_MOST = 20_000


class VisitBuffer:
    """The visits of one process. ``woken`` is called when something waits that was not there before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._batch = Batch()
        self._known: set[bytes] = set()
        self.woken: Callable[[], None] = lambda: None

    def add(self, visits: Iterable[Visit], counts: Mapping[Count, int]) -> None:
        """Add visits and numbers."""
        with self._lock:
            first = not self._batch
            if len(self._batch) < _MOST:
                self._batch.add(visits, counts)
        if first:
            self.woken()

    def meet(self, key: bytes) -> bool:
        """True for the first view of a visit in this process: only then is it looked at where it came from."""
        if key in self._known:
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known.add(key)
        return True

    def take(self) -> Batch:
        """All that waits; nothing waits after it."""
        with self._lock:
            batch, self._batch = self._batch, Batch()
        return batch
