"""``kill -9`` in the middle of a load: every receipt that was shown is there afterwards, and nothing is there twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.books import assert_nothing_is_lost_or_twice
from tests.faults.load import load
from tests.support.server import Server, running

_BEFORE_KILL, _AFTER_KILL = 40, 40
# CPython leaves a socket open that is reset between its connection and its handshake (ssl.SSLSocket._create).
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server for one test: its counts are this test's alone."""
    with running(Server(tmp_path)) as started:
        yield started


def test_a_killed_worker_is_replaced_and_loses_nothing(server: Server) -> None:
    killed = []
    with load(server) as sending:
        for _ in range(2):
            sending.wait_for(_BEFORE_KILL)
            killed.append(server.workers()[0].pid)
            server.kill_worker()
            sending.wait_for(_AFTER_KILL)
    assert sending.interrupted > 0, "no request was under way when the worker died"
    assert server.workers()[0].pid not in killed
    assert_nothing_is_lost_or_twice(server, sending)


def test_a_killed_site_is_started_again_and_has_lost_nothing(server: Server) -> None:
    with load(server) as sending:
        for with_workers in (False, True):
            sending.wait_for(_BEFORE_KILL)
            workers = server.workers() if with_workers else []
            server.kill()
            for worker in workers:
                worker.kill()
            server.start()
            sending.wait_for(_AFTER_KILL)
    assert sending.interrupted > 0, "no request was under way when the site died"
    assert_nothing_is_lost_or_twice(server, sending)
