"""Accepting a form writes all of it or nothing, once."""

from flask import Flask
from sqlalchemy import text

from kelisim.storage.db import db
from tests.support.people import Person
from tests.support.visitor import Visitor


def count(app: Flask, table: str) -> int:
    with app.app_context():
        return int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_a_sent_form_writes_submission_consent_receipt_and_two_entries(app_on_each: Flask, person: Person) -> None:
    visitor = Visitor(app_on_each.test_client())
    answer = visitor.send(person)
    assert answer.status_code == 303
    assert [count(app_on_each, table) for table in ("submissions", "consents", "receipts", "journal")] == [1, 1, 1, 2]


def test_the_same_form_again_leads_to_the_first_receipt(app_on_each: Flask, person: Person) -> None:
    visitor = Visitor(app_on_each.test_client())
    fields = visitor.filled(person)
    first, second = visitor.post("/", fields), visitor.post("/", {**fields, "name": "Другая"})
    assert second.headers["Location"] == first.headers["Location"] + "?again=1"
    assert count(app_on_each, "submissions") == 1
