"""A real nginx with the configuration that is shipped, its addresses, ports and files put in the place of the example's."""

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
_START_SECONDS = 60.0


class Nginx:
    """nginx on ``port``, in front of hosts on their ports of this machine. ``files``: a certificate and its authority."""

    def __init__(
        self, folder: Path, *, port: int, plain_port: int, hosts: Sequence[tuple[int, int]], files: Path
    ) -> None:
        self.port, self.plain_port, self.folder = port, plain_port, folder
        self._authority = files / "ca.pem"
        folder.mkdir()
        site = _shipped()
        for number, (secure, plain) in enumerate(hosts):
            for example, real in ((8443, secure), (8080, plain)):
                site = site.replace(f"10.0.0.1{number + 1}:{example}", f"127.0.0.1:{real}")
        for example, real in {
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen 80": f"listen 127.0.0.1:{plain_port}",
            "consent.example.kz": "localhost",
            "/etc/kelisim/consent.pem": str(files / "localhost.pem"),
            "/etc/kelisim/consent.key": str(files / "localhost.key"),
            "/etc/kelisim/hosts-ca.pem": str(self._authority),
            "root /etc/kelisim": f"root {DEPLOY}",
            "/var/log/nginx/kelisim.log": str(folder / "error.log"),
        }.items():
            assert example in site, f"the shipped configuration has no {example}"
            site = site.replace(example, real)
        site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
        self._configuration = folder / "nginx.conf"
        self._configuration.write_text(_AROUND.format(folder=folder, site=site), encoding="utf-8")

    @property
    def log(self) -> str:
        """What nginx wrote: its own failures, and nothing of a request."""
        return (self.folder / "error.log").read_text(encoding="utf-8")

    def check(self) -> str:
        """``nginx -t``: what it says of the configuration; raises where it would not start."""
        done = subprocess.run(self._command("-t"), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def client(self, *, timeout: float = 20.0) -> httpx.Client:
        """A visitor's HTTP client; it verifies the certificate and follows no redirect."""
        context = ssl.create_default_context(cafile=str(self._authority))
        transport = httpx.HTTPTransport(verify=context)
        return httpx.Client(
            base_url=f"https://localhost:{self.port}", transport=transport, timeout=timeout, trust_env=False
        )

    @contextmanager
    def running(self) -> Iterator["Nginx"]:
        """nginx while it lasts."""
        process = subprocess.Popen(self._command("-g", "daemon off;"), stderr=subprocess.DEVNULL)
        try:
            self._wait(process)
            yield self
        finally:
            process.terminate()
            process.wait(20)

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            assert process.poll() is None, "nginx ended at its start"
            with suppress(httpx.TransportError), self.client() as client:
                client.get("/robots.txt")
                return
            time.sleep(0.05)
        raise AssertionError("nginx does not answer")

    def _command(self, *words: str) -> list[str]:
        return [NGINX, "-p", str(self.folder), "-c", str(self._configuration), *words]


def _shipped() -> str:
    return (DEPLOY / "nginx" / "kelisim.conf").read_text(encoding="utf-8")


_AROUND = """
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/error.log emerg;
events {{ worker_connections 512; }}
http {{
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{site}
}}
"""
