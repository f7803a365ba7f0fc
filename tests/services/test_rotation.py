"""Wrapping anew for the Operator's new key, on both databases: nobody loses a record, however often it is stopped."""

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.purposes import Purpose
from kelisim.services import changes, exports, journal, rotation, search
from kelisim.services.rotation import Pass
from kelisim.storage.db import db, writing
from kelisim.storage.tables.exports import ExportRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault import rotation as key_rotation
from kelisim.vault.keys import NotReadable
from kelisim.vault.sealing import SealBroken
from tests.conftest import FixedClock
from tests.docs.test_data_register import COLUMNS
from tests.services.given import send
from tests.services.test_exports import Office
from tests.support.people import PEOPLE

# Keys that are wrapped, or derived, for somebody else than the Operator's key pair.
NOT_THE_OPERATORS = {
    "submissions.key_for_person": "wrapped under the person's secret",
    "recipients.webhook_secret": "sealed with the desk's key",
    "operators.second_factor": "sealed with the desk's key",
    "passkeys.public_key": "sealed with the desk's key",
}


@pytest.fixture
def office(app_on_each: Flask, clock: FixedClock) -> Iterator[Office]:
    """An operator, five submissions and an export that is ready."""
    with app_on_each.app_context():
        made = Office(app_on_each, clock)
        made.send(5, topic=Purpose.FEEDBACK)
        yield made


def wrap(office: Office, batch: int = 2) -> Pass:
    return rotation.wrap_anew(db.session(), keys=office.house.keys, batch=batch, progress=lambda _number: None)


def names(office: Office) -> list[str]:
    """Whose records the Operator can open now."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(select(SubmissionRow).order_by(SubmissionRow.id)).all()
    return [changes.personal_of(row, changes.operators_key(row, office.house.keys)).second_name for row in rows]


def begin(office: Office) -> None:
    key_rotation.begin(office.house.settings.instance / "keys")


def finish(office: Office) -> None:
    key_rotation.finish(office.house.settings.instance / "keys")


def test_everything_opens_before_while_and_after(office: Office) -> None:
    export = office.ask()
    office.make()
    expected = [person.second_name for person in PEOPLE[:5]]
    search.enter(db.session(), keys=office.house.keys, least=2, rows=10)
    begin(office)
    assert names(office) == expected
    assert len(office.save(export)) == 5
    send(office.app, PEOPLE[5])  # sealed for the new key already
    assert wrap(office) == Pass(looked_at=7, wrapped=6, broken=0)
    assert wrap(office) == Pass(looked_at=7, wrapped=0, broken=0)
    assert names(office) == [*expected, PEOPLE[5].second_name]
    finish(office)
    assert names(office) == [*expected, PEOPLE[5].second_name]
    assert len(office.save(export)) == 5
    assert search.is_behind(db.session(), keys=office.house.keys, least=2), (
        "the index has a key of its own for each key"
    )
    rotation.note(db.session(), wrapped=6, by=office.by)
    assert journal.verify(db.session(), key=office.house.keys.site.journal) is None


def test_a_stop_leaves_what_was_wrapped_and_the_next_run_goes_on(office: Office) -> None:
    begin(office)

    def stop(number: int) -> None:
        if number == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.wrap_anew(db.session(), keys=office.house.keys, batch=2, progress=stop)
    assert names(office) == [person.second_name for person in PEOPLE[:5]]
    assert wrap(office).wrapped == 1
    finish(office)
    assert names(office) == [person.second_name for person in PEOPLE[:5]]


def test_what_no_key_opens_is_counted_and_left_and_what_is_destroyed_passed_over(office: Office) -> None:
    with writing(db.session()):
        first, second, *_ = db.session.scalars(select(SubmissionRow).order_by(SubmissionRow.id)).all()
        first.key_for_operator = damaged = secrets.token_bytes(1168)
        second.key_for_operator = b""
    begin(office)
    assert wrap(office) == Pass(looked_at=5, wrapped=3, broken=1)
    db.session.rollback()
    rows = db.session.scalars(select(SubmissionRow).order_by(SubmissionRow.id)).all()
    assert (rows[0].key_for_operator, rows[1].key_for_operator) == (damaged, b"")


def test_without_both_keys_nothing_is_wrapped(office: Office) -> None:
    keys = office.house.keys
    for without in (keys, replace(keys, operator_private=None)):
        with pytest.raises(NotReadable):
            rotation.wrap_anew(db.session(), keys=without, batch=2, progress=lambda _number: None)
    export = office.ask()
    row = db.session.get_one(ExportRow, export)
    with pytest.raises(NotReadable):
        exports.opened_key(row, replace(keys, operator_private=None))
    begin(office)
    finish(office)
    with pytest.raises(SealBroken):
        exports.opened_key(row, office.house.keys)


def test_every_column_with_a_key_is_wrapped_anew_or_is_not_the_operators() -> None:
    wrapped = {column for column, kind in COLUMNS.items() if kind == "key"}
    assert wrapped == set(rotation.WRAPPED) | set(NOT_THE_OPERATORS)
