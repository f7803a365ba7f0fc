"""The database locked, full, read-only or gone: a page says that nothing was saved, and nothing was."""

import resource
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from flask import Flask

from kelisim.settings import Settings
from tests.conftest import dispose
from tests.support.pages import Page
from tests.support.patience import await_that
from tests.support.people import PEOPLE
from tests.support.server import Server, filled, running, send
from tests.support.visitor import Visitor

SUBMISSIONS = "SELECT count(*) FROM submissions"
PERSON = PEOPLE[3]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a second for its database; file modes hold for it as for an ordinary user."""
    folder = tmp_path_factory.mktemp("database")
    # Without the worker beside: it opens and leaves the files by itself, while a test moves them.
    with running(Server(folder, ordinary=True, database_wait_seconds=1, run_jobs=False)) as started:
        yield started


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server that comes back each time."""
    with server.client() as made:
        yield made


def assert_nothing_was_saved(answer: httpx.Response, fields: dict[str, str]) -> None:
    """The form again, with what was typed and what to do, marked as not kept."""
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    page = Page(answer.text)
    assert "Nothing was saved" in page.text
    assert {name: page.value(name) for name in ("name", "second_name", "phone")} == {
        name: fields[name] for name in ("name", "second_name", "phone")
    }
    # The same token: were it saved after all, sending it again could not store it twice.
    assert page.value("token", -1) == fields["token"]
    (box,) = [element for element in page.elements("input") if element.get("id") == "consent"]
    assert box.get("checked") is not None
    assert "Traceback" not in answer.text


def test_locked_then_free_again(server: Server, client: httpx.Client) -> None:
    fields, before = filled(client, PERSON), server.scalar(SUBMISSIONS)
    with server.locked_database():
        began = time.monotonic()
        answer = client.post("/", data=fields)
        assert time.monotonic() - began > 0.9
        assert_nothing_was_saved(answer, fields)
        assert client.get("/consent").status_code == 200
    assert server.scalar(SUBMISSIONS) == before
    assert client.post("/", data=fields).status_code == 303
    assert server.scalar(SUBMISSIONS) == before + 1


def test_locked_for_less_than_the_wait_is_not_noticed(server: Server, client: httpx.Client) -> None:
    fields = filled(client, PERSON)
    with ThreadPoolExecutor(1) as pool:
        with server.locked_database():
            answer = pool.submit(client.post, "/", data=fields)
            time.sleep(0.3)
            assert not answer.done()
        assert answer.result().status_code == 303


def test_a_full_disk_then_room_again(server: Server, client: httpx.Client) -> None:
    fields, before = filled(client, PERSON), server.scalar(SUBMISSIONS)
    (worker,) = server.workers()
    with no_room(worker):
        assert_nothing_was_saved(client.post("/", data=fields), fields)
        assert client.get("/policy").status_code == 200
    assert server.scalar(SUBMISSIONS) == before
    assert client.post("/", data=fields).status_code == 303
    assert server.scalar(SUBMISSIONS) == before + 1
    assert worker.is_running()


class no_room:  # noqa: N801  # it is used as a phrase
    """Within the block no file of a process may grow: what a full disk says to a write."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._before = process.rlimit(resource.RLIMIT_FSIZE)

    def __enter__(self) -> None:
        self._process.rlimit(resource.RLIMIT_FSIZE, (0, self._before[1]))

    def __exit__(self, *_problem: object) -> None:
        self._process.rlimit(resource.RLIMIT_FSIZE, self._before)


def test_read_only_then_writable_again(server: Server, client: httpx.Client) -> None:
    receipt = send(client, PEOPLE[0])
    fields, before = filled(client, PERSON), server.scalar(SUBMISSIONS)
    set_mode(server, 0o400)
    restart_worker(server)
    assert_nothing_was_saved(client.post("/", data=fields), fields)
    assert client.get(receipt).status_code == 200
    assert client.get("/").status_code == 200
    set_mode(server, 0o600)
    restart_worker(server)
    assert client.post("/", data=fields).status_code == 303
    assert server.scalar(SUBMISSIONS) == before + 1


def set_mode(server: Server, mode: int) -> None:
    for path in server.instance.glob("kelisim.sqlite3*"):
        path.chmod(mode)


def restart_worker(server: Server) -> None:
    """A new worker opens the database anew; the old one's open files know nothing of a changed mode."""
    (before,) = server.workers()
    server.kill_worker()
    await_that(lambda: [worker.pid for worker in server.workers()] not in ([], [before.pid]) and server.answers())


