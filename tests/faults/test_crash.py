"""``kill -9`` in the middle of a load: every receipt that was shown is there afterwards, and nothing is there twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.load import Load, Shown, load
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


def assert_nothing_is_lost_or_twice(server: Server, sending: Load) -> None:
    """The books after the load: in the database, at the receipts' addresses, in the journal."""
    shown = sending.shown
    assert len({it.receipt for it in shown}) == len(shown)
    counts = [server.scalar(f"SELECT count(*) FROM {table}") for table in ("submissions", "receipts", "consents")]
    # Whoever was interrupted went on until answered: each form that was begun has been shown its receipt.
    assert counts == [len(shown)] * 3
    assert len(set(sending.begun)) == len(shown)
    # Two of each form; what else is in the journal is the site's own: the statements, the worker's head of the day.
    of_forms = "FROM journal WHERE subject IN (SELECT id FROM submissions)"
    assert server.scalar(f"SELECT count(*) {of_forms}") == 2 * len(shown)
    assert server.scalar(f"SELECT count(DISTINCT subject) {of_forms}") == len(shown)
    assert _statuses(server, [it.receipt for it in shown]) == {200}
    assert_sending_again_leads_to_the_first_receipt(server, shown[:: max(1, len(shown) // 40)])
    verified = server.flask("journal", "verify")
    assert (verified.returncode, verified.stdout.partition(":")[0]) == (0, "The journal holds")
    assert server.scalar("SELECT count(*) FROM submissions") == len(shown)


def assert_sending_again_leads_to_the_first_receipt(server: Server, some: list[Shown]) -> None:
    """The same form again, even with another name in it."""
    with server.client() as client:
        for it in some:
            again = client.post("/", data={**it.fields, "name": "Другая"})
            assert (again.status_code, again.headers["Location"]) == (303, f"{it.receipt}?again=1")


def _statuses(server: Server, paths: list[str]) -> set[int]:
    with server.client() as client, ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda path: client.get(path).status_code, paths))
