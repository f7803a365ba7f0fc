"""The HTTPS server's own habits, where the whole server cannot show them."""

import socket
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kelisim.serve.certificates import make_ready
from kelisim.serve.https import HttpsServer
from kelisim.serve.instance import Secrets
from kelisim.settings import Settings


def test_a_stop_that_comes_while_a_worker_is_replaced_is_not_lost(tmp_path: Path, now: datetime) -> None:
    files = make_ready(tmp_path, "https://localhost", now)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        secrets = Secrets(files.certificate, files.key, files.authority)
        server = HttpsServer(Settings(instance=tmp_path), listener, secrets, files=1000)
        server.signal_handler_interrupt()
        server.main_loop_interrupt.clear()  # granian, about to replace workers
        server._respawn_workers([], None, None)
    assert server.main_loop_interrupt.is_set()
