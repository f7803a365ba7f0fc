"""A certificate from a real ACME authority (pebble) by a real certbot, taken up by a site that goes on serving."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from kelisim.serve.certificates import make_ready
from kelisim.serve.challenges import proof
from kelisim.serve.redirect import answer
from tests.support.server import Server, free_ports, running

ADDRESS = "https://localhost:8443"
WELL_KNOWN = "/.well-known/acme-challenge/"


@pytest.fixture
def webroot(tmp_path: Path) -> Path:
    folder = tmp_path / "webroot"
    (folder / WELL_KNOWN[1:]).mkdir(parents=True)
    (folder / WELL_KNOWN[1:] / "token_of-1").write_text("token_of-1.thumbprint")
    (folder / "secret").write_text("not to be served")
    (folder / WELL_KNOWN[1:] / "link").symlink_to(folder / "secret")
    (folder / WELL_KNOWN[1:] / "folder").mkdir()
    return folder


def asked(webroot: Path | None, path: str, method: str = "GET") -> bytes:
    return answer(ADDRESS, f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), webroot)


def test_a_challenge_is_answered_in_the_clear(webroot: Path) -> None:
    head, _, body = asked(webroot, WELL_KNOWN + "token_of-1").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Type: application/octet-stream\r\n" in head
    assert body == b"token_of-1.thumbprint"
    assert asked(webroot, WELL_KNOWN + "token_of-1", "HEAD") == head + b"\r\n\r\n"


@pytest.mark.parametrize("token", ["none", "link", "folder", "x" * 200])
def test_what_is_no_file_there_is_not_found(webroot: Path, token: str) -> None:
    assert asked(webroot, WELL_KNOWN + token).startswith(b"HTTP/1.1 404 Not Found\r\n")


@pytest.mark.parametrize("path", ["../secret", "..%2Fsecret", "a/b", "", "x" * 201, "token_of-1?x=1", "a.b"])
def test_nothing_else_is_read(webroot: Path, path: str) -> None:
    said = asked(webroot, WELL_KNOWN + path)
    assert b"not to be served" not in said
    assert proof(webroot, (WELL_KNOWN + path).encode()) is None


def test_a_site_without_a_webroot_leads_on_and_a_form_is_refused(webroot: Path) -> None:
    assert asked(None, WELL_KNOWN + "token_of-1").startswith(b"HTTP/1.1 308 ")
    assert asked(webroot, WELL_KNOWN + "token_of-1", "POST").startswith(b"HTTP/1.1 403 ")


@contextmanager
def pebble(folder: Path, validates_at: int, certificate: Path, key: Path) -> Iterator[tuple[int, int]]:
    """The test authority: the ports of its directory and of its management."""
    directory, management, tls = free_ports(3)
    config = {
        "listenAddress": f"127.0.0.1:{directory}",
        "managementListenAddress": f"127.0.0.1:{management}",
        "certificate": str(certificate),
        "privateKey": str(key),
        "httpPort": validates_at,
        "tlsPort": tls,
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": config}))
    environment = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    with (folder / "pebble.log").open("wb") as log:
        authority = subprocess.Popen(
            ["pebble", "-config", str(folder / "pebble.json")], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(directory)
            yield directory, management
        finally:
            authority.send_signal(signal.SIGTERM)
            authority.wait(20)


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)


def certbot(folder: Path, webroot: Path, directory: int, authority: Path, hook: str) -> None:
    """What docs/operations.md tells an Operator to run."""
    given = ["--webroot-path", str(webroot), "--server", f"https://localhost:{directory}/dir", "--deploy-hook", hook]
    quiet = ["--non-interactive", "--agree-tos", "--register-unsafely-without-email"]
    places = [word for name in ("config", "work", "logs") for word in (f"--{name}-dir", str(folder / name))]
    done = subprocess.run(
        ["certbot", "certonly", "--webroot", "--domain", "localhost", *given, *places, *quiet],
        env={**os.environ, "REQUESTS_CA_BUNDLE": str(authority)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def issuer_shown(server: Server) -> str:
    """Who signed what the site shows to a new client."""
    pem = ssl.get_server_certificate(("localhost", server.https_port), timeout=20)
    return x509.load_pem_x509_certificate(pem.encode()).issuer.rfc4514_string()


class Visitors(threading.Thread):
    """New clients, one after the other, until they are stopped."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server, self._over = server, threading.Event()
        self.served, self.refused = 0, list[str]()

    def run(self) -> None:
        while not self._over.is_set():
            try:
                with httpx.Client(verify=False, trust_env=False, timeout=30) as client:  # noqa: S501  # whose certificate it is changes meanwhile
                    self.served += client.get(f"{self._server.address}/robots.txt").status_code == 200
            except httpx.TransportError as problem:
                self.refused.append(repr(problem))

    def stop(self) -> None:
        self._over.set()
        self.join(60)


def test_certbot_gets_a_certificate_and_nobody_is_refused_while_it_is_taken_up(tmp_path: Path) -> None:
    webroot, shown = tmp_path / "webroot", tmp_path / "shown"
    webroot.mkdir()
    certificate, key = shown / "fullchain.pem", shown / "privkey.pem"
    server = Server(tmp_path, certificate=certificate, certificate_key=key, acme_folder=webroot)
    local = make_ready(server.instance / "tls", server.address, datetime.now(UTC))
    shown.mkdir()
    shutil.copy(local.certificate, certificate)
    shutil.copy(local.key, key)
    with (
        running(server),
        pebble(tmp_path, server.http_port, local.certificate, local.key) as (directory, management),
    ):
        assert "Pebble" not in issuer_shown(server)
        visitors = Visitors(server)
        visitors.start()
        take = f'cp "$RENEWED_LINEAGE/fullchain.pem" "$RENEWED_LINEAGE/privkey.pem" {shown} && kill -HUP {server.pid}'
        certbot(tmp_path, webroot, directory, local.authority, take)
        end = time.monotonic() + 60
        while "Pebble" not in issuer_shown(server):
            assert time.monotonic() < end, server.logged()
            time.sleep(0.1)
        visitors.stop()
        assert visitors.refused == []
        assert visitors.served > 0
        with httpx.Client(verify=server.context(), trust_env=False) as client:
            root = client.get(f"https://localhost:{management}/roots/0").text
        trusting = ssl.create_default_context(cadata=root)
        with httpx.Client(verify=trusting, trust_env=False, timeout=20) as client:
            assert client.get(f"{server.address}/healthz").json() == {"alive": True}
