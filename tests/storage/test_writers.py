"""Writers at once, in threads and in another process: none is lost, none comes between two lines of another."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from kelisim.core import ROOT
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db, engine_options, prepare_engine, take_turn, writing
from tests.conftest import dispose, migrated
from tests.support.patience import PATIENCE_SECONDS

PLACE, THREADS, TIMES = 7, 6, 10


def write_pair(session: Session, writer: str) -> None:
    """Two rows in one transaction, numbered after the last one that is there."""
    with writing(session):
        take_turn(session, PLACE)
        last = session.scalar(text("SELECT coalesce(max(number), 0) FROM scratch")) or 0
        for number in (last + 1, last + 2):
            session.execute(text("INSERT INTO scratch VALUES (:number, :writer)"), {"number": number, "writer": writer})


def write_alone(address: str, times: int) -> None:
    """What the other process does."""
    engine = create_engine(address, **engine_options(address, 15))
    prepare_engine(engine)
    with Session(engine) as session:
        for _ in range(times):
            write_pair(session, "process")
    engine.dispose()


@pytest.fixture
def hurried(each_database: Settings) -> Iterator[Flask]:
    """An application that waits a second for its database."""
    built = migrated(replace(each_database, database_wait_seconds=1))
    yield built
    dispose(built)


def test_threads_and_a_process_take_turns(app_on_each: Flask, each_database: Settings) -> None:
    with app_on_each.app_context(), writing(db.session()):
        db.session.execute(text("CREATE TABLE scratch (number INTEGER PRIMARY KEY, writer VARCHAR(9))"))
    code = f"from tests.storage.test_writers import write_alone; write_alone({each_database.database!r}, {TIMES})"
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    other = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, cwd=ROOT)

    def work(name: int) -> None:
        for _ in range(TIMES):
            with app_on_each.app_context():
                write_pair(db.session(), f"t{name}")

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))
    assert other.wait(PATIENCE_SECONDS) == 0
    with app_on_each.app_context():
        rows = db.session.execute(text("SELECT number, writer FROM scratch ORDER BY number")).all()
    writers = [row.writer for row in rows]
    assert [row.number for row in rows] == list(range(1, 2 * TIMES * (THREADS + 1) + 1))
    assert writers[::2] == writers[1::2]
    assert all(writers.count(writer) == 2 * TIMES for writer in writers)


def test_behind_a_writer_that_hangs_the_others_are_told_in_time(hurried: Flask) -> None:
    holds, may_end = Event(), Event()

    def hang() -> None:
        with hurried.app_context(), writing(db.session()):
            take_turn(db.session(), PLACE)
            holds.set()
            may_end.wait(PATIENCE_SECONDS)

    def wait_for_a_turn(_: int) -> None:
        with hurried.app_context(), pytest.raises(DATABASE_AWAY), writing(db.session()):
            take_turn(db.session(), PLACE)

    with ThreadPoolExecutor(5) as threads:
        hanging = threads.submit(hang)
        assert holds.wait(PATIENCE_SECONDS)
        list(threads.map(wait_for_a_turn, range(4)))
        assert not hanging.done(), "they waited until it had ended"
        may_end.set()
        hanging.result()
    with hurried.app_context(), writing(db.session()):
        take_turn(db.session(), PLACE)


def test_a_file_that_another_program_keeps_is_away_after_the_wait(hurried: Flask) -> None:
    with hurried.app_context():
        away = db.engine.raw_connection()
        cursor = away.cursor()
        if db.engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute(f"SELECT pg_advisory_xact_lock({PLACE})")
        with pytest.raises(DATABASE_AWAY), writing(db.session()):
            take_turn(db.session(), PLACE)
        away.rollback()
        away.close()
        with writing(db.session()):
            take_turn(db.session(), PLACE)
