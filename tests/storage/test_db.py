"""The engine's habits, moments in UTC, and what can go wrong in a write."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from kelisim.app import create_app
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db, is_unique_conflict, writing
from kelisim.storage.tables.documents import ShownText
from kelisim.storage.tables.journal import JournalRow
from tests.conftest import dispose
from tests.storage.rows import ENTRY, NOW, TEXT
from tests.support.postgres import PostgresServer

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "recursive_triggers": 1,
    "busy_timeout": 15_000,
    "cache_size": -512,
}


def texts() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(ShownText.sha256)).all())


def write_and_raise(problem: type[BaseException]) -> None:
    keep_text()
    db.session.flush()
    raise problem


def keep_text(sha256: str = "a" * 64) -> None:
    db.session.execute(insert(ShownText), [{**TEXT, "sha256": sha256}])


def test_every_sqlite_connection_has_its_pragmas(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):
            connections = [db.engine.connect() for _ in range(3)]
            for connection in connections:
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
                assert found == PRAGMAS
                connection.close()
            db.engine.dispose()


@pytest.mark.parametrize("each_database", ["postgresql"], indirect=True)
def test_every_postgresql_connection_has_its_time_limits(app_on_each: Flask) -> None:
    asked = {"statement_timeout": "15s", "lock_timeout": "15s", "TimeZone": "UTC"}
    with app_on_each.app_context(), db.engine.connect() as connection:
        assert {name: connection.scalar(text(f"SHOW {name}")) for name in asked} == asked


def test_a_moment_without_an_offset_is_refused(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        with pytest.raises(StatementError, match="needs its offset"), writing(db.session()):
            db.session.execute(insert(JournalRow), [{**ENTRY, "at": datetime(2026, 11, 22, 10, 0)}])  # noqa: DTZ001  # the mistake under test
        assert db.session.scalar(text("SELECT count(*) FROM journal")) == 0


def test_a_moment_comes_back_in_utc_to_the_microsecond(app_on_each: Flask) -> None:
    moments = [
        NOW + timedelta(microseconds=1),
        datetime(2024, 2, 29, 23, 30, tzinfo=ZoneInfo("Asia/Almaty")),
        # The hour that came twice, when Kazakhstan went from UTC+6 to UTC+5.
        datetime(2024, 2, 29, 23, 30, tzinfo=ZoneInfo("Asia/Almaty"), fold=1),
        datetime(1999, 12, 31, 20, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    ]
    with app_on_each.app_context():
        with writing(db.session()):
            rows = [{**ENTRY, "number": number, "at": at} for number, at in enumerate(moments, 1)]
            db.session.execute(insert(JournalRow), rows)
        found = db.session.scalars(select(JournalRow.at).order_by(JournalRow.number)).all()
        assert found == [moment.astimezone(UTC) for moment in moments]
        assert found[2] - found[1] == timedelta(hours=1)
        assert {at.tzinfo for at in found} == {UTC}
        assert db.session.scalars(select(JournalRow.number).where(JournalRow.at < moments[1])).all() == [4]


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_takes_everything_back_and_frees_the_turn(
    app_on_each: Flask, problem: type[BaseException]
) -> None:
    with app_on_each.app_context():
        with pytest.raises(problem), writing(db.session()):
            write_and_raise(problem)
        assert texts() == 0
        with writing(db.session()):
            keep_text()
        assert texts() == 1


def test_a_write_begins_with_nothing_left_over_from_a_read(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        keep_text("b" * 64)
        with writing(db.session()):
            keep_text()
        assert db.session.scalars(select(ShownText.sha256)).all() == ["a" * 64]


def test_a_write_holds_the_file_from_its_first_moment_and_a_read_does_not(app: Flask, settings: Settings) -> None:
    foreign = sqlite3.connect(settings.instance / "kelisim.sqlite3", isolation_level=None, timeout=0)
    with app.app_context():
        texts()
        foreign.execute("BEGIN IMMEDIATE")
        foreign.execute("ROLLBACK")
        with writing(db.session()), pytest.raises(sqlite3.OperationalError, match="locked"):
            foreign.execute("BEGIN IMMEDIATE")
        foreign.execute("BEGIN IMMEDIATE")
    foreign.close()


def test_an_error_does_not_repeat_the_values_of_a_row(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        with pytest.raises(IntegrityError) as caught, writing(db.session()):
            db.session.execute(insert(JournalRow), [{**ENTRY, "act": "selling", "actor": "Айгерім"}])
        assert "Айгерім" not in str(caught.value).partition("\nDETAIL")[0]


def test_only_a_value_that_is_there_already_is_a_unique_conflict(app_on_each: Flask) -> None:
    with app_on_each.app_context(), writing(db.session()):
        db.session.execute(
            text("CREATE TABLE scratch (name VARCHAR(9) UNIQUE, number INTEGER NOT NULL CHECK (number > 0))")
        )
        db.session.execute(text("INSERT INTO scratch VALUES ('a', 1)"))
    for values, conflict in (("'a', 2", True), ("'b', NULL", False), ("'b', 0", False)):
        with app_on_each.app_context(), pytest.raises(DBAPIError) as caught, writing(db.session()):
            db.session.execute(text(f"INSERT INTO scratch VALUES ({values})"))
        assert is_unique_conflict(caught.value) is conflict


def test_a_database_that_only_reads_is_away(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        sqlite = db.engine.dialect.name == "sqlite"

        def forbid_writing(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
            connection.execute("PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on")
            connection.commit()

        event.listen(db.engine, "checkout", forbid_writing)
        with pytest.raises(DATABASE_AWAY), writing(db.session()):
            keep_text()
        assert texts() == 0


def test_a_connection_that_is_killed_takes_nothing_from_an_answer_that_is_ready(
    instance: Path, postgres: PostgresServer
) -> None:
    database = postgres.new_database()
    app = create_app(Settings(instance=instance, database_url=database))
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        assert postgres.kill_backends(database) == 1
    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
    dispose(app)


def test_a_write_into_a_log_that_was_taken_away_is_refused(app: Flask, settings: Settings) -> None:
    log = settings.instance / "kelisim.sqlite3-wal"
    with app.app_context():
        with writing(db.session()):
            keep_text()
        assert texts() == 1
        log.unlink()
        db.session.remove()
        with pytest.raises(DATABASE_AWAY, match="write-ahead log is gone"), writing(db.session()):
            keep_text("b" * 64)
        db.session.remove()
        db.engine.dispose()
        assert texts() in {0, 1}, "connections made anew go on with what the file holds"
