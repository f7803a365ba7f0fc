"""What runs in a worker process before it serves, and what ends it when nobody is left to stop it."""

import gc
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any, NoReturn

from kelisim.serve import reaper
from kelisim.serve.bodies import Application, Bodies
from kelisim.serve.migration import wait_until_current

CANNOT_START = 3  # the exit code of a worker whose application does not load: another try would end the same way
# From the parent: the end is near, say so to whoever asks; another worker takes who comes now, accept nobody more.
DRAIN, LAST_CALL = signal.SIGUSR1, signal.SIGUSR2
_LAST_REQUESTS_SECONDS = 2.0


def load() -> Application:
    """The WSGI application, once the database has the newest schema. Runs in the worker."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {DRAIN, LAST_CALL})  # before any thread: each inherits it
    _follow_parent()
    gc.disable()  # loading makes a great many objects and next to no garbage: a sixth of its time went into the search
    try:
        wsgi = importlib.import_module("wsgi")
        wait_until_current(wsgi.settings)
        _read_documents(wsgi.app)
    except SystemExit as stop:
        _give_up(str(stop.code))
    except Exception:  # noqa: BLE001  # whatever it is, the next try would meet it too
        _give_up(traceback.format_exc())
    gc.freeze()  # what was loaded stays: no later search need look at it
    gc.enable()
    _follow_end(wsgi.app, wsgi.settings.https_port)
    _show_metrics(wsgi.app, wsgi.settings)
    bodies = Bodies(wsgi.app, most=wsgi.settings.body_bytes, threads=wsgi.settings.threads)
    reaper.start(wsgi.settings.https_port, bodies)
    return bodies


def _read_documents(app: Any) -> None:
    """No visitor is shown a text that another one has followed."""
    from kelisim.web.house import house  # the parent imports this module and needs no Flask

    with app.app_context():
        house().revisions.look(at_once=True)


def _follow_end(app: Any, port: int) -> None:
    """Do what the parent says when the end is near."""
    from kelisim.serve.last_call import accept_no_more
    from kelisim.web.house import house

    with app.app_context():
        readiness = house().readiness

    def follow() -> None:
        while True:
            if signal.sigwait({DRAIN, LAST_CALL}) == DRAIN:
                readiness.drain()
            else:
                accept_no_more(port)

    threading.Thread(target=follow, name="follow-end", daemon=True).start()


def _show_metrics(app: Any, settings: Any) -> None:
    """Listen for whoever gathers metrics, where the settings say so."""
    if settings.metrics_port:
        from kelisim.serve import metrics
        from kelisim.web.metrics_page import metrics_application

        ports = range(settings.metrics_port, settings.metrics_port + settings.workers)
        metrics.start(metrics_application(app), ports)


def _give_up(reason: str) -> NoReturn:
    print(reason.rstrip(), file=sys.stderr, flush=True)
    os._exit(CANNOT_START)


def _follow_parent() -> None:
    """End with the parent, even where it is killed and can tell nobody."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_LAST_REQUESTS_SECONDS)
        os._exit(1)

    threading.Thread(target=follow, name="follow-parent", daemon=True).start()
