"""The versions of the Operator's statements: a number each, and receipts that stay what they were."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.acts import ConsentState
from kelisim.domain.journal import SITE
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.receipts import Party
from kelisim.domain.statements import Stated
from kelisim.services import journal, receipts, statements
from kelisim.services.receipts import Finding, Issued
from kelisim.storage.db import db, writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import SubmissionRow
from tests.conftest import FixedClock
from tests.services.given import house_of, send
from tests.services.test_receipts import STATED, issuer_of
from tests.support.people import PEOPLE, Person

OTHER = replace(STATED, words=dict.fromkeys(LANGUAGES, ("Kept for a year.",)))
MOVED = replace(
    STATED, operator=dict.fromkeys(LANGUAGES, Party("220540900218", "Another name", "Almaty", "x@example.kz"))
)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def numbers() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(select(ConsentRow.statements_number).order_by(ConsentRow.submission_id)))


def issued(site: Flask, secret: str, now: Stated) -> Issued:
    db.session.rollback()
    found = receipts.by_secret(db.session(), secret, issuer=replace(issuer_of(site), stated=now))
    assert found is not None
    return found


def test_each_change_is_a_version_with_its_time_and_the_consent_keeps_its_number(
    site: Flask, person: Person, clock: FixedClock
) -> None:
    began = clock.at
    for stated in (STATED, STATED, OTHER, STATED):
        clock.at += timedelta(days=1)
        send(site, person, stated=stated)
    assert numbers() == [1, 1, 2, 3]
    kept = statements.versions(db.session())
    assert [(one.number, (one.since - began).days, one.stated) for one in kept] == [
        (3, 4, STATED),
        (2, 3, OTHER),
        (1, 1, STATED),
    ]
    entries = journal.of_subject(db.session(), SITE)
    assert [entry.details["version"] for entry in entries] == ["1", "2", "3"]
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


def test_two_who_are_the_first_at_once_make_one_version(app_on_each: Flask) -> None:
    def one(person: Person) -> None:
        with app_on_each.app_context():
            send(app_on_each, person, stated=STATED)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, PEOPLE[:4]))
    with app_on_each.app_context():
        assert numbers() == [1] * 4
        assert len(statements.versions(db.session())) == 1


def test_a_receipt_stays_what_it_was_when_the_settings_change(site: Flask, person: Person, clock: FixedClock) -> None:
    secret = send(site, person, stated=STATED).secret
    given = issued(site, secret, STATED)
    clock.at += timedelta(days=3)
    with writing(db.session()):
        row = db.session.scalars(select(SubmissionRow)).one()
        row.consent_state, row.consent_ended_at = ConsentState.WITHDRAWN.value, clock.at
    ended = issued(site, secret, STATED)
    assert issued(site, secret, MOVED) == ended
    for paper in (given, ended):
        verdict = receipts.check_hash(
            db.session(), paper.receipt.reference, paper.sha256, issuer=replace(issuer_of(site), stated=MOVED)
        )
        assert verdict.finding is Finding.ISSUED


def test_a_consent_from_before_the_versions_goes_by_the_first_one(site: Flask, person: Person) -> None:
    old = send(site, person).secret
    before = issued(site, old, STATED)
    send(site, person, stated=STATED)
    assert issued(site, old, MOVED) == before
    assert before.receipt.consent.statements.version is None