def test_gone_is_told_and_no_receipt_is_promised(server: Server, client: httpx.Client) -> None:
    receipt = send(client, PEOPLE[0])
    fields, before = filled(client, PERSON), server.scalar(SUBMISSIONS)
    with database_away(server):
        assert_nothing_was_saved(client.post("/", data=fields), fields)
        assert client.get(receipt).status_code == 503
        assert client.get("/consent").status_code == 200
        assert list(server.instance.glob("kelisim.sqlite3*")) == [], "a new, empty database was begun"
    assert client.get(receipt).status_code == 200
    assert client.post("/", data=fields).status_code == 303
    assert server.scalar(SUBMISSIONS) == before + 1


@contextmanager
def database_away(server: Server) -> Iterator[None]:
    """Move the database's files elsewhere, and back at the end."""
    away = server.instance.parent / "away"
    away.mkdir()
    for path in server.instance.glob("kelisim.sqlite3*"):
        path.rename(away / path.name)
    try:
        yield
    finally:
        for path in list(away.iterdir()):
            path.rename(server.instance / path.name)
        away.rmdir()


def test_damaged_is_told_or_mended_and_never_a_receipt_for_nothing(tmp_path: Path) -> None:
    with running(Server(tmp_path, run_jobs=False)) as server, server.client() as client:
        fields = filled(client, PERSON)
        server.database.write_bytes(b"This is no database." * 4096)
        for path in server.instance.glob("kelisim.sqlite3-*"):
            path.unlink()
        answer = client.post("/", data=fields)
        # A connection that was open finds its log gone and is closed; SQLite may write the whole log back at that.
        if answer.status_code == 303:
            assert server.scalar(SUBMISSIONS) == 1, "a receipt is given for what is in the file alone"
        else:
            assert_nothing_was_saved(answer, fields)
        assert "Traceback" not in answer.text
        assert client.get("/consent").status_code == 200


def test_a_damaged_file_that_is_opened_anew_is_told_and_nothing_is_promised(app: Flask, settings: Settings) -> None:
    visitor, file = Visitor(app.test_client()), settings.instance / "kelisim.sqlite3"
    fields = visitor.filled(PERSON)
    dispose(app)
    whole = file.read_bytes()
    for damaged in (b"This is no database." * 4096, whole[: len(whole) // 2], whole[:4096] + bytes(len(whole) - 4096)):
        file.write_bytes(damaged)
        answer = visitor.post("/", fields)
        assert answer.status_code == 503
        page = Page(answer.get_data(as_text=True))
        assert "Nothing was saved" in page.text
        assert (page.value("name"), page.value("token", -1)) == (fields["name"], fields["token"])
        dispose(app)
    file.write_bytes(whole)
    assert visitor.post("/", fields).status_code == 303


def test_the_log_tells_of_the_fault_and_not_of_the_person(server: Server, client: httpx.Client) -> None:
    fields = filled(client, PERSON)
    with server.locked_database():
        client.post("/", data=fields)
    logged = server.logged()
    assert '"event": "fault"' in logged
    assert "OperationalError" in logged
    for told in (PERSON.name, PERSON.second_name, PERSON.phone, PERSON.e164, fields["token"], "127.0.0.1", "INSERT"):
        assert told not in logged
    assert PERSON.name.encode("unicode_escape").decode() not in logged


def test_the_journal_cannot_be_rewritten_by_a_client_of_the_file(server: Server, client: httpx.Client) -> None:
    send(client, PERSON)
    with closing(sqlite3.connect(server.database)) as connection:
        for change in ("DELETE FROM journal", "UPDATE journal SET actor = 'x'"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(change)
