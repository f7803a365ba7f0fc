"""What keeps the server from being silenced: the reaper of silent connections, the watch over the port."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kelisim.serve import reaper
from kelisim.serve.bodies import Bodies, Wait
from kelisim.serve.certificates import make_ready
from kelisim.serve.last_call import accept_no_more
from kelisim.serve.watch import answers, certificate_watch, port_watch, reachable
from tests.support.patience import PATIENCE_SECONDS


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening


def nobody(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    raise AssertionError("nobody is asked")


def test_a_silent_connection_is_cut_and_no_other(listener: socket.socket) -> None:
    with ExitStack() as stack:
        port = listener.getsockname()[1]
        other_listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))

        def connect(to: socket.socket) -> tuple[socket.socket, socket.socket]:
            client = stack.enter_context(closing(socket.create_connection(to.getsockname(), timeout=10)))
            return client, stack.enter_context(closing(to.accept()[0]))

        silent, _ = connect(listener)
        receiving, its_server = connect(listener)
        sending, _ = connect(listener)
        elsewhere, _ = connect(other_listener)
        looker = reaper.Reaper(port, Bodies(nobody, most=1, threads=4), 0.6, 0.1)
        end = time.monotonic() + 0.8
        while time.monotonic() < end:
            time.sleep(0.1)
            its_server.sendall(b"a")
            sending.sendall(b"a")
            looker.look()
        assert silent.recv(1) == b""
        assert receiving.recv(1) == b"a"
        sending.sendall(b"still here")
        for alive in (receiving, elsewhere):
            alive.settimeout(0.05)
        with pytest.raises(TimeoutError):
            elsewhere.recv(1)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)


def test_who_keeps_a_body_waiting_is_cut_and_who_was_answered_since_is_not(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with ExitStack() as stack:

        def connect() -> tuple[socket.socket, socket.socket]:
            client = stack.enter_context(closing(socket.create_connection(listener.getsockname(), timeout=10)))
            return client, stack.enter_context(closing(listener.accept()[0]))

        (slow, _), (answered, its_server), (pinging, server_of_pings) = connect(), connect(), connect()
        looker = reaper.Reaper(port, Bodies(nobody, most=1, threads=4), 60.0, 0.1)
        looker.look()
        wait = Wait("::ffff:127.0.0.1", time.monotonic())
        for _ in range(5):
            time.sleep(0.1)
            slow.sendall(b"a")
            its_server.sendall(b"a")
            server_of_pings.sendall(b"a")
        looker.look([wait])
        assert slow.recv(1) == b""
        assert answered.recv(100) != b""
        late = Wait("127.0.0.1", time.monotonic() - 31.0)  # pings go on, and the wait goes on as well
        looker._known = dict.fromkeys(looker._known, late.began)
        newer, server_of_newer = connect()
        server_of_newer.sendall(b"a")
        looker.look([late])
        assert pinging.recv(100) + pinging.recv(1) != b""
        newer.settimeout(0.05)
        assert newer.recv(1) == b"a"
        with pytest.raises(TimeoutError):
            newer.recv(1)


def test_a_body_that_is_cut_reaches_nobody_and_a_whole_one_arrives() -> None:
    def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    def ask(body: bytes, length: str) -> tuple[list[str], bytes]:
        said: list[str] = []
        environ = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(body), "REMOTE_ADDR": "127.0.0.1"}
        return said, b"".join(Bodies(echo, most=10, threads=4)(environ, lambda status, _headers: said.append(status)))

    assert ask(b"0123456789", "10") == (["200 OK"], b"0123456789")
    assert ask(b"012345678", "10") == (["400 Bad Request"], b"")
    assert ask(b"0123456789a", "11") == (["200 OK"], b"0123456789a"), "the application refuses it, unread"


def test_waits_are_late_sooner_where_half_of_the_threads_wait() -> None:
    bodies = Bodies(nobody, most=10, threads=4)
    began = time.monotonic() - 6.0
    bodies._waits = {number: Wait("127.0.0.1", began) for number in range(2)}
    assert bodies.late() == []
    bodies._waits[2] = Wait("127.0.0.1", time.monotonic())
    assert bodies.late() == [Wait("127.0.0.1", began)] * 2


def test_silence_is_measured(listener: socket.socket) -> None:
    with closing(socket.create_connection(listener.getsockname())) as client, closing(listener.accept()[0]) as server:
        time.sleep(1)
        before = min(reaper.moves(server))
        assert before > 0.9
        client.sendall(b"a")
        assert min(reaper.moves(server)) < before


def test_the_watch_sees_a_server_that_shakes_hands(listener: socket.socket, tmp_path: Path, now: datetime) -> None:
    files = make_ready(tmp_path, "https://localhost", now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)

    def serve() -> None:
        with listener.accept()[0] as connection, context.wrap_socket(connection, server_side=True):
            pass

    serving = threading.Thread(target=serve)
    serving.start()
    assert answers(reachable(listener))
    serving.join()


def test_the_watch_calls_for_a_cure_when_nobody_answers(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    cured = threading.Event()
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr("kelisim.serve.watch.answers", lambda address: bool(seen.append(address)))
    watch = port_watch(listener, cured.set, pause=0.01)
    watch.start()
    assert cured.wait(PATIENCE_SECONDS)
    watch.stop()
    assert len(seen) >= 3
    assert set(seen) == {listener.getsockname()}


def test_a_mute_port_does_not_answer(listener: socket.socket) -> None:
    assert not answers(reachable(listener), 0.2)


@pytest.mark.parametrize(("bound", "reached"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")])  # noqa: S104  # loopback answers for it
def test_the_watch_stays_on_this_machine(bound: str, reached: str) -> None:
    with closing(socket.socket()) as listening:
        listening.bind((bound, 0))
        assert reachable(listening)[0] == reached


def test_a_renewed_certificate_is_noticed(tmp_path: Path) -> None:
    certificate = tmp_path / "localhost.pem"
    certificate.write_text("old")
    renewed, read, is_whole = threading.Event(), threading.Event(), threading.Event()

    def renew() -> bool:
        renewed.set()
        return is_whole.is_set()

    watch = certificate_watch(certificate, renew, read.set, pause=0.01)
    watch.start()
    assert renewed.wait(PATIENCE_SECONDS)
    assert not read.wait(0.1)
    certificate.unlink()
    certificate.write_text("new")
    assert not read.wait(0.1), "its key is not there yet"
    is_whole.set()
    assert read.wait(PATIENCE_SECONDS)
    watch.stop()


def test_a_worker_that_is_followed_takes_nobody_more_and_keeps_whom_it_has(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as other,
        closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client,
        closing(listener.accept()[0]) as taken,
    ):
        accept_no_more(port)
        with pytest.raises(BlockingIOError):
            listener.accept()
        taken.sendall(b"still here")
        assert client.recv(100) == b"still here"
        with closing(socket.create_connection(other.getsockname(), timeout=60)), closing(other.accept()[0]):
            pass
