"""What is evidence is written once: the database itself refuses to change it, whoever asks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kelisim.domain.acts import Act
from kelisim.settings import Settings
from kelisim.storage.db import Base, db, writing
from kelisim.storage.schema import APPEND_ONLY
from kelisim.storage.tables.journal import JournalRow
from tests.storage.rows import ENTRY, fill

REFUSAL = "rows of this table are never changed"
# PostgreSQL itself refuses to empty these alone, before any trigger is asked.
REFERRED_TO = {"incidents", "shown_texts", "undertakings", "transfers"}


@pytest.fixture
def filled(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        fill(db.session())
        yield app_on_each


def contents() -> dict[str, list[str]]:
    with db.engine.connect() as connection:
        return {name: [str(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in APPEND_ONLY}


def refused(statement: str) -> str:
    with pytest.raises(DBAPIError) as caught, writing(db.session()):
        db.session.execute(text(statement))
    return str(caught.value.orig)


def columns(table: str) -> list[str]:
    return [column.name for column in Base.metadata.tables[table].columns]


def key(table: str) -> str:
    return next(iter(Base.metadata.tables[table].primary_key)).name


def test_no_row_is_changed_or_taken_away(filled: Flask) -> None:
    before = contents()
    for table in APPEND_ONLY:
        for column in columns(table):
            assert REFUSAL in refused(f"UPDATE {table} SET {column} = {column}")
        assert REFUSAL in refused(f"DELETE FROM {table}")
        assert REFUSAL in refused(f"DELETE FROM {table} WHERE {key(table)} IS NOT NULL")
    assert contents() == before
    assert all(len(rows) == 1 for rows in before.values())


def test_no_row_is_written_over(filled: Flask) -> None:
    before, sqlite = contents(), db.engine.dialect.name == "sqlite"
    for table in APPEND_ONLY:
        same = f"INTO {table} SELECT * FROM {table}"
        over = f"INSERT {same} WHERE true ON CONFLICT ({key(table)}) DO UPDATE SET {key(table)} = excluded.{key(table)}"
        assert REFUSAL in refused(over)
        for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT") if sqlite else ():
            assert REFUSAL in refused(f"{verb} {same}")
    assert contents() == before


def test_no_table_is_emptied_at_once(filled: Flask) -> None:
    before = contents()
    if db.engine.dialect.name == "postgresql":
        for table in APPEND_ONLY:
            for more in ("", " CASCADE", " RESTART IDENTITY"):
                assert REFUSAL in refused(f"TRUNCATE {table}{more}") or table in REFERRED_TO
        assert REFUSAL in refused("TRUNCATE submissions CASCADE")
    else:
        for table in APPEND_ONLY:
            assert REFUSAL in refused(f"UPDATE OR REPLACE {table} SET {key(table)} = {key(table)}")
    assert contents() == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_connection_that_is_not_ours_is_refused_too(app: Flask, settings: Settings, recursive: str) -> None:
    with app.app_context():
        fill(db.session())
        before = contents()
        foreign = sqlite3.connect(settings.instance / "kelisim.sqlite3", isolation_level=None)
        foreign.execute(f"PRAGMA recursive_triggers = {recursive}")
        for table in APPEND_ONLY:
            for statement in (
                f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
                f"UPDATE {table} SET {key(table)} = {key(table)}",
                f"DELETE FROM {table}",
            ):
                with pytest.raises(sqlite3.IntegrityError, match=REFUSAL):
                    foreign.execute(statement)
        foreign.close()
        assert contents() == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_other_words_do_not_take_the_place_of_a_published_text(app: Flask, settings: Settings, recursive: str) -> None:
    with app.app_context():
        fill(db.session())
        before = contents()
    with closing(sqlite3.connect(settings.instance / "kelisim.sqlite3", isolation_level=None)) as foreign:
        foreign.execute(f"PRAGMA recursive_triggers = {recursive}")
        others = f"SELECT '{'c' * 64}', kind, revision, language, in_force, title, 'y', published_at, summary"
        with pytest.raises(sqlite3.IntegrityError, match=REFUSAL):
            foreign.execute(f"INSERT OR REPLACE INTO published_documents {others} FROM published_documents")
    with app.app_context():
        assert contents() == before


def test_the_list_of_such_tables_is_the_list_of_triggers(app_on_each: Flask) -> None:
    postgres = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    sqlite = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with app_on_each.app_context():
        asked = sqlite if db.engine.dialect.name == "sqlite" else postgres
        assert set(db.session.scalars(text(asked))) == set(APPEND_ONLY)


def test_the_journal_takes_the_eleven_acts_and_no_twelfth(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        with writing(db.session()):
            for number, act in enumerate(Act, 1):
                db.session.execute(insert(JournalRow), [{**ENTRY, "number": number, "act": act.value}])
        for act_text in ("selling", "Access", "access ", ""):
            with pytest.raises(IntegrityError), writing(db.session()):
                db.session.execute(insert(JournalRow), [{**ENTRY, "number": 12, "act": act_text}])
        assert db.session.scalar(text("SELECT count(*) FROM journal")) == 11
