"""The listener for metrics: in each worker, on this machine's loopback alone, where the settings name a port."""

import socketserver
import threading
import time
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# No setting: what is told here is for nobody beyond this machine.
_LOOPBACK = "127.0.0.1"
_PAUSE_SECONDS = 1.0
_SLOW_SECONDS = 10


class _Requests(WSGIRequestHandler):
    timeout = _SLOW_SECONDS

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing: the log has a form of its own."""


class _Listener(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 16

    def server_bind(self) -> None:
        """Without a look for this host's name, which may ask a name server and wait for it."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]
        self.setup_environ()


def start(application: "WSGIApplication", ports: range) -> None:
    """Listen at the first of the ports that is free, once one is: each worker has one, and a new worker waits for that
    of the one it follows.
    """
    threading.Thread(target=_listen, args=(application, ports), name="metrics", daemon=True).start()


def _listen(application: "WSGIApplication", ports: range) -> None:
    while (listener := _at_first_free(ports)) is None:
        time.sleep(_PAUSE_SECONDS)
    listener.set_app(application)
    listener.serve_forever()


def _at_first_free(ports: range) -> _Listener | None:
    for port in ports:
        try:
            return _Listener((_LOOPBACK, port), _Requests)
        except OSError:  # taken by another worker, for as long as that lives
            continue
    return None
