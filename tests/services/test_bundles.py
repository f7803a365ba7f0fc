"""The bundle of evidence: whole, without anything personal, the same bytes for the same evidence."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.acts import Act, ConsentState, State
from kelisim.domain.envelopes import read_envelope
from kelisim.domain.journal import BEGINNING
from kelisim.domain.operators import Operator, Role
from kelisim.services import bundles, journal
from kelisim.services.bundles import Bundle, Papers
from kelisim.storage.db import db, writing
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault import signing
from tests.conftest import FixedClock
from tests.services.given import house_of, send
from tests.services.test_receipts import issued, issuer_of
from tests.support.people import PEOPLE, Person

OPERATOR = Operator(3, "aigerim", Role.OPERATOR)
NAMES = {3: "aigerim", 4: "timur"}
PAPERS = Papers("Read me.\n", b"print('verified')\n", "https://a/check")


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def for_person(site: Flask, secret: str) -> Bundle:
    found = bundles.for_person(db.session(), secret, issuer=issuer_of(site), papers=PAPERS)
    assert found is not None
    return found


def for_desk(site: Flask, reference: str) -> Bundle | None:
    house = house_of(site)
    return bundles.for_desk(
        db.session(),
        reference,
        operator=OPERATOR,
        names=NAMES,
        issuer=issuer_of(site),
        papers=PAPERS,
        keys=house.keys,
        now=house.now,
    )


def files_of(bundle: Bundle) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(bundle.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def signed(site: Flask, kind: str, raw: bytes) -> dict[str, Any]:
    envelope = read_envelope(kind, raw)
    key = signing.public_key(issuer_of(site).seed)
    assert signing.verify(key, kind, envelope.content, envelope.signature.value)
    return dict(envelope.document)


def put(state: State, consent: ConsentState = ConsentState.GIVEN) -> None:
    with writing(db.session()):
        row = db.session.scalars(select(SubmissionRow)).one()
        row.state, row.consent_state = state.value, consent.value
        db.session.flush()


def reference_of_the_one() -> str:
    found = db.session.scalars(select(ReceiptRow.reference)).one()
    db.session.rollback()
    return found


def test_everything_is_in_it_and_the_manifest_names_each_file_by_its_hash(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    bundle, found = for_person(site, secret), issued(site, secret)
    files = files_of(bundle)
    consent = found.receipt.consent
    assert sorted(files) == sorted(
        [
            "README.txt",
            "consent.json",
            "journal.json",
            f"kelisim-receipt-{bundle.reference}.json",
            "manifest.json",
            "public-key.json",
            f"texts/consent-{consent.revision}.en.txt",
            f"texts/policy-{consent.policy_revision}.en.txt",
            "verify_receipt.py",
        ]
    )
    manifest = signed(site, "manifest", files.pop("manifest.json"))
    assert manifest == {
        "reference": bundle.reference,
        "sha256": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    assert files[f"kelisim-receipt-{bundle.reference}.json"] == found.file
    assert sha256(files[f"texts/consent-{consent.revision}.en.txt"]).hexdigest() == consent.sha256
    assert sha256(files[f"texts/policy-{consent.policy_revision}.en.txt"]).hexdigest() == consent.policy_sha256
    record = json.loads(files["consent.json"])
    assert (record["state"], record["consent"]["sha256"]) == ("given", consent.sha256)


def test_the_extract_holds_each_entry_in_its_place_in_the_chain(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    send(site, PEOPLE[0])
    for_desk(site, issued(site, secret).receipt.reference)
    extract = signed(site, "journal", files_of(for_person(site, secret))["journal.json"])
    rows = {row.number: row for row in db.session.scalars(select(JournalRow))}
    macs = {number: row.mac for number, row in rows.items()} | {0: BEGINNING}
    own = [number for number, row in sorted(rows.items()) if str(row.subject) == extract["record"]]
    assert own == [1, 2, 5]
    assert [(e["number"], e["act"], e["previous"], e["mac"]) for e in extract["entries"]] == [
        (str(number), rows[number].act, macs[number - 1].hex(), macs[number].hex()) for number in own
    ]


def test_the_person_sees_roles_and_the_desk_sees_names(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    desk = for_desk(site, reference_of_the_one())
    assert desk is not None
    entries = signed(site, "journal", files_of(desk)["journal.json"])["entries"]
    assert [entry["actor"] for entry in entries] == ["person", "site", "operator:3 aigerim"]
    assert entries[-1]["details"] == {"by": "desk", "what": "evidence"}
    own = files_of(for_person(site, secret))
    assert [entry["actor"] for entry in signed(site, "journal", own["journal.json"])["entries"]] == [
        "person",
        "site",
        "operator",
    ]
    assert [name for name, content in own.items() if b"aigerim" in content or b"operator:" in content] == []


def test_nothing_personal_is_in_it(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    desk = for_desk(site, reference_of_the_one())
    assert desk is not None
    for content in (for_person(site, secret).content, desk.content):
        values = (person.name, person.second_name, person.e164, secret)
        assert [value for value in values if value.encode() in content] == []


def test_equal_evidence_is_equal_bytes(site: Flask, person: Person, clock: FixedClock) -> None:
    secret = send(site, person).secret
    first = for_person(site, secret)
    clock.at += timedelta(days=30)
    assert for_person(site, secret) == first


@pytest.mark.parametrize(
    ("state", "consent", "act"),
    [
        (State.ACTIVE, ConsentState.GIVEN, Act.ACCESS),
        (State.ACTIVE, ConsentState.WITHDRAWN, Act.STORAGE),
        (State.BLOCKED, ConsentState.WITHDRAWN, Act.STORAGE),
        (State.RESTRICTED, ConsentState.WITHDRAWN, Act.ACCESS),
    ],
)
def test_the_desk_proves_a_consent_in_each_state_that_has_a_record(
    site: Flask, person: Person, state: State, consent: ConsentState, act: Act
) -> None:
    send(site, person)
    put(state, consent)
    assert for_desk(site, reference_of_the_one()) is not None
    last = list(db.session.scalars(select(JournalRow).order_by(JournalRow.number)))[-1]
    assert (last.act, last.actor, last.details) == (act, "operator:3", {"by": "desk", "what": "evidence"})
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


def test_the_consent_of_a_destroyed_record_is_still_proven_and_nothing_is_done_to_it(
    site: Flask, person: Person
) -> None:
    send(site, person)
    put(State.DESTROYED, ConsentState.WITHDRAWN)
    assert for_desk(site, reference_of_the_one()) is not None
    assert journal.count(db.session()) == 2


def test_an_unknown_reference_or_secret_has_no_bundle_and_leaves_no_entry(site: Flask, person: Person) -> None:
    send(site, person)
    assert for_desk(site, "34679CDF") is None
    assert bundles.for_person(db.session(), "a" * 32, issuer=issuer_of(site), papers=PAPERS) is None
    assert journal.count(db.session()) == 2
