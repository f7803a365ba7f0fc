"""What a terminal sends: Ctrl-C to every process in it, a hang-up when it is closed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

# Under nohup, which ignores hang-ups, a closed terminal is to change nothing.
_STARTED_IN_ONE = (os.isatty(0) or os.isatty(1)) and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN


@contextmanager
def signals_held() -> Iterator[None]:
    """A process started inside is deaf to Ctrl-C and hang-up: they are its parent's to answer."""
    held = {signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)


def is_gone() -> bool:
    """True when this process was started in a terminal that has been closed since."""
    if not _STARTED_IN_ONE:
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return True
    return False
