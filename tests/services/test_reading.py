"""Finding a receipt, listing submissions, opening one: the reading half of services/submissions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act, State
from kelisim.domain.operators import Operator
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PersonalData
from kelisim.services import journal, submissions
from kelisim.services.submissions import NotReadableHere
from kelisim.storage.db import db
from kelisim.storage.tables.submissions import ReceiptRow
from kelisim.vault import keys as key_files
from tests.conftest import FixedClock
from tests.services.given import consent, counts, failing_insert, house_of, send
from tests.support.people import PEOPLE, Person

OPERATOR = Operator(3, "aigerim")


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


def test_pages_go_from_newest_to_oldest_and_new_rows_do_not_move_them(site: Flask, clock: FixedClock) -> None:
    keys = house_of(site).keys
    for number in range(12):
        clock.at += timedelta(milliseconds=number % 3)  # several within one millisecond
        send(site, PEOPLE[number % len(PEOPLE)])
    expected = references()
    first = submissions.page(db.session(), keys=keys, before=None, rows=5)
    clock.at += timedelta(seconds=1)
    send(site, PEOPLE[0])
    second = submissions.page(db.session(), keys=keys, before=first.older, rows=5)
    third = submissions.page(db.session(), keys=keys, before=second.older, rows=5)
    pages = [first, second, third]
    assert [listed.reference for page in pages for listed in page.listed] == expected
    assert [(len(page.listed), page.total) for page in pages] == [(5, 12), (5, 13), (2, 13)]
    assert third.older is None
    times = [listed.received_at for page in pages for listed in page.listed]
    assert times == sorted(times, reverse=True)


def test_a_list_that_ends_with_its_page_has_no_next_one(site: Flask, person: Person) -> None:
    keys = house_of(site).keys
    assert submissions.page(db.session(), keys=keys, before=None, rows=1) == submissions.Page((), None, 0)
    send(site, person)
    page = submissions.page(db.session(), keys=keys, before=None, rows=1)
    assert (page.older, page.total) == (None, 1)
    assert submissions.page(db.session(), keys=keys, before=page.listed[0].id, rows=1).listed == ()


def test_a_list_shows_masks_and_writes_nothing(site: Flask, person: Person) -> None:
    send(site, person, topic=Purpose.SUPPORT)
    before = counts()
    (listed,) = submissions.page(db.session(), keys=house_of(site).keys, before=None, rows=10).listed
    assert (listed.masked_name, listed.masked_phone) == ("А••• Қ•••", "+7 ••• •• 37")
    assert (listed.state, listed.topic, listed.mailing, listed.suspicions) == (State.ACTIVE, Purpose.SUPPORT, False, ())
    assert counts() == before


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
    with pytest.raises(NotReadableHere):
        submissions.page(db.session(), keys=public, before=None, rows=10)
    with pytest.raises(NotReadableHere):
        submissions.open_record(db.session(), references()[0], operator=OPERATOR, keys=public, now=house.now)
    assert counts("journal") == {"journal": 2}
    assert replace(public, operator_private=house.keys.operator_private).site == house.keys.site
