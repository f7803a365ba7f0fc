"""Statements that are compiled once say to each database what SQLAlchemy would, in the types of the tables."""

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from kelisim.storage.db import add_rows, db, writing
from kelisim.storage.prepared import fetch, put
from kelisim.storage.tables.journal import JournalRow
from tests.storage.rows import ENTRY, NOW, SUBJECT

MACS = select(JournalRow.number, JournalRow.mac).where(JournalRow.subject == bindparam("subject"))


def test_rows_come_back_as_they_were_given(app_on_each: Flask) -> None:
    second = {**ENTRY, "number": 2, "details": {"by": "Әділ"}}
    with app_on_each.app_context():
        session: Session = db.session()
        with writing(session):
            add_rows(session, JournalRow, [ENTRY, second])
        found = session.scalars(select(JournalRow).order_by(JournalRow.number)).all()
        assert [row.details for row in found] == [{}, {"by": "Әділ"}]
        assert [(row.at, row.subject, row.mac) for row in found] == [(NOW, SUBJECT, bytes(32))] * 2


def test_a_prepared_question_takes_values_of_any_type(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        session: Session = db.session()
        with writing(session):
            session.execute(insert(JournalRow), [ENTRY])
        for _ in range(2):
            assert [tuple(row) for row in fetch(session, MACS.limit(1), subject=SUBJECT)] == [(1, bytes(32))]


def test_a_value_that_only_the_table_would_find_is_asked_for(app_on_each: Flask) -> None:
    scratch = Table("scratch", MetaData(), Column("number", Integer), Column("word", String, default="x"))
    with app_on_each.app_context(), pytest.raises(TypeError, match="default"):
        put(db.session(), scratch, [{"number": 1}])
