"""How long a test waits for what must come: a busy machine takes its time, and a generous limit costs nothing."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 90.0


def await_that(met: Callable[[], object], pause: float = 0.05) -> None:
    """Return as soon as the condition holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < end, f"it did not come about in {PATIENCE_SECONDS:.0f} s"
        time.sleep(pause)
