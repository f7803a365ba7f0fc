"""Webhooks through the database and over the wire: sent once, tried again, given up, stopped; nothing is left lying."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from kelisim.domain.acts import Act, Reason
from kelisim.domain.recipient_tasks import CHANGED, TaskKind
from kelisim.domain.transfers import Delivery, Obstacle, Way
from kelisim.domain.webhooks import Outcome, Pauses, headers, secret_from_text
from kelisim.serve.certificates import Files
from kelisim.services import changes, deliveries, journal, recipient_tasks, recipients, records
from kelisim.services.transfers import Transfer
from kelisim.services.webhooks import Reach
from kelisim.storage.db import db, writing
from kelisim.storage.tables.recipients import DeliveryRow, RecipientRow
from kelisim.vault.keys import Keys
from tests.conftest import FixedClock
from tests.services.given import house_of, send
from tests.services.handing_over import by, found, hand_over, recipient
from tests.support.patience import PATIENCE_SECONDS
from tests.support.peer import Peer, answered, certificates, serving
from tests.support.people import PEOPLE

PAUSES = Pauses(tries=3, first=timedelta(minutes=1), longest=timedelta(hours=12))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return certificates(tmp_path_factory.mktemp("peer"))


class Line:
    """One record, one recipient with an address, one transfer on its way there."""

    def __init__(self, app: Flask, clock: FixedClock, peer: Peer) -> None:
        self.app, self.clock, self.peer = app, clock, peer
        house = house_of(app)
        self.keys = house.keys
        self.to = recipient(app)
        secret = recipients.set_webhook(
            db.session(), self.to, peer.address, keys=house.keys, by=by(app), randomness=house.randomness
        )
        assert secret is not None
        self.secret = secret_from_text(secret)
        self.id = hand_over(app, self.to, way=Way.WEBHOOK).id

    @property
    def one(self) -> Transfer:
        return found(self.id)

    def deliver(self, keys: Keys | None = None, reach: Reach | None = None) -> int:
        return deliveries.deliver_due(
            db.session(),
            keys=keys or self.keys,
            pauses=PAUSES,
            seconds=PATIENCE_SECONDS,
            clock=self.clock,
            reach=reach or self.peer.again(),
        )

    def wait(self, **term: float) -> None:
        self.clock.at += timedelta(**term)

    def steps(self) -> list[tuple[str, str]]:
        entries = journal.of_subject(db.session(), self.one.submission_id)
        return [(entry.actor, entry.details["step"]) for entry in entries if entry.act is Act.TRANSFER]

    def sealed(self) -> bytes:
        db.session.rollback()
        return db.session.scalars(select(DeliveryRow.sealed)).one()


@pytest.fixture
def peer(files: Files) -> Iterator[Peer]:
    with serving(files, answered("200 OK")) as one:
        yield one


@pytest.fixture
def line(app_on_each: Flask, clock: FixedClock, peer: Peer) -> Iterator[Line]:
    with app_on_each.app_context():
        send(app_on_each, PEOPLE[0])
        clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
        yield Line(app_on_each, clock, peer)


def test_what_arrives_is_signed_and_nothing_of_it_stays(line: Line) -> None:
    waiting = line.sealed()
    assert PEOPLE[0].name.encode() not in waiting
    assert line.deliver() == 1
    ((given, body),) = line.peer.requests
    assert json.loads(body)["data"]["person"]["phone"] == PEOPLE[0].e164
    expected = headers(line.secret, str(line.id), line.clock.at, body)
    assert {name: given[name] for name in expected} == expected
    assert (line.one.state, line.one.outcome, line.sealed()) == (Delivery.DONE, Outcome.DELIVERED, b"")
    assert line.steps() == [("operator:3", "handed_over"), ("site", "delivered")]
    assert line.deliver() == 0
    assert len(line.peer.requests) == 1


def test_it_is_tried_again_with_growing_pauses_and_then_a_person_decides(line: Line) -> None:
    line.peer.answer = answered("500 Internal Server Error")
    for tries, pause in ((1, 1), (2, 3), (3, 0)):
        assert line.deliver() == 0
        assert (line.one.tries, line.one.outcome) == (tries, Outcome.REFUSED)
        line.wait(minutes=pause, seconds=-1)
        assert line.deliver() == 0
        assert len(line.peer.requests) == tries
        line.wait(seconds=1)
    assert line.one.state is Delivery.FAILED
    line.wait(days=1)
    line.deliver()
    ids = {given["webhook-id"] for given, _ in line.peer.requests}
    assert (len(line.peer.requests), ids) == (3, {str(line.id)})
    line.peer.answer = answered("200 OK")
    deliveries.try_again(db.session(), line.id, by=by(line.app))
    assert line.deliver() == 1
    assert line.steps()[1:] == [("site", "failed"), ("operator:3", "again"), ("site", "delivered")]


def test_who_wants_nothing_more_is_not_tried_again(line: Line) -> None:
    line.peer.answer = answered("410 Gone")
    line.deliver()
    assert (line.one.state, line.one.outcome) == (Delivery.FAILED, Outcome.GONE)


def test_what_is_given_up_is_removed_and_its_recipient_is_told_all_the_same(line: Line) -> None:
    line.peer.answer = answered("500 Internal Server Error")
    line.deliver()
    deliveries.give_up(db.session(), line.id, by=by(line.app))
    assert (line.one.state, line.one.went_out, line.sealed()) == (Delivery.GIVEN_UP, True, b"")
    for act in (deliveries.give_up, deliveries.try_again):
        with pytest.raises(deliveries.NothingWaits):
            act(db.session(), line.id, by=by(line.app))
    block(line)
    assert tasks(line) == [TaskKind.BLOCK]


def test_what_is_blocked_before_it_goes_out_never_does(line: Line) -> None:
    block(line)
    assert (line.one.state, line.one.outcome, line.sealed()) == (Delivery.STOPPED, Reason.BLOCKED, b"")
    assert line.deliver() == 0
    assert line.peer.requests == []
    assert tasks(line) == []


def test_what_is_corrected_before_it_goes_out_never_does_as_it_was(line: Line) -> None:
    correct(line)
    assert (line.one.state, line.one.outcome, line.sealed()) == (Delivery.STOPPED, CHANGED, b"")
    assert line.deliver() == 0
    assert line.peer.requests == []
    assert tasks(line) == []


def test_what_is_blocked_while_it_is_sent_stays_stopped_and_the_recipient_is_told(line: Line) -> None:
    def look_up(*asked: object, **options: object) -> list[tuple]:
        block(line)
        return line.peer.look_up(str(asked[0]), line.peer.port)

    line.deliver(reach=Reach(line.peer.reach.networks, line.peer.files.authority, look_up))
    assert len(line.peer.requests) == 1
    assert (line.one.state, line.one.went_out, line.sealed()) == (Delivery.STOPPED, True, b"")
    assert tasks(line) == [TaskKind.BLOCK]


@pytest.mark.parametrize("obstacle", [Obstacle.NO_UNDERTAKING, Obstacle.RECIPIENT_ENDED])
def test_what_is_not_permitted_any_more_is_stopped(line: Line, obstacle: Obstacle) -> None:
    if obstacle is Obstacle.NO_UNDERTAKING:
        line.clock.at = datetime(2027, 1, 1, 7, 0, tzinfo=UTC)
    else:
        recipients.end(db.session(), line.to, by=by(line.app))
    assert line.deliver() == 0
    assert line.peer.requests == []
    assert (line.one.state, line.one.outcome, line.sealed()) == (Delivery.STOPPED, obstacle, b"")


def test_a_process_that_died_while_it_sent_sends_again_under_the_same_id(line: Line) -> None:
    class Death(BaseException):
        """The process is killed."""

    def look_up(*_asked: object, **_options: object) -> list[tuple]:
        raise Death

    with pytest.raises(Death):
        line.deliver(reach=Reach(look_up=look_up))
    assert (line.one.state, line.one.tries) == (Delivery.WAITING, 1)
    line.wait(minutes=1)
    assert line.deliver() == 1
    assert [given["webhook-id"] for given, _ in line.peer.requests] == [str(line.id)]


def test_one_damaged_row_does_not_keep_the_others_from_going_out(line: Line) -> None:
    hand_over(line.app, line.to, way=Way.WEBHOOK)
    with writing(db.session()):
        db.session.execute(update(DeliveryRow).where(DeliveryRow.transfer_id == line.id).values(sealed=b"broken"))
    assert line.deliver() == 1
    assert (line.one.state, line.one.outcome) == (Delivery.FAILED, Outcome.UNREADABLE)


def test_without_the_operators_key_nothing_is_sent(line: Line) -> None:
    assert line.deliver(replace(line.keys, operator_private=None)) == 0
    assert (line.one.state, line.one.tries) == (Delivery.WAITING, 0)


def test_the_secret_is_sealed_changes_with_each_address_and_goes_with_it(line: Line) -> None:
    kept = db.session.scalars(select(RecipientRow.webhook_secret)).one()
    assert kept is not None
    assert line.secret not in kept
    given = {"keys": line.keys, "by": by(line.app), "randomness": house_of(line.app).randomness}
    other = recipients.set_webhook(db.session(), line.to, line.peer.address, **given)
    assert other is not None
    assert secret_from_text(other) != line.secret
    with pytest.raises(recipients.RecipientProblem, match="webhook"):
        recipients.set_webhook(db.session(), line.to, "http://crm.example", **given)
    assert recipients.set_webhook(db.session(), line.to, "", **given) is None
    assert db.session.execute(text("SELECT webhook, webhook_secret FROM recipients")).one() == ("", None)
    assert line.deliver() == 0
    assert line.one.outcome == Obstacle.NO_WEBHOOK


def block(line: Line) -> None:
    with writing(db.session()):
        records.block(db.session(), records.locked(db.session(), line.one.submission_id), by(line.app), {})


def correct(line: Line) -> None:
    submission_id = line.one.submission_id
    with writing(db.session()):
        row = records.locked(db.session(), submission_id)
        key, given = (
            changes.operators_key(row, line.keys),
            {"by": by(line.app), "randomness": house_of(line.app).randomness},
        )
        after = replace(changes.personal_of(row, key), name="Айгүл")
        changes.rewrite(db.session(), row, Act.CHANGE, after, key=key, **given)


def tasks(line: Line) -> list[TaskKind]:
    db.session.rollback()
    today = line.clock.at.date()
    return [task.kind for task in recipient_tasks.queue(db.session(), "due", today=today, term=1, skip=0, rows=9)]
