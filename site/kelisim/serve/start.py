"""The order of a start: make what the instance lacks, take the ports, then serve until Ctrl-C.

This process holds the sockets and watches the workers. It never loads the application, so that it starts in a moment
and stays small.
"""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from kelisim.serve.instance import ROOT, Secrets, StartError, check_certificate, make_folder, make_secrets
from kelisim.serve.memory import share_memory
from kelisim.serve.ports import listen, raise_file_limit
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.settings.reading import instance_path


def main() -> int:
    """Start the site. Returns the exit code: 0 when it was stopped, 1 when it could not start or ended by itself."""
    try:
        return 0 if _run(datetime.now(UTC)) else 1
    except (SettingsError, StartError) as problem:
        print(f"kelisim: {problem}", file=sys.stderr)
        return 1


def _run(now: datetime) -> bool:
    share_memory()  # its workers inherit it
    os.umask(0o077)  # whatever the site writes is its own
    folder = instance_path(os.environ, ROOT)
    make_folder(folder, now.date())
    settings = Settings.load(folder, os.environ)
    if settings.https_port == settings.http_port:
        raise SettingsError(f"https_port and http_port are both {settings.https_port}: give each its own.")
    files = raise_file_limit()
    with (
        listen(settings.bind, settings.https_port, "https_port") as secure,
        listen(settings.bind, settings.http_port, "http_port") as plain,
    ):
        secrets = make_secrets(settings, now)
        check_certificate(secrets.certificate, secrets.key)
        return _serve(settings, secrets, secure, plain, files)


def _serve(settings: Settings, secrets: Secrets, secure: socket.socket, plain: socket.socket, files: int) -> bool:
    from kelisim.serve.announcement import Announcement  # nothing that the machine lacks can stop the start any more
    from kelisim.serve.https import HttpsServer
    from kelisim.serve.keeper import Keeper
    from kelisim.serve.redirect import Redirect
    from kelisim.serve.watch import certificate_watch, port_watch

    def certificate_is_good() -> bool:
        return _certificate_is_good(settings)

    server = HttpsServer(settings, secure, secrets, files)
    server.before_reload = certificate_is_good
    port = port_watch(secure, server.renew_workers)
    certificate = certificate_watch(secrets.certificate, certificate_is_good, server.read_certificate_again)
    keeper = Keeper(wanted=settings.run_jobs)

    def ready() -> None:
        port.start()
        keeper.start()

    announcement = Announcement(settings.own_address, secrets.authority, ready=ready, fail=server.fail)
    webroot = Path(settings.acme_folder) if settings.acme_folder else None
    redirect = Redirect(plain, settings.own_address, files // 2, webroot)
    beside = (announcement, redirect, certificate)
    for part in beside:
        part.start()
    try:
        return server.run()
    finally:
        for ending in (*beside, port, keeper):
            ending.stop()


def _certificate_is_good(settings: Settings) -> bool:
    """Before the certificate is read again: renew a local one, and keep serving with the old where the new is bad."""
    try:
        secrets = make_secrets(settings, datetime.now(UTC))
        check_certificate(secrets.certificate, secrets.key)
    except (SettingsError, StartError) as problem:
        print(f"kelisim: {problem} The certificate before it stays in use.", file=sys.stderr, flush=True)
        return False
    return True
