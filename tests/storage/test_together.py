"""Writings of several threads in one transaction: each is told the truth of its own, after the commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import event, func, select, table, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from kelisim.settings import Settings
from kelisim.storage.db import db, line_of, writing
from kelisim.storage.prepared import ask_anew, fetch_once
from kelisim.storage.together import written
from tests.conftest import dispose, migrated

PATIENCE = 60
COUNT = select(func.count()).select_from(table("scratch"))
Work = Callable[[Session], int]


@pytest.fixture
def app(each_database: Settings) -> Iterator[Flask]:
    built = migrated(each_database)
    with built.app_context(), writing(db.session()):
        db.session.execute(text("CREATE TABLE scratch (number INTEGER PRIMARY KEY)"))
    yield built
    dispose(built)


class Failed(Exception):
    """What a writing of a test ends with."""


def put(number: int) -> Work:
    def work(session: Session) -> int:
        session.connection().execute(text("INSERT INTO scratch VALUES (:number)"), {"number": number})
        return number

    return work


def numbers(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(text("SELECT number FROM scratch ORDER BY number")))


@contextmanager
def in_one_group(app: Flask, *works: Work) -> Iterator[list["Future[int]"]]:
    """While somebody holds the turn they all come to wait; when the block begins it is let go of."""

    def do(work: Work) -> int:
        with app.app_context():
            return written(db.session(), work)

    before = numbers(app)
    with ThreadPoolExecutor(len(works)) as threads:
        with app.app_context():
            turn = line_of(db.session())
        assert turn is not None
        with turn.lock:
            futures = []
            for place, work in enumerate(works, start=1):
                futures.append(threads.submit(do, work))
                wait_until(lambda place=place: len(turn.line) == place)
            assert numbers(app) == before
            assert not any(future.done() for future in futures)
        yield futures


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 100):
        if true():
            return
        Event().wait(0.01)
    raise AssertionError("it did not come to that")


def commits(app: Flask) -> list[str]:
    """What is noted here from now on: each commit of this application."""
    noted: list[str] = []
    with app.app_context():
        event.listen(db.engine, "commit", lambda _connection: noted.append("commit"))
    return noted


def test_who_waits_is_written_along_in_one_transaction(app: Flask) -> None:
    noted = commits(app)
    with in_one_group(app, *(put(number) for number in range(5))) as futures:
        assert [future.result(PATIENCE) for future in futures] == list(range(5))
    assert numbers(app) == list(range(5))
    assert len(noted) == 1


def test_one_that_fails_takes_back_its_own_and_harms_no_other(app: Flask) -> None:
    def twice(session: Session) -> int:
        put(7)(session)
        return put(1)(session)

    with in_one_group(app, put(1), twice, put(2)) as (first, failing, last):
        assert (first.result(PATIENCE), last.result(PATIENCE)) == (1, 2)
        assert isinstance(failing.exception(PATIENCE), IntegrityError)
    assert numbers(app) == [1, 2]


def counted_once(after: Callable[[Session], None]) -> Work:
    """Counts the rows as something that does not change meanwhile; gives what it was told, and writes a row."""

    def work(session: Session) -> int:
        ((found,),) = fetch_once(session, COUNT)
        put(100 + len(asked))(session)
        asked.append(found)
        after(session)
        return int(found)

    asked: list[int] = []
    return work


def test_what_does_not_change_is_asked_for_once_in_a_group_and_again_in_the_next(app: Flask) -> None:
    work = counted_once(lambda _session: None)
    with in_one_group(app, work, work, work) as futures:
        assert sorted(future.result(PATIENCE) for future in futures) == [0, 0, 0]
    with app.app_context():
        assert written(db.session(), work) == 3
    with in_one_group(app, work, work) as futures:
        assert sorted(future.result(PATIENCE) for future in futures) == [4, 4]


def test_who_changed_it_in_a_group_has_it_asked_for_anew(app: Flask) -> None:
    work = counted_once(ask_anew)
    with in_one_group(app, work, work, work) as futures:
        assert sorted(future.result(PATIENCE) for future in futures) == [0, 1, 2]


def test_what_was_found_beside_a_writing_that_failed_is_asked_for_anew(app: Flask) -> None:
    def fails(session: Session) -> int:
        put(1)(session)
        ask_anew(session)
        assert fetch_once(session, COUNT)[0] == (1,)
        raise Failed

    work = counted_once(ask_anew)
    with in_one_group(app, fails, work) as futures:
        assert isinstance(futures[0].exception(PATIENCE), Failed)
        assert futures[1].result(PATIENCE) == 0


def test_where_the_database_fails_nobody_is_told_of_success(app: Flask) -> None:
    def away(_session: Session) -> int:
        raise OperationalError(None, None, Exception("the disk is full"))

    with in_one_group(app, put(1), away, put(2)) as futures:
        assert all(isinstance(future.exception(PATIENCE), OperationalError) for future in futures)
    assert numbers(app) == []


def test_where_the_commit_fails_nobody_is_told_of_success(app: Flask) -> None:
    def fail(_connection: object) -> None:
        raise OperationalError(None, None, Exception("the disk is gone"))

    with app.app_context():
        engine = db.engine

    def last(session: Session) -> int:
        event.listen(engine, "commit", fail)
        return put(2)(session)

    with in_one_group(app, put(1), last) as futures:
        assert all(isinstance(future.exception(PATIENCE), OperationalError) for future in futures)
    event.remove(engine, "commit", fail)
    assert numbers(app) == []


def test_who_waits_too_long_is_told_and_never_written(settings: Settings) -> None:
    app = migrated(replace(settings, database_wait_seconds=1))
    with app.app_context(), writing(db.session()):
        db.session.execute(text("CREATE TABLE scratch (number INTEGER PRIMARY KEY)"))
    with ThreadPoolExecutor(1) as threads:

        def late() -> int:
            with app.app_context():
                return written(db.session(), put(1))

        with app.app_context(), writing(db.session()):
            assert isinstance(threads.submit(late).exception(PATIENCE), PoolTimeout)
        with app.app_context():
            assert written(db.session(), put(2)) == 2
    assert numbers(app) == [2]
    dispose(app)
