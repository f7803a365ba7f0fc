"""``python -m kelisim.serve`` over a real instance: first start, second start, and everything that can go wrong."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

from kelisim.serve.terminal import signals_held
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.support.server import Server, running

_NO_FILE_MODES = "import ctypes, os, sys\nfor power in (1, 2, 3): ctypes.CDLL(None).prctl(24, power, 0, 0, 0)\n"
_LET_GO = _NO_FILE_MODES + "os.execv(sys.argv[1], sys.argv[1:])"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as they found it."""
    with running(Server(tmp_path_factory.mktemp("start"), new=True, run_jobs=False)) as started:
        yield started


def fail(root: Path, environment: dict[str, str], *prefix: str, instance: Path, **settings: object) -> str:
    """Start what cannot start. Returns its one line."""
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "kelisim.serve"],
        cwd=root,
        env={
            **environment,
            "PYTHONPATH": str(root / "site"),
            "KELISIM_INSTANCE": str(instance),
            **{f"KELISIM_{name.upper()}": str(value) for name, value in settings.items()},
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("kelisim: ")
    return lines[0]


def ports(server: Server) -> dict[str, int]:
    return {"https_port": server.https_port, "http_port": server.http_port}


def is_closed(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_first_start_makes_the_instance(server: Server) -> None:
    for folder in (server.instance, server.instance / "keys", server.instance / "tls"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in server.instance.rglob("*"):
        assert path.is_dir() or stat.S_IMODE(path.stat().st_mode) == 0o600, path
    text = (server.instance / "settings.toml").read_text(encoding="utf-8")
    assert "trial = true" in text
    assert "# https_port = 8443" in text


def test_what_a_start_says(server: Server) -> None:
    assert [line for line in server.said().splitlines() if not line.startswith("{")] == [
        f"Kelisim is at {server.address}",
        f"A browser warns until it trusts this authority: {server.authority}",
        f"Set up the first operator, once, at {server.set_up_link()}",
    ]


def test_it_answers_over_both_versions_of_http(server: Server) -> None:
    for http2, version in ((False, "HTTP/1.1"), (True, "HTTP/2")):
        with server.client(http2=http2) as client:
            answer = client.get("/")
        assert (answer.status_code, answer.http_version) == (200, version)


def test_plain_http_leads_to_https(server: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.http_port), timeout=PATIENCE_SECONDS)) as plain:
        plain.sendall(b"GET /consent HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        assert f"\r\nLocation: {server.address}/consent\r\n".encode() in plain.recv(4096)


def test_a_second_start_keeps_everything_and_gives_a_fresh_link(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with running(server):
        kept = {path: path.read_bytes() for path in server.instance.rglob("*") if path.suffix in {".key", ".pem"}}
        first_link = server.set_up_link()
    with running(server):
        assert {path: path.read_bytes() for path in kept} == kept
        assert server.set_up_link() != first_link


def test_a_second_start_beside_the_first_is_told(server: Server, root: Path, bare_environment: dict[str, str]) -> None:
    line = fail(root, bare_environment, instance=server.instance, **ports(server))
    assert f"port {server.https_port} is taken" in line
    assert re.search(r"KELISIM_HTTPS_PORT=\d+ make run", line)
    assert server.answers()


def test_a_taken_redirect_port_is_told(tmp_path: Path, root: Path, bare_environment: dict[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        line = fail(
            root,
            bare_environment,
            instance=tmp_path / "instance",
            https_port=Server(tmp_path, new=True).https_port,
            http_port=port,
        )
    assert f"port {port} is taken" in line
    assert "KELISIM_HTTP_PORT=" in line


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threads": "many"}, "KELISIM_THREADS is 'many': write a whole number."),
        ({"https_port": 20_001, "http_port": 20_001}, "https_port and http_port are both 20001"),
        ({"trial": "false"}, "trial = false needs certificate"),
        ({"bind": "nowhere.example.invalid"}, "the setting bind is 'nowhere.example.invalid'"),
        ({"bind": "192.0.2.1"}, "the setting bind is 192.0.2.1, which is no address of this machine"),
        ({"certificate": __file__, "certificate_key": __file__}, "do not work together"),
    ],
)
def test_a_wrong_setting_is_told(
    tmp_path: Path, root: Path, bare_environment: dict[str, str], settings: dict[str, object], words: str
) -> None:
    own = {**ports(Server(tmp_path, new=True)), **settings}
    assert words in fail(root, bare_environment, instance=tmp_path / "instance", **own)


def test_a_port_of_the_system_is_told(tmp_path: Path, root: Path, bare_environment: dict[str, str]) -> None:
    if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 443:
        pytest.skip("on this machine everybody may listen on port 443")
    drop = "import ctypes, os, sys\nctypes.CDLL(None).prctl(24, 10, 0, 0, 0)\nos.execv(sys.argv[1], sys.argv[1:])"
    prefix = (sys.executable, "-c", drop) if os.geteuid() == 0 else ()
    line = fail(root, bare_environment, *prefix, instance=tmp_path / "instance", https_port=443, http_port=20_002)
    assert "this user may not listen on port 443" in line
    assert "KELISIM_HTTPS_PORT=8443 make run" in line


def test_an_instance_that_cannot_be_written_is_told(
    tmp_path: Path, root: Path, bare_environment: dict[str, str]
) -> None:
    (tmp_path / "file").touch()
    line = fail(root, bare_environment, instance=tmp_path / "file" / "instance")
    assert "cannot be written (Not a directory)" in line
    assert "KELISIM_INSTANCE=" in line


def test_an_instance_of_somebody_else_is_told(tmp_path: Path, root: Path, bare_environment: dict[str, str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of somebody else")
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o755)
    os.chown(instance, 65534, 65534)
    line = fail(
        root, bare_environment, sys.executable, "-c", _LET_GO, instance=instance, **ports(Server(tmp_path, new=True))
    )
    assert f"{instance} cannot be written (" in line


def test_a_lost_key_is_told(server: Server, tmp_path: Path, root: Path, bare_environment: dict[str, str]) -> None:
    instance = Path(shutil.copytree(server.instance, tmp_path / "instance"))
    (instance / "keys" / "site.key").unlink()
    own = ports(Server(tmp_path, new=True))
    assert "site.key is missing" in fail(root, bare_environment, instance=instance, **own)


def test_a_database_that_cannot_be_made_ready_is_told(
    tmp_path: Path, root: Path, bare_environment: dict[str, str]
) -> None:
    server = Server(tmp_path, new=True)
    server.instance.mkdir(mode=0o700)
    server.database.write_bytes(b"this is no database, whatever its name says" * 100)
    line = fail(root, bare_environment, instance=server.instance, **ports(server))
    assert "the database cannot be made ready: file is not a database" in line
    assert is_closed(server.https_port)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_with_clients_open(tmp_path: Path, by: signal.Signals) -> None:
    server = Server(tmp_path).start()
    children = psutil.Process(server.pid).children(recursive=True)
    with ExitStack() as stack:
        for _ in range(20):
            stalled = stack.enter_context(
                closing(
                    server.context().wrap_socket(
                        socket.create_connection(("127.0.0.1", server.https_port)), server_hostname="localhost"
                    )
                )
            )
            stalled.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")
        for child in psutil.Process(server.pid).children(recursive=True):
            child.send_signal(signal.SIGINT)  # a terminal's Ctrl-C goes to all of them
        os.kill(server.pid, by)
        assert server._process is not None
        assert server._process.wait(PATIENCE_SECONDS) == 0
    assert psutil.wait_procs(children, timeout=PATIENCE_SECONDS)[1] == []
    assert "Traceback" not in server.said() + server.logged()


def test_ctrl_c_at_any_moment_of_the_start_says_nothing(
    tmp_path: Path, root: Path, bare_environment: dict[str, str]
) -> None:
    server = Server(tmp_path, new=True)
    for delay in (0.15, 0.3, 0.5, 0.8):
        with signals_held():  # as scripts/prepare.py starts it
            process = subprocess.Popen(
                [sys.executable, "-m", "kelisim.serve"],
                cwd=root,
                env=server._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode in {0, -signal.SIGINT}
        assert errors == ""
        assert is_closed(server.https_port)


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    children = psutil.Process(server.pid).children(recursive=True)
    assert children
    server.kill()
    assert psutil.wait_procs(children, timeout=PATIENCE_SECONDS)[1] == []
    assert is_closed(server.https_port)


def test_a_killed_worker_is_replaced_and_nobody_is_refused(server: Server) -> None:
    for _ in range(3):
        before = server.workers()
        server.kill_worker()
        with server.client() as client:
            assert client.get("/consent").status_code == 200  # it waits in the queue for the new worker
        assert server.workers() != before
    await_that(lambda: server.said().count("a worker was killed; another has taken its place") == 3)


def test_sighup_reads_a_renewed_certificate_again(server: Server) -> None:
    old = shown_certificate(server)
    server.certificate.unlink()
    os.kill(server.pid, signal.SIGHUP)
    await_that(lambda: shown_certificate(server) != old)
    assert server.answers()


def shown_certificate(server: Server) -> bytes | None:
    with (
        closing(socket.create_connection(("127.0.0.1", server.https_port), timeout=PATIENCE_SECONDS)) as connection,
        server.context().wrap_socket(connection, server_hostname="localhost") as secure,
    ):
        return secure.getpeercert(binary_form=True)


def test_nothing_secret_is_in_the_environment(server: Server) -> None:
    secrets = [(server.instance / "keys" / name).read_text().strip() for name in ("operator.key", "site.key")]
    for process in [psutil.Process(server.pid), *server.workers()]:
        values = "\n".join(process.environ().values())
        assert not any(secret in values for secret in secrets)


def test_only_tls_of_today(server: Server) -> None:
    import ssl

    context = server.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        closing(socket.create_connection(("127.0.0.1", server.https_port), timeout=PATIENCE_SECONDS)) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as secure,
    ):
        assert secure.version() == "TLSv1.2"
    context = server.context()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        closing(socket.create_connection(("127.0.0.1", server.https_port), timeout=PATIENCE_SECONDS)) as connection,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(connection, server_hostname="localhost")
