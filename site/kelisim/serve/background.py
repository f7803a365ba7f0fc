"""``python -m kelisim.serve.background``: the background worker, which runs the jobs in a process of its own.

The site's start runs it with ``--with-parent``: standard input is then a pipe from the parent, and its end, however the
parent ended, is the end of the worker. Without, it runs until a signal, for whoever keeps it by other means.
"""

import gc
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from kelisim.serve.instance import ROOT
from kelisim.serve.memory import share_memory
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.settings.reading import instance_path

if TYPE_CHECKING:
    from kelisim.runner import Runner

WITH_PARENT = "--with-parent"
_CANNOT_START, _HANGS = 1, 5
_LAST_JOBS_SECONDS = 3.0
_OF_A_TERMINAL = {signal.SIGINT, signal.SIGHUP}


def main(arguments: list[str]) -> int:
    """Run the jobs until the parent ends or SIGTERM comes. Returns the exit code."""
    with_parent = WITH_PARENT in arguments
    awaited = {signal.SIGTERM} if with_parent else {signal.SIGTERM, *_OF_A_TERMINAL}
    # Before any thread: each inherits it, and a signal waits for the thread that asks for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, *_OF_A_TERMINAL})
    share_memory()
    os.nice(5)  # whoever waits for a page comes first
    runner: Runner | None = None

    def end() -> None:
        if runner is None:
            os._exit(0)  # still loading: nothing has begun that could be put back
        runner.end()

    def follow_signals() -> None:
        signal.sigwait(awaited)
        end()

    def follow_parent() -> None:
        sys.stdin.buffer.read()
        end()

    for follow in (follow_signals, *((follow_parent,) if with_parent else ())):
        threading.Thread(target=follow, name="follow", daemon=True).start()
    gc.disable()  # loading makes a great many objects and next to no garbage
    from kelisim.web.log import say_fault

    try:
        runner = _runner()
    except SettingsError as problem:
        print(f"kelisim: {problem}", file=sys.stderr, flush=True)
        return _CANNOT_START
    gc.freeze()
    gc.enable()
    runner.run()
    try:
        runner.wait(_LAST_JOBS_SECONDS)
    except Exception as problem:  # noqa: BLE001  # the terms of what still runs end by themselves
        say_fault(problem)
    return _HANGS if runner.is_stuck else 0


def _runner() -> "Runner":
    from kelisim.core import create_core
    from kelisim.runner import Runner

    return Runner(create_core(Settings.load(instance_path(os.environ, ROOT), os.environ)))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # a job that has not ended in time is not waited for
