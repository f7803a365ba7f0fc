"""The real server under test: a process of its own on ports of its own, with an instance and logs of its own."""

import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
import psycopg

from kelisim.app import create_app
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.support.people import Person
from tests.support.schema import migrated_file

ROOT = Path(__file__).resolve().parents[2]
# Below the range that systems give to outgoing connections: a port that is free now is still free after a restart.
_PORTS = range(20_000, 32_000)
_BACKGROUND = "kelisim.serve.background"
_TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
_SETTINGS_OF_TESTS = {
    # What one machine sends in a minute of tests is more than any limit of a real site.
    "form_limit": "",
    "choice_limit": "",
    "receipt_limit": "",
    "check_limit": "",
    "my_limit": "",
    "sign_in_limit": "",
}
# root may write where the mode forbids it, unless the process gives that power up (capabilities 1 and 2).
AS_ORDINARY_USER = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


class Done(NamedTuple):
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


class DidNotStart(AssertionError):
    """The server ended, or did not answer in time; the message is what it said last."""


class Server:
    """``python -m kelisim.serve`` over a temporary instance, whose database has the newest schema unless it is ``new``.

    ``settings`` become KELISIM_* variables. ``tls_of``: another server whose certificate this one shows too.
    ``ordinary``: file modes hold for it even where the tests run as root.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tls_of: "Server | None" = None,
        ordinary: bool = False,
        new: bool = False,
        **settings: object,
    ):
        self.instance = folder / "instance"
        self.stdout, self.stderr = folder / "stdout.log", folder / "stderr.log"
        self.https_port, self.http_port = free_ports(2)
        self._ordinary = ordinary
        self._settings = {**_SETTINGS_OF_TESTS, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if tls_of is not None:
            self.instance.mkdir(mode=0o700)
            shutil.copytree(tls_of.instance / "tls", self.instance / "tls")
        if not new and "database_url" not in settings:
            self.instance.mkdir(mode=0o700, exist_ok=True)
            self.database.touch(mode=0o600)
            self.database.write_bytes(migrated_file())

    @property
    def address(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def plain_address(self) -> str:
        return f"http://localhost:{self.http_port}"

    @property
    def authority(self) -> Path:
        return self.instance / "tls" / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.instance / "tls" / "localhost.pem"

    @property
    def database(self) -> Path:
        return self.instance / "kelisim.sqlite3"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "Server":
        """Start, and wait until it answers over HTTPS under its own certificate and has said where it is."""
        end = time.monotonic() + PATIENCE_SECONDS
        said_before, logged_before = self.said(), len(self.logged())
        self._launch()
        while not (self._has_spoken(said_before) and self.answers()):
            if self._process is not None and self._process.poll() is not None:
                # After a kill of the parent alone, its worker holds the port until it has noticed, and goes on logging.
                if "is taken" not in self.logged()[logged_before:] or time.monotonic() > end:
                    raise DidNotStart(self.logged()[-1000:])
                time.sleep(0.1)
                logged_before = len(self.logged())
                self._launch()
            elif time.monotonic() > end:
                self.kill()
                raise DidNotStart(f"no answer in {PATIENCE_SECONDS} s: {self.said()[-500:]} {self.logged()[-1000:]}")
            time.sleep(0.02)
        return self

    def stop(self) -> int:
        """Stop as Ctrl-C would. Returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            left = [" ".join(child.cmdline()) for child in psutil.Process(self.pid).children(recursive=True)]
            self.kill()
            raise AssertionError(
                f"it did not stop in {PATIENCE_SECONDS} s, nor did {left}: {self.logged()[-1000:]}"
            ) from None

    def kill(self) -> None:
        """``kill -9`` of the parent and nobody else."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def kill_worker(self) -> None:
        """``kill -9`` of the one worker."""
        await_that(lambda: len(self.workers()) == 1)
        self.workers()[0].kill()

    def workers(self) -> list[psutil.Process]:
        """The worker processes that are there now."""
        return self._children(lambda words: "kelisim.serve.opening" not in words and _BACKGROUND not in words)

    def background(self) -> list[psutil.Process]:
        """The background worker, where it is there now."""
        return self._children(lambda words: _BACKGROUND in words)

    def _children(self, wanted: Callable[[list[str]], bool]) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess):  # it has just ended
                if child.status() != psutil.STATUS_ZOMBIE and wanted(child.cmdline()):
                    found.append(child)
        return found

    def answers(self) -> bool:
        """True when a page comes back."""
        if not self.authority.exists():
            return False
        try:
            with self.client(timeout=15.0) as client:
                return client.get("/healthz").status_code == 200
        except (httpx.TransportError, OSError):
            return False

    def context(self) -> ssl.SSLContext:
        """A client's TLS that trusts this instance's authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.authority))

    def client(
        self, *, http2: bool = False, timeout: float = PATIENCE_SECONDS, local_address: str | None = None
    ) -> httpx.Client:
        """An HTTP client that verifies the certificate; it follows no redirect."""
        transport = httpx.HTTPTransport(verify=self.context(), http2=http2, local_address=local_address)
        return httpx.Client(base_url=self.address, transport=transport, timeout=timeout, trust_env=False)

    def said(self) -> str:
        """What it wrote to standard output so far."""
        return self.stdout.read_text(encoding="utf-8") if self.stdout.exists() else ""

    def logged(self) -> str:
        """What it wrote to standard error so far."""
        return self.stderr.read_text(encoding="utf-8") if self.stderr.exists() else ""

    def set_up_link(self) -> str:
        """The link for the first operator, as the start printed it."""
        return re.findall(r"https://\S+/operator/set-up/\w+", self.said())[-1]

    def flask(self, *words: str) -> Done:
        """Run a ``flask`` command on the same instance, from this process: loading the site anew takes seconds."""
        app = create_app(Settings.load(self.instance, self._environment()))
        result = app.test_cli_runner().invoke(args=list(words))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def flask_process(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same as an administrator does it."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def scalar(self, query: str) -> int:
        """One number out of the database, read as another program would."""
        if (address := str(self._settings.get("database_url", ""))).startswith("postgresql"):
            with psycopg.connect(address.replace("+psycopg", "", 1)) as postgres:
                return int(postgres.execute(query.encode()).fetchone()[0])  # type: ignore[index]  # it is one row
        with closing(
            sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE_SECONDS)
        ) as connection:
            return int(connection.execute(query).fetchone()[0])

    @contextmanager
    def locked_database(self) -> Iterator[None]:
        """Hold the database's write lock, as another program could."""
        with closing(sqlite3.connect(self.database, timeout=PATIENCE_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def _launch(self) -> None:
        launcher = ["-c", AS_ORDINARY_USER] if self._ordinary and os.geteuid() == 0 else []
        with self.stdout.open("ab") as stdout, self.stderr.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, *launcher, "-m", "kelisim.serve"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,  # a Ctrl-C at the tests' terminal is the tests' to handle
            )

    def _has_spoken(self, said_before: str) -> bool:
        alone = self._settings.get("role") == "operator"  # the desk has an address of its own
        place = self.address if alone else self._settings.get("site_address", self.address)
        return f"Kelisim is at {place}" in self.said()[len(said_before) :]

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KELISIM_", "PYTHON"))}
        own = {
            "PYTHONPATH": str(ROOT / "site"),
            "KELISIM_INSTANCE": str(self.instance),
            "KELISIM_HTTPS_PORT": str(self.https_port),
            "KELISIM_HTTP_PORT": str(self.http_port),
        }
        return {**inherited, **own, **{f"KELISIM_{name.upper()}": str(it) for name, it in self._settings.items()}}


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Start the server; stop it at the end, and expect that it stopped cleanly."""
    with stopped(server.start()) as started:
        yield started


@contextmanager
def stopped(server: Server) -> Iterator[Server]:
    """The same for one that runs already, or is started in the block."""
    try:
        yield server
        assert server.stop() == 0
    finally:
        if server._process is not None and psutil.pid_exists(server.pid):
            server.kill()


def form_token(client: httpx.Client) -> str:
    """The token of a freshly opened form; the banner's stands before it."""
    return str(_TOKEN.findall(client.get("/").text)[-1])


def filled(client: httpx.Client, person: Person, **others: str) -> dict[str, str]:
    """The fields of a freshly opened form, as a person fills them in."""
    return {
        "token": form_token(client),
        "website": "",
        "name": person.name,
        "second_name": person.second_name,
        "phone": person.phone,
        "topic": "",
        "consent": "yes",
        **others,
    }


def send(client: httpx.Client, person: Person, **others: str) -> str:
    """Send a form that is right. Returns the path of the receipt."""
    answer = client.post("/", data=filled(client, person, **others))
    assert answer.status_code == 303, answer.status_code
    return answer.headers["Location"]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, drawn at random so that parallel tests do not meet."""
    found: list[int] = []
    for port in random.sample(_PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise DidNotStart("no free port")
