"""Finding a receipt, listing submissions, opening one: the reading half of services/submissions."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act
from kelisim.domain.filters import Filter, Order
from kelisim.domain.operators import Operator, Role
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PersonalData
from kelisim.services import journal, submissions
from kelisim.services.listing import page
from kelisim.storage.db import db
from kelisim.storage.tables.submissions import ReceiptRow
from kelisim.vault import keys as key_files
from kelisim.vault.keys import NotReadable
from tests.services.given import consent, counts, failing_insert, house_of, send
from tests.support.people import PEOPLE, Person

OPERATOR = Operator(3, "aigerim", Role.OPERATOR)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def references() -> list[str]:
    found = list(db.session.scalars(select(ReceiptRow.reference).order_by(ReceiptRow.submission_id.desc())))
    db.session.rollback()
    return found


def opened(site: Flask, reference: str) -> submissions.Record | None:
    house = house_of(site)
    return submissions.open_record(db.session(), reference, operator=OPERATOR, keys=house.keys, now=house.now)


def test_a_secret_leads_to_its_receipt_and_the_receipt_holds_nothing_personal(site: Flask, person: Person) -> None:
    accepted = send(site, person, topic=Purpose.CONTRACT, mailing=True)
    send(site, PEOPLE[0])
    found = submissions.find_receipt(db.session(), accepted.secret)
    assert found is not None
    assert found.reference == references()[1] or found.reference == references()[0]
    assert (found.topic, found.mailing, found.received_at) == (Purpose.CONTRACT, True, house_of(site).now)
    assert found.consent == consent(site, house_of(site).now, Purpose.CONTRACT, True)
    assert all(part not in repr(found) for part in (person.name, person.second_name, person.e164))


def test_a_receipt_without_a_topic_says_so(site: Flask, person: Person) -> None:
    found = submissions.find_receipt(db.session(), send(site, person).secret)
    assert found is not None
    assert (found.topic, found.mailing) == (None, False)


@given(st.one_of(st.text(max_size=40), st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=32, max_size=32)))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_other_secret_leads_nowhere(app: Flask, secret: str) -> None:
    with app.app_context():
        if not counts("receipts")["receipts"]:
            send(app, PEOPLE[0], form_id=b"f" * 16)
        assert submissions.find_receipt(db.session(), secret) is None


def test_a_secret_in_another_writing_leads_nowhere(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    for other in (secret.upper(), secret + " ", secret[:-1], secret + "a", "\x00" + secret[1:]):
        assert submissions.find_receipt(db.session(), other) is None


def test_opening_a_record_is_journalled_as_access_and_shows_everything(site: Flask, person: Person) -> None:
    send(site, person)
    record = opened(site, references()[0])
    assert record is not None
    assert record.submission.personal == PersonalData(person.name, person.second_name, person.e164)
    assert record.consent == consent(site, house_of(site).now)
    assert [(entry.act, entry.actor) for entry in record.entries] == [
        (Act.COLLECTION, "person"),
        (Act.ACCUMULATION, "site"),
        (Act.ACCESS, "operator:3"),
    ]
    assert {entry.subject for entry in record.entries} == {record.submission.id}
    db.session.rollback()
    assert len(journal.of_subject(db.session(), record.submission.id)) == 3


def test_what_cannot_be_recorded_is_not_shown(site: Flask, person: Person) -> None:
    send(site, person)
    with failing_insert("journal"), pytest.raises(DBAPIError, match="injected fault"):
        opened(site, references()[0])
    assert counts("journal") == {"journal": 2}


def test_there_is_no_record_of_another_reference_and_nothing_to_journal(site: Flask, person: Person) -> None:
    send(site, person)
    for reference in ("33333333", "", "\x00" * 8, "'; DROP--", chr(0xD800) * 8, "3" * 10_000):
        assert opened(site, reference) is None
    assert counts("journal") == {"journal": 2}


def test_with_the_public_key_alone_nothing_is_read_and_no_access_is_journalled(site: Flask, person: Person) -> None:
    folder = house_of(site).settings.instance / "keys"
    (folder / "operator.key").unlink()
    public = key_files.load(folder)
    house = house_of(site)
    send(site, person)
    assert public.operator_private is None
    with pytest.raises(NotReadable):
        page(db.session(), Filter(), order=Order.NEWEST, place=None, keys=public, today=house.now.date(), rows=10)
    with pytest.raises(NotReadable):
        submissions.open_record(db.session(), references()[0], operator=OPERATOR, keys=public, now=house.now)
    assert counts("journal") == {"journal": 2}
    assert replace(public, operator_private=house.keys.operator_private).site == house.keys.site
