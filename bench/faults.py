"""``python -m bench faults [ROUNDS]``: kills a worker, then the whole site, in the middle of a load, round after round.

What the suite does twice in passing (``tests/faults/test_crash.py``) for as long as one likes, 20 rounds unless told.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.books import assert_nothing_is_lost_or_twice
from tests.faults.load import load
from tests.support.server import Server, running

_CONNECTIONS, _BETWEEN = 16, 40


def main(words: Sequence[str]) -> int:
    """Kill and count. Raises AssertionError where anything was lost, stands twice, or does not hold."""
    rounds = int(words[0]) if words else 20
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kelisim-faults-") as folder, running(Server(Path(folder))) as server:
        with load(server, _CONNECTIONS) as sending:
            for number in range(rounds):
                sending.wait_for(_BETWEEN)
                server.kill_worker()
                sending.wait_for(_BETWEEN)
                _kill_all(server, with_workers=number % 2 == 1)
                server.start()
                print(f"round {number + 1}: {len(sending.shown):,} receipts shown", flush=True)
            sending.wait_for(_BETWEEN)
        assert_nothing_is_lost_or_twice(server, sending)
    print(
        f"{rounds} workers and {rounds} whole sites killed under {_CONNECTIONS} connections in "
        f"{time.monotonic() - began:.0f} s; {sending.interrupted:,} requests cut. {len(sending.shown):,} receipts were "
        "shown; each is there once, and the journal holds."
    )
    return 0


def _kill_all(server: Server, *, with_workers: bool) -> None:
    """The parent alone, whose workers follow it, or all at once."""
    workers = server.workers() if with_workers else []
    server.kill()
    for worker in workers:
        worker.kill()
