"""How the C library keeps the memory of a process of many threads."""

import ctypes
import sys
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_memory() -> None:
    """Let all threads of this process take memory from one place, where the C library is glibc.

    It would give each thread a place of its own and give little of it back. Python lets one thread run at a time: they
    would hardly ever wait for each other. Call it before there are threads.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another library has one place anyway
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
