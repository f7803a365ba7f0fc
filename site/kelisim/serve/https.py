"""The HTTPS server: granian on a socket this process holds, with the limits that keep slow clients harmless."""

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import granian.server.common
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from kelisim.serve import terminal
from kelisim.serve.instance import Secrets
from kelisim.serve.ports import BACKLOG
from kelisim.serve.worker import CANNOT_START, DRAIN, LAST_CALL, load
from kelisim.settings import Settings

# Where setproctitle happens to be installed granian renames its processes; ours have one name everywhere.
vars(granian.server.common)["setproctitle"] = None

_HTTP1 = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=16 * 1024)
_HTTP2 = HTTP2Settings(
    keep_alive_interval=20_000, keep_alive_timeout=20, max_concurrent_streams=100, max_headers_size=32 * 1024
)
_CONNECTIONS, _OTHER_FILES = 8000, 400  # what of a process's open files is kept from connections
_RELOAD_SECONDS = 2.0  # how long the old worker stays beside the new one when the certificate is read again
_HANDSHAKES_SECONDS = 1.0  # how long one that accepts nobody any more may finish the handshakes it has begun
_LAST_REQUESTS_SECONDS = 2  # for requests under way when the site is stopped
_CRASHES, _CRASH_SECONDS = 5, 30.0  # so many killed workers in so many seconds are replaced; more end the site


class HttpsServer(MPServer):
    """granian's server with four habits of ours: it uses a socket that is open already, its workers leave Ctrl-C to
    this process, a worker that was killed is replaced, and one that cannot start ends the start.
    """

    def __init__(self, settings: Settings, listener: socket.socket, secrets: Secrets, files: int) -> None:
        super().__init__(
            "wsgi:app",
            address=settings.bind,
            port=settings.https_port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            http=HTTPModes.auto,
            http1_settings=_HTTP1,
            http2_settings=_HTTP2,
            websockets=False,
            backlog=BACKLOG,
            backpressure=max(64, min(_CONNECTIONS, files - _OTHER_FILES)),
            log_level=LogLevels.error,
            log_access=False,
            ssl_cert=secrets.certificate,
            ssl_key=secrets.key,
            ssl_protocol_min=SSLProtocols.tls12,
            respawn_failed_workers=True,
            respawn_interval=_RELOAD_SECONDS,
            workers_kill_timeout=_LAST_REQUESTS_SECONDS,
        )
        self.failed = False
        self.before_reload: Callable[[], bool] = lambda: True
        self._listener = listener
        self._crashes: list[float] = []
        self._drain_seconds = settings.drain_seconds

    def run(self) -> bool:
        """Serve until a signal stops it. Returns False where it ended by itself."""
        # granian's own words of this process are for its developers; a worker's errors still come through.
        logging.getLogger("_granian").setLevel(logging.CRITICAL)
        try:
            self.serve(target_loader=load, wrap_loader=False)
        except SystemExit:  # a worker ended by itself, twice within seconds
            if not self.interrupt_signal:
                print("kelisim: the workers stop again and again; the lines above say why.", file=sys.stderr)
                return False
        return not self.failed

    def fail(self) -> None:
        """End the site: something beside it went wrong."""
        self.failed = True
        self._stop()

    def renew_workers(self) -> None:
        """Put new workers in the place of those that answer no more."""
        print("kelisim: the server does not answer; its workers are started anew.", flush=True)
        for worker in list(self.wrks):
            worker.inner.kill()

    def _stop(self) -> None:
        self.interrupt_signal = True
        self.main_loop_interrupt.set()

    def _init_shared_socket(self) -> None:
        """Use the open socket. granian's own would be opened with SO_REUSEPORT, by each worker anew: a second start
        would quietly share the port, and a client that comes while a worker starts would be refused.
        """
        number = self._listener.fileno()
        holder = SocketHolder(number, False, BACKLOG)  # type: ignore[call-arg]  # its stub lacks what Linux takes
        vars(self).update(_ssp=None, _sfd=number, _shd=holder, _sso=self._listener)

    def _spawn_workers(self, *arguments: Any) -> None:
        with terminal.signals_held():
            super()._spawn_workers(*arguments)  # type: ignore[no-untyped-call]  # granian types its surface only

    def _respawn_workers(self, workers: list[int], *arguments: Any, **options: Any) -> None:
        codes = [self.wrks[index].inner.exitcode for index in workers]
        if CANNOT_START in codes:
            self.fail()
            return
        for index in workers:
            _end_gently(self.wrks[index])
        with terminal.signals_held():
            super()._respawn_workers(workers, *arguments, **options)
        if self.interrupt_signal:  # it came just before granian took its bell down for this: ring again
            self.main_loop_interrupt.set()
        if any(code is not None and code < 0 for code in codes):
            self._forgive_crash()

    def _forgive_crash(self) -> None:
        """Granian ends when a worker dies twice within seconds. One that was killed has done nothing wrong."""
        print("kelisim: a worker was killed; another has taken its place.", flush=True)
        now = time.monotonic()
        self._crashes = [moment for moment in self._crashes if now - moment < _CRASH_SECONDS] + [now]
        if len(self._crashes) <= _CRASHES:
            self.respawned_wrks.clear()

    def signal_handler_interrupt(self, *_signal: object) -> None:
        """A stop: at once, or after a balancer had time to see that /readyz says no. A second one is always at once."""
        seconds, self._drain_seconds = self._drain_seconds, 0
        if not seconds:
            self._stop()
            return
        for worker in list(self.wrks):
            if worker.inner.pid is not None and worker.inner.is_alive():
                os.kill(worker.inner.pid, DRAIN)
        ending = threading.Timer(seconds, self._stop)
        ending.daemon = True
        ending.start()

    def signal_handler_reload(self, *_signal: object) -> None:
        """SIGHUP reads the certificate again; where the terminal was closed, it ends the site as Ctrl-C would."""
        if terminal.is_gone():
            self._stop()
        else:
            self.read_certificate_again()

    def read_certificate_again(self) -> None:
        """Put new workers beside the old ones, then let the old ones end: nobody is refused meanwhile."""
        if self.before_reload():
            self.reload_signal = True
            self.main_loop_interrupt.set()


def _end_gently(worker: WorkerProcess) -> None:
    """Let a worker that is followed by another accept nobody any more, a moment before it is ended."""
    end: Callable[[], None] = worker.terminate

    def terminate() -> None:
        worker.interrupt_by_parent = True  # should it end by this signal, it has not failed
        if worker.inner.is_alive():
            os.kill(worker.inner.pid, LAST_CALL)
            time.sleep(_HANDSHAKES_SECONDS)
        end()

    vars(worker)["terminate"] = terminate
