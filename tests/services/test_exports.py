"""Exports through the database: who is in one, in the journal, at rest; what takes one away."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.exports import Cause, Column, ExportState, Format, Value, Wanted
from kelisim.domain.filters import Filter
from kelisim.domain.journal import SITE, Entry
from kelisim.domain.operators import Role
from kelisim.domain.purposes import Purpose
from kelisim.services import export_making, export_removal, exports, journal, operators, records, staff
from kelisim.services.export_making import Means, make_due
from kelisim.services.exports import Export, NoExport, NothingToSave, TooMany
from kelisim.services.records import By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.exports import ExportPieceRow, ExportRow
from kelisim.storage.tables.operators import OperatorRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.sealing import SealBroken
from tests.conftest import FixedClock
from tests.services.given import counts, failing_insert, house_of, invited, send
from tests.support.people import PEOPLE

EVERYTHING = Filter()
TERM = timedelta(hours=24)
WANTED = Wanted({}, (Column.REFERENCE, Column.PHONE, Column.TAGS), Format.CSV, Purpose.FEEDBACK)
# Of the first records below: what was done to each. Those that follow stay as they were sent.
PUT: tuple[dict[str, str], ...] = (
    {"state": "blocked"},
    {"state": "blocked", "consent_state": "withdrawn"},
    {"state": "active", "consent_state": "withdrawn"},
    {"state": "active", "consent_state": "expired"},
    {"state": "restricted", "consent_state": "withdrawn"},
    {"state": "depersonalized", "consent_state": "achieved"},
    {"state": "destroyed", "consent_state": "withdrawn"},
)


class Office:
    """An operator, submissions, and the worker."""

    def __init__(self, app: Flask, clock: FixedClock) -> None:
        self.app, self.clock, self.house = app, clock, house_of(app)
        # Somebody who has not finished the set-up asks as well as anybody: hashing a password here costs a second.
        invited(app, "aigerim")
        (number,) = operators.names(db.session())
        self.by_id = f"operator:{number}"

    @property
    def by(self) -> By:
        return By(self.by_id, self.house.keys.site.journal, self.house.now)

    def send(self, number: int, **arguments: object) -> list[UUID]:
        for person in PEOPLE[:number]:
            send(self.app, person, **arguments)  # type: ignore[arg-type]  # passed on as they came
            self.clock.at += timedelta(seconds=1)
        db.session.rollback()
        return list(db.session.scalars(select(SubmissionRow.id).order_by(SubmissionRow.id)))

    def put(self, submission_id: UUID, **values: str) -> None:
        with writing(db.session()):
            db.session.execute(update(SubmissionRow).where(SubmissionRow.id == submission_id).values(**values))

    def ask(self, wanted: Wanted = WANTED, most: int = 5) -> UUID:
        return exports.ask(
            db.session(), wanted, keys=self.house.keys, by=self.by, term=TERM, most=most, randomness=secrets.token_bytes
        )

    def means(self, wanted: Filter | None = EVERYTHING) -> Means:
        return Means(self.house.keys, lambda _scope: wanted, self.house.clock, secrets.token_bytes, 2, TERM)

    def make(self, wanted: Filter | None = EVERYTHING) -> int:
        return make_due(db.session(), self.means(wanted))

    def find(self, export_id: UUID) -> Export:
        return exports.find(db.session(), export_id, self.by)

    def save(self, export_id: UUID) -> list[list[Value]]:
        return list(exports.save(db.session(), export_id, keys=self.house.keys, by=self.by))

    def block(self, submission_id: UUID) -> None:
        with writing(db.session()):
            records.block(db.session(), records.locked(db.session(), submission_id), self.by, {})

    def destroy(self, submission_id: UUID) -> None:
        with writing(db.session()):
            records.destroy(
                db.session(), records.locked(db.session(), submission_id), self.by, {}, ground=DestructionGround.COURT
            )

    def entries(self, subject: UUID) -> list[Entry]:
        db.session.rollback()
        return [one for one in journal.of_subject(db.session(), subject) if "export" in one.details]

    def is_gone(self, export_id: UUID) -> bool:
        db.session.rollback()
        key = db.session.scalar(select(ExportRow.key).where(ExportRow.id == export_id))
        return counts("export_pieces", "export_records") == {"export_pieces": 0, "export_records": 0} and key == b""


@pytest.fixture
def office(app_on_each: Flask, clock: FixedClock) -> Iterator[Office]:
    with app_on_each.app_context():
        yield Office(app_on_each, clock)


def test_only_what_may_go_is_in_it_and_each_record_is_journalled(office: Office) -> None:
    ids = office.send(11, topic=Purpose.FEEDBACK)
    for submission_id, values in zip(ids, PUT, strict=False):
        office.put(submission_id, **values)
    made = office.ask()
    office.clock.at += timedelta(seconds=1)
    office.send(1, topic=Purpose.FEEDBACK)  # came after it was asked for
    assert office.find(made).state is ExportState.ASKED
    assert office.make() == 1
    found = office.find(made)
    assert (found.state, found.total, found.looked_at, found.rows) == (ExportState.READY, 11, 11, 4)
    expected = {"blocked": 2, "consent_over": 2, "restricted": 1, "nothing_personal": 1, "destroyed": 1}
    assert found.left_out == expected
    rows = office.save(made)
    references = dict(db.session.execute(select(ReceiptRow.submission_id, ReceiptRow.reference)).all())
    assert rows == [[references[one], person.e164, []] for one, person in zip(ids[7:], PEOPLE[7:], strict=False)]
    for submission_id in ids:
        entries = office.entries(submission_id)
        assert len(entries) == (1 if submission_id in ids[7:] else 0)
        assert all(
            (one.act, one.actor, one.details["what"], one.details["purpose"])
            == (Act.ACCESS, office.by_id, "export", "feedback")
            for one in entries
        )
    steps = [(one.details["step"], one.details.get("rows"), one.details["format"]) for one in office.entries(SITE)]
    assert steps == [("asked", None, "csv"), ("made", "4", "csv"), ("saved", "4", "csv")]
    assert journal.verify(db.session(), key=office.house.keys.site.journal) is None
    assert office.find(made).saved == 1
    pieces = db.session.scalars(select(ExportPieceRow.sealed)).all()
    # The whole number: two signs of one come up in sealed bytes by chance.
    assert not any(word.encode() in piece for piece in pieces for word in (PEOPLE[7].e164, PEOPLE[7].name))


def test_a_purpose_that_is_not_consented_to_leaves_a_record_out_and_the_filter_narrows(office: Office) -> None:
    office.send(2, topic=Purpose.SUPPORT)
    office.send(2, topic=Purpose.FEEDBACK, mailing=True)
    mailing = office.ask(replace(WANTED, purpose=Purpose.MAILING))
    assert office.make() == 1
    assert (office.find(mailing).rows, office.find(mailing).left_out) == (2, {"not_consented": 2})
    office.clock.at += timedelta(seconds=1)
    feedback = office.ask()
    office.make(Filter(topic=Purpose.SUPPORT))
    assert (office.find(feedback).rows, office.find(feedback).total) == (2, 2)
    unread = office.ask()
    office.make(None)
    assert office.find(unread).state is ExportState.FAILED, "a filter that leads nowhere makes nothing wider"


def test_a_record_that_is_blocked_between_asking_and_making_is_not_in_it(office: Office) -> None:
    ids = office.send(3)
    made = office.ask()
    office.block(ids[1])
    office.make()
    assert [row[1] for row in office.save(made)] == [PEOPLE[0].e164, PEOPLE[2].e164]


@pytest.mark.parametrize("how", ["block", "destroy"])
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "half made"])
def test_an_export_with_a_record_that_may_not_go_any_more_is_taken_away_at_once(
    office: Office, how: str, ready: bool
) -> None:
    ids = office.send(3)
    made = office.ask()
    if ready:
        office.make()
    else:
        assert export_making._batch(db.session(), made, office.means())  # a worker that stops in the middle
    getattr(office, how)(ids[0])
    assert office.is_gone(made)
    office.make()
    found = office.find(made)
    assert found.state is ExportState.REMOVED
    assert found.cause is (Cause.BLOCKED if how == "block" else Cause.DESTROYED)
    with pytest.raises(NothingToSave):
        office.save(made)
    again = office.ask()
    office.make()
    assert office.find(again).rows == 2


@pytest.mark.parametrize("by", ["saving", "the job"])
def test_what_may_not_go_any_more_is_seen_whoever_changed_it(office: Office, by: str) -> None:
    ids = office.send(2)
    made = office.ask()
    office.make()
    rows = exports.save(db.session(), made, keys=office.house.keys, by=office.by)
    office.put(ids[1], consent_state=ConsentState.WITHDRAWN.value)
    if by == "the job":
        key = office.house.keys.site.journal
        assert export_removal.end_due(db.session(), now=office.house.now, actor="site", key=key) == 1
    with pytest.raises(NothingToSave):
        office.save(made)
    assert office.is_gone(made)
    assert office.find(made).cause is Cause.NOT_PERMITTED
    with pytest.raises(NothingToSave):
        list(rows)  # a saving that was under way ends here


def test_a_stopped_worker_is_followed_and_a_fault_leaves_nothing(office: Office) -> None:
    office.send(5)
    made = office.ask()
    assert export_making._batch(db.session(), made, office.means())  # a worker that stops in the middle
    assert (office.find(made).state, office.find(made).looked_at) == (ExportState.MAKING, 2)
    assert office.make() == 1
    assert len(office.save(made)) == 5
    assert office.make(None) == 0
    before = counts("journal")["journal"]
    broken = office.ask()
    with failing_insert("export_records"), pytest.raises(Exception, match="injected fault"):
        office.make()
    assert office.find(broken).state is ExportState.FAILED
    assert counts("journal")["journal"] - before == 2, "asked and failed: no record was exported"
    assert not any(broken.hex in one.details.values() for one in office.entries(made))


def test_its_time_ends_and_its_line_after_it(office: Office) -> None:
    office.send(1)
    made = office.ask(replace(WANTED, scope={"sought": "sealed", "topic": "feedback"}))
    office.make()
    office.clock.at += TERM
    with pytest.raises(NothingToSave):
        office.save(made)
    key = office.house.keys.site.journal
    assert export_removal.end_due(db.session(), now=office.house.now, actor="site", key=key) == 1
    assert office.is_gone(made)
    assert (office.find(made).state, office.find(made).wanted.scope) == (
        ExportState.ENDED,
        {"sought": "", "topic": "feedback"},
    )
    office.clock.at += export_removal.LINE_KEPT
    assert export_removal.end_due(db.session(), now=office.house.now, actor="site", key=key) == 0
    with pytest.raises(NoExport):
        office.find(made)


def test_it_is_its_askers_alone_and_there_are_not_too_many(office: Office) -> None:
    made = office.ask(most=1)
    with pytest.raises(TooMany):
        office.ask(most=1)
    other = replace(office.by, actor="operator:999")
    for try_it in (exports.remove, lambda *a, **k: exports.save(*a, keys=office.house.keys, **k)):
        with pytest.raises(NoExport):
            try_it(db.session(), made, by=other)
    assert exports.of_operator(db.session(), other, rows=5) == ()
    exports.remove(db.session(), made, by=office.by)
    assert office.find(made).cause is Cause.BY_HAND
    office.ask(most=1)
    without = replace(office.means(), keys=replace(office.house.keys, operator_private=None))
    assert make_due(db.session(), without) == 0


@pytest.mark.parametrize("way", ["disabled", "viewer"])
def test_who_may_save_none_any_more_has_none_and_none_is_made(office: Office, way: str) -> None:
    with writing(db.session()):
        db.session.execute(update(OperatorRow).values(role=Role.OPERATOR.value))
    office.send(3)
    ready = office.ask()
    office.make()
    waiting, number = office.ask(), int(office.by_id.removeprefix("operator:"))
    by_site = replace(office.by, actor=records.SITE_ACTOR)
    if way == "disabled":
        staff.disable(db.session(), number, by=by_site)
    else:
        staff.change_role(db.session(), number, Role.VIEWER, by=by_site)
    assert office.make() == 0
    assert office.is_gone(ready)
    assert office.is_gone(waiting)
    assert journal.verify(db.session(), key=office.by.key) is None


def test_pieces_that_were_moved_or_left_out_do_not_open(office: Office) -> None:
    office.send(4)
    made = office.ask()
    office.make()
    for change, problem in (({"number": 7}, NothingToSave), ({"sealed": b"x" * 40}, SealBroken)):
        db.session.rollback()
        with writing(db.session()):
            there = (ExportPieceRow.export_id == made) & (ExportPieceRow.number == 1)
            kept = db.session.scalars(select(ExportPieceRow.sealed).where(there)).one()
            db.session.execute(update(ExportPieceRow).where(there).values(**change))
        with pytest.raises(problem):
            office.save(made)
        with writing(db.session()):
            db.session.execute(update(ExportPieceRow).where(ExportPieceRow.number != 0).values(number=1, sealed=kept))
    assert len(office.save(made)) == 4
