"""A process of many threads takes its memory from one place."""

import subprocess
import sys

# Threads that are all there at once, each with a little memory of its own; then the C library's own account.
THREADS = """
import ctypes, sys, threading
from kelisim.serve.memory import share_memory
if sys.argv[1:]:
    share_memory()
together = threading.Barrier(9)
def work():
    kept = bytearray(2000)
    together.wait()
    together.wait()
for _ in range(8):
    threading.Thread(target=work).start()
together.wait()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
together.wait()
"""


def places(*arguments: str) -> int:
    done = subprocess.run([sys.executable, "-c", THREADS, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")


def test_threads_share_one_place_in_memory() -> None:
    assert places() > 1
    assert places("shared") == 1
