"""Handing a record over, in the database: what goes out, what is written down, what is refused, what is stopped."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyrage
import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.acts import Act, Reason, State
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.recipients import RecipientProblem
from kelisim.domain.transfers import Delivery, Obstacle, TransferRefused
from kelisim.services import deliveries, journal, recipients, records
from kelisim.services.transfers import Transfer
from kelisim.storage.db import db, writing
from kelisim.storage.tables.recipients import DeliveryRow
from kelisim.vault.keys import NotReadable
from tests.conftest import FixedClock
from tests.services.given import counts, failing_insert, house_of, send
from tests.services.handing_over import FACTS, IDENTITY, TERM, UNDERTAKING, by, found, hand_over, recipient, reference
from tests.support.people import PEOPLE


@pytest.fixture
def site(app_on_each: Flask, clock: FixedClock) -> Iterator[Flask]:
    """One submission is there; it is noon in Almaty on Friday, 11 December 2026."""
    with app_on_each.app_context():
        send(app_on_each, PEOPLE[0])
        clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
        yield app_on_each


def sealed() -> bytes:
    db.session.rollback()
    return db.session.scalars(select(DeliveryRow.sealed)).one()


def save(site: Flask, one: Transfer) -> bytes:
    return deliveries.save_file(db.session(), one.id, keys=house_of(site).keys, by=by(site))


def test_a_file_opens_with_the_recipients_key_alone_and_says_all_that_belongs_to_it(site: Flask) -> None:
    one = hand_over(site, recipient(site))
    content = save(site, one)
    person = PEOPLE[0]
    for hidden in (person.name, person.e164):
        assert hidden.encode() not in content + sealed()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(content, [pyrage.x25519.Identity.generate()])
    assert json.loads(pyrage.decrypt(content, [IDENTITY])) == {
        "type": "kelisim.transfer",
        "timestamp": "2026-12-11T07:00:00+00:00",
        "data": {
            "transfer": str(one.id),
            "reference": reference(),
            "purpose": "feedback",
            "person": {"name": person.name, "second_name": person.second_name, "phone": person.e164},
            "operator": {"name": "The Operator", "bin": "1"},
            "recipient": {"name": "Call Centre LLP", "country": "KZ", "number": "220540900218"},
            "obligations": {"en": ["Keep them secure."]},
        },
    }
    assert save(site, one) == content
    assert (found(one.id).state, found(one.id).tries) == (Delivery.WAITING, 2)


def test_each_step_stands_in_the_journal_without_a_personal_value(site: Flask) -> None:
    to = recipient(site)
    one = hand_over(site, to)
    save(site, one)
    entries = [entry for entry in journal.of_subject(db.session(), one.submission_id) if entry.act is Act.TRANSFER]
    assert [(entry.actor, entry.details) for entry in entries] == [
        (
            "operator:3",
            {"recipient": to.hex, "purpose": "feedback", "way": "file", "step": "handed_over"},
        ),
        ("operator:3", {"recipient": to.hex, "step": "saved"}),
    ]
    assert [entry.details["step"] for entry in recipients.history(db.session(), to)] == [
        "added",
        "undertaking",
        "age_key",
    ]
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


def test_a_file_is_removed_when_its_time_ends(site: Flask, clock: FixedClock) -> None:
    saved, unsaved = hand_over(site, to := recipient(site)), hand_over(site, to)
    save(site, saved)
    assert deliveries.end_files(db.session(), now=clock.at + TERM - timedelta(seconds=1)) == 0
    clock.at += TERM
    with pytest.raises(deliveries.NothingWaits):
        save(site, saved)
    assert deliveries.end_files(db.session(), now=clock.at) == 2
    assert (found(saved.id).state, found(unsaved.id).state) == (Delivery.DONE, Delivery.GIVEN_UP)
    assert (found(saved.id).went_out, found(unsaved.id).went_out) == (True, False)
    assert set(db.session.scalars(select(DeliveryRow.sealed))) == {b""}


def test_without_its_undertaking_nothing_goes_out(site: Flask, clock: FixedClock) -> None:
    bare = recipients.add(db.session(), FACTS, by=by(site), randomness=secrets.token_bytes)
    before = counts()
    with pytest.raises(TransferRefused) as caught:
        hand_over(site, bare)
    assert caught.value.reason is Obstacle.NO_UNDERTAKING
    assert counts() == before
    recipients.end(db.session(), bare, by=by(site))
    one = hand_over(site, recipient(site))
    clock.at = datetime(2027, 1, 1, 7, 0, tzinfo=UTC)
    with pytest.raises(TransferRefused, match="no_undertaking"):
        hand_over(site, one.recipient_id)
    clock.at = datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    recipients.end(db.session(), one.recipient_id, by=by(site))
    with pytest.raises(TransferRefused, match="recipient_ended"):
        save(site, one)
    assert found(one.id).tries == 0


def test_a_blocked_record_stops_what_waits_and_gives_nothing_more(site: Flask) -> None:
    to = recipient(site)
    one = hand_over(site, to)
    with writing(db.session()):
        records.block(db.session(), records.locked(db.session(), one.submission_id), by(site), {})
    assert (found(one.id).state, found(one.id).outcome, sealed()) == (Delivery.STOPPED, Reason.BLOCKED, b"")
    with pytest.raises(deliveries.NothingWaits):
        save(site, one)
    with pytest.raises(TransferRefused, match="blocked"):
        hand_over(site, to)


def test_destruction_leaves_nothing_to_send_and_the_register_stays(site: Flask) -> None:
    one = hand_over(site, recipient(site))
    save(site, one)
    with writing(db.session()):
        records.destroy(
            db.session(), records.locked(db.session(), one.submission_id), by(site), {}, ground=DestructionGround.COURT
        )
        assert records.locked(db.session(), one.submission_id).state == State.DESTROYED
    assert (found(one.id).state, found(one.id).went_out, sealed()) == (Delivery.DONE, True, b"")


@pytest.mark.parametrize("table", ["transfers", "deliveries", "journal"])
def test_all_of_a_transfer_is_written_or_nothing(site: Flask, table: str) -> None:
    to = recipient(site)
    before = counts()
    with failing_insert(table), pytest.raises(Exception, match="injected fault"):
        hand_over(site, to)
    assert counts() == before


def test_a_process_without_the_operators_key_hands_nothing_over(site: Flask) -> None:
    to = recipient(site)
    keys = house_of(site).keys
    with pytest.raises(NotReadable):
        hand_over(site, to, keys=replace(keys, operator_private=None))


def test_the_register_takes_a_recipient_once_and_changes_none_that_ended(site: Flask) -> None:
    to = recipient(site)
    with pytest.raises(RecipientProblem, match="known"):
        recipients.add(db.session(), FACTS, by=by(site), randomness=secrets.token_bytes)
    with pytest.raises(RecipientProblem, match="age_key"):
        recipients.set_contact(db.session(), to, "x", str(IDENTITY.to_public())[:-1] + "x", by=by(site))
    recipients.end(db.session(), to, by=by(site))
    for change in (
        lambda: recipients.end(db.session(), to, by=by(site)),
        lambda: recipients.undertake(db.session(), to, UNDERTAKING, by=by(site)),
        lambda: recipients.set_contact(db.session(), to, "x", "", by=by(site)),
    ):
        with pytest.raises(RecipientProblem, match="ended"):
            change()
    again = recipients.add(db.session(), FACTS, by=by(site), randomness=secrets.token_bytes)
    assert [one.id for one in recipients.all_of_them(db.session())] == [again, to]
    with pytest.raises(recipients.NoRecipient):
        recipients.end(db.session(), UUID(int=5), by=by(site))
