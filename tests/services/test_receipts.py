"""Signed receipts: the same bytes each time, known again by file and by paper, and nothing else is taken for one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.acts import ConsentState
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.purposes import Purpose
from kelisim.domain.receipts import Addresses, Party
from kelisim.domain.statements import Stated
from kelisim.services import receipts
from kelisim.services.receipts import Finding, Issued, Issuer, Standing, Verdict
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import site_keys
from tests.conftest import FixedClock
from tests.services.given import house_of, send
from tests.support.people import Person

ADDRESSES = Addresses("https://a/consent", "https://a/policy", "https://a/check", "https://a/rights", "https://a/my")
OPERATOR = Party("220540900218", "Operator", "Astana", "consent@example.kz")
STATED = Stated(dict.fromkeys(LANGUAGES, ("Kept.",)), dict.fromkeys(LANGUAGES, OPERATOR), "https://a", 3)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def issuer_of(site: Flask) -> Issuer:
    return Issuer(
        stated=STATED,
        addresses=lambda _consent, _origin: ADDRESSES,
        seed=house_of(site).keys.site.receipt_signature,
    )


def issued(site: Flask, secret: str) -> Issued:
    found = receipts.by_secret(db.session(), secret, issuer=issuer_of(site))
    assert found is not None
    return found


def withdraw(site: Flask) -> None:
    with writing(db.session()):
        row = db.session.scalars(select(SubmissionRow)).one()
        row.consent_state, row.consent_ended_at = ConsentState.WITHDRAWN.value, house_of(site).now
        db.session.flush()


def checked(site: Flask, raw: bytes) -> Verdict:
    return receipts.check_file(db.session(), raw, issuer=issuer_of(site))


def checked_paper(site: Flask, reference: str, stated: str) -> Verdict:
    return receipts.check_hash(db.session(), reference, stated, issuer=issuer_of(site))


def test_the_file_is_the_same_each_time_by_secret_and_by_reference(
    site: Flask, person: Person, clock: FixedClock
) -> None:
    secret = send(site, person, topic=Purpose.CONTRACT, mailing=True).secret
    first = issued(site, secret)
    clock.at += timedelta(days=400)
    assert issued(site, secret) == first
    assert receipts.by_reference(db.session(), first.receipt.reference, issuer=issuer_of(site)) == first
    assert first.sha256 == sha256(first.file).hexdigest()


def test_no_personal_value_and_no_secret_is_in_the_file(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    text = issued(site, secret).file.decode()
    assert [value for value in (person.name, person.second_name, person.e164, secret) if value in text] == []


def test_an_issued_file_is_known_and_its_consent_stands(site: Flask, person: Person) -> None:
    found = issued(site, send(site, person).secret)
    standing = Standing(ConsentState.GIVEN, house_of(site).now, given=house_of(site).now)
    expected = Verdict(Finding.ISSUED, found.receipt.reference, standing)
    assert checked(site, found.file) == expected
    assert checked_paper(site, found.receipt.reference, found.sha256) == expected


def test_after_a_withdrawal_the_old_and_the_new_receipt_both_say_that_it_stands_no_more(
    site: Flask, person: Person, clock: FixedClock
) -> None:
    secret, given = send(site, person).secret, clock.at
    before = issued(site, secret)
    clock.at += timedelta(days=3)
    withdraw(site)
    after = issued(site, secret)
    assert after.file != before.file
    standing = Standing(ConsentState.WITHDRAWN, clock.at, given=given)
    expected = Verdict(Finding.ISSUED, before.receipt.reference, standing)
    for found in (before, after):
        assert checked(site, found.file) == expected
        assert checked_paper(site, found.receipt.reference, found.sha256) == expected


def test_a_changed_receipt_is_altered_and_a_foreign_one_foreign(site: Flask, person: Person) -> None:
    found = issued(site, send(site, person).secret)
    forged = json.loads(found.file)
    forged["receipt"]["dct:created"] = "2020-01-01T00:00:00Z"
    assert checked(site, json.dumps(forged).encode()) == Verdict(Finding.ALTERED)
    other = json.loads(found.file)
    other["signature"]["key"] = "0" * 16
    assert checked(site, json.dumps(other).encode()) == Verdict(Finding.FOREIGN)
    elsewhere = replace(issuer_of(site), seed=site_keys(b"another site's secret of 32 bytes").receipt_signature)
    foreign = receipts.by_reference(db.session(), found.receipt.reference, issuer=elsewhere)
    assert foreign is not None
    assert checked(site, foreign.file) == Verdict(Finding.FOREIGN)


def test_a_signed_document_of_another_kind_is_no_receipt(site: Flask) -> None:
    signed = issuer_of(site).signed("receipt", {"dct:identifier": "34679CDF", "@type": "other"})
    assert checked(site, signed).finding is Finding.UNREADABLE
    journal = issuer_of(site).signed("journal", {"@type": "dpv:ConsentReceipt", "dct:identifier": "34679CDF"})
    passed_off = journal.replace(b'"journal"', b'"receipt"')
    assert checked(site, passed_off) == Verdict(Finding.ALTERED)


def test_a_receipt_whose_record_is_not_here_is_issued_and_nothing_more_is_said(site: Flask) -> None:
    signed = issuer_of(site).signed("receipt", {"dct:identifier": "34679CDF", "@type": "dpv:ConsentReceipt"})
    assert checked(site, signed) == Verdict(Finding.ISSUED, "34679CDF")


def test_an_unknown_reference_and_a_wrong_hash_are_one_answer(site: Flask, person: Person) -> None:
    found = issued(site, send(site, person).secret)
    unknown = Verdict(Finding.UNKNOWN)
    assert checked_paper(site, found.receipt.reference, "0" * 64) == unknown
    assert checked_paper(site, "34679CDF", found.sha256) == unknown
    assert checked_paper(site, "nothing", "қазақ") == unknown


def test_a_secret_that_leads_nowhere_leads_nowhere(site: Flask, person: Person) -> None:
    send(site, person)
    for secret in ("", "x", "a" * 32):
        assert receipts.by_secret(db.session(), secret, issuer=issuer_of(site)) is None
