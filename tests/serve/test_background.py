"""The background worker as a process: begins with the site, again when it has died, ends with the site."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from kelisim.serve.keeper import Keeper
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.support.server import Server, running


def has_tidied(server: Server) -> bool:
    return server.scalar("SELECT count(*) FROM jobs WHERE name = 'tidy' AND last_result = 'done'") == 1


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_runs_the_jobs_again_after_it_was_killed_and_ends_with_the_site(tmp_path: Path) -> None:
    with running(Server(tmp_path)) as server:
        await_that(lambda: has_tidied(server))
        (before,) = server.background()
        before.kill()
        await_that(lambda: [process.pid for process in server.background()] not in ([], [before.pid]))
        assert not psutil.pid_exists(before.pid), "a zombie is left"
        assert "the background worker ended; another takes its place" in server.logged()
        assert server.answers()
        assert "tidy: every 1:00:00; began " in server.flask_process("jobs", "list").stdout
        (worker,) = server.background()
    assert has_ended(worker)


def test_it_ends_with_a_site_that_was_killed(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    await_that(server.background)
    (worker,) = server.background()
    server.kill()
    await_that(lambda: has_ended(worker))


def test_one_that_is_to_end_while_it_loads_does_not_load_to_the_end(
    tmp_path: Path, root: Path, bare_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kelisim.serve.background", "--with-parent"],
        cwd=root,
        env={**bare_environment, "PYTHONPATH": str(root / "site"), "KELISIM_INSTANCE": str(tmp_path)},
        stdin=subprocess.DEVNULL,  # at its end already
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    # To the end it would have missed the keys of this instance.
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_settings_can_do_without_it() -> None:
    keeper = Keeper(wanted=False, first=0.0, begin=lambda: pytest.fail("it was begun"))
    keeper.start()
    keeper.stop()


def test_one_that_dies_at_once_is_begun_again_after_pauses_that_grow() -> None:
    begun: list[float] = []

    def begin() -> "subprocess.Popen[bytes]":
        begun.append(time.monotonic())
        return subprocess.Popen([sys.executable, "-S", "-c", ""], stdin=subprocess.PIPE)

    keeper = Keeper(wanted=True, first=0.0, begin=begin)
    keeper.start()
    await_that(lambda: len(begun) == 3)
    keeper.stop()
    assert begun[1] - begun[0] > 0.9
    assert begun[2] - begun[1] > 1.9


def test_one_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kelisim.serve.keeper._LAST_SECONDS", 0.1)
    deaf, begun = "import signal, sys; sys.stdout.write('x'); sys.stdout.flush(); signal.pause()", threading.Event()
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> "subprocess.Popen[bytes]":
        started.append(subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        begun.set()
        return started[0]

    keeper = Keeper(wanted=True, first=0.0, begin=begin)
    keeper.start()
    assert begun.wait(PATIENCE_SECONDS)
    assert started[0].stdout is not None
    started[0].stdout.read(1)
    keeper.stop()
    assert started[0].returncode == -signal.SIGKILL
    started[0].stdout.close()
