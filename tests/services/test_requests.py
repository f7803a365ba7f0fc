"""Requests: their due dates, steps and queue, and what they do to the record, in the database."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act, ConsentState, State
from kelisim.domain.deadlines import Trigger
from kelisim.domain.filters import Filter, Order
from kelisim.domain.grounds import KeepingGround, KeepingProblem, RefusalGround
from kelisim.domain.journal import SITE
from kelisim.domain.objections import Objection
from kelisim.domain.operators import Operator, Role
from kelisim.domain.requests import Channel, Identity, RequestProblem, RequestState
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.domain.submissions import PersonalData
from kelisim.services import days, journal, keepings, request_reading, requests, submissions
from kelisim.services.changes import NothingChanged
from kelisim.services.listing import page
from kelisim.services.records import By
from kelisim.services.request_effects import RequestObstacle
from kelisim.services.request_rows import Event
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from tests.conftest import FixedClock
from tests.services.given import counts, failing_insert, house_of, send
from tests.support.people import PEOPLE

FRIDAY = date(2026, 12, 11)
LETTER = Identity.SIGNATURE
OPERATOR = Operator(3, "aigerim", Role.OPERATOR)
END_KINDS = (RequestKind.WITHDRAW, RequestKind.DELETE)
EndOf = Callable[[UUID], None]


@pytest.fixture
def site(app_on_each: Flask, clock: FixedClock) -> Iterator[Flask]:
    """One submission is there; it is noon in Almaty on Friday, 11 December 2026."""
    with app_on_each.app_context():
        send(app_on_each, PEOPLE[0])
        clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
        yield app_on_each


def by(site: Flask) -> By:
    house = house_of(site)
    return By("operator:3", house.keys.site.journal, house.now)


def reference() -> str:
    found = db.session.scalars(select(ReceiptRow.reference)).one()
    db.session.rollback()
    return found


def record() -> SubmissionRow:
    db.session.rollback()
    return db.session.scalars(select(SubmissionRow)).one()


def state() -> tuple[State, ConsentState]:
    row = record()
    return State(row.state), ConsentState(row.consent_state)


def came(
    site: Flask,
    kind: RequestKind,
    *,
    identity: Identity | None = LETTER,
    of: str | None = None,
    received: date = FRIDAY,
    channel: Channel = Channel.LETTER,
) -> UUID:
    house = house_of(site)
    return requests.take_in(
        db.session(),
        reference=reference() if of is None else of,
        kind=kind,
        channel=channel,
        identity=identity,
        received=received,
        language="ru",
        terms=house.settings.terms,
        by=by(site),
        randomness=secrets.token_bytes,
        objection=Objection.PURPOSE if kind is RequestKind.OBJECTION else None,
    )


def in_work(site: Flask, kind: RequestKind, identity: Identity | None = LETTER) -> UUID:
    new = came(site, kind, identity=identity)
    requests.take_up(db.session(), new, by=by(site))
    return new


def met(site: Flask, request: UUID) -> None:
    requests.meet(db.session(), request, by=by(site))


def refused(site: Flask, request: UUID, ground: RefusalGround, until: date | None = None) -> None:
    requests.refuse(db.session(), request, ground, until=until, by=by(site))


def found(request: UUID) -> request_reading.Kept:
    db.session.rollback()
    kept = request_reading.find(db.session(), request)
    assert kept is not None
    return kept


def acts() -> list[tuple[Act, dict[str, str]]]:
    entries = journal.of_subject(db.session(), record().id)
    return [(entry.act, dict(entry.details)) for entry in entries][2:]


def obstacle(act: Callable[[], object]) -> str:
    with pytest.raises(RequestObstacle) as caught:
        act()
    return caught.value.code


# --- Coming in -------------------------------------------------------------------------------------------------------

VECTORS = [
    (date(2026, 12, 11), {1: date(2026, 12, 14), 3: date(2026, 12, 17), 15: date(2027, 1, 6)}),
    (date(2026, 3, 20), {1: date(2026, 3, 26), 3: date(2026, 3, 30), 15: date(2026, 4, 15)}),
    (date(2026, 12, 30), {1: date(2026, 12, 31), 3: date(2027, 1, 6), 15: date(2027, 1, 25)}),
]
KIND_OF = {1: RequestKind.CORRECT, 3: RequestKind.ACCESS, 15: RequestKind.WITHDRAW}


@pytest.mark.parametrize(("received", "due"), VECTORS)
def test_each_vector_of_the_clock_holds_in_the_database(
    site: Flask, clock: FixedClock, received: date, due: dict[int, date]
) -> None:
    clock.at = datetime(received.year, received.month, received.day, 12, 0, tzinfo=UTC)
    kept = {term: found(came(site, kind, received=received)).request for term, kind in KIND_OF.items()}
    assert {term: request.due for term, request in kept.items()} == due
    assert {request.received for request in kept.values()} == {received}


def test_the_operators_own_terms_count(site: Flask) -> None:
    with writing(db.session()):
        new = requests.open_request(
            db.session(),
            submission_id=None,
            kind=RequestKind.ACCESS,
            channel=Channel.EMAIL,
            identity=None,
            received=FRIDAY,
            language="kk",
            author="operator:3",
            terms=dict.fromkeys(Trigger, 1),
            now=house_of(site).now,
            randomness=secrets.token_bytes,
        )
    kept = found(new)
    assert (kept.request.due, kept.reference, kept.record, kept.language) == (date(2026, 12, 14), None, None, "kk")


def test_a_letter_of_tomorrow_and_a_foreign_reference_leave_nothing(site: Flask) -> None:
    before = counts()
    with pytest.raises(RequestProblem, match="received"):
        came(site, RequestKind.WITHDRAW, received=FRIDAY + timedelta(days=1))
    assert obstacle(lambda: came(site, RequestKind.WITHDRAW, of="34679CDF")) == "reference"
    assert obstacle(lambda: came(site, RequestKind.WITHDRAW, of="'; DROP")) == "reference"
    assert counts() == before


def test_a_day_begins_in_almaty(site: Flask, clock: FixedClock) -> None:
    clock.at = datetime(2026, 12, 11, 19, 30, tzinfo=UTC)  # half past midnight of the 12th in Almaty
    assert found(came(site, RequestKind.ACCESS, received=date(2026, 12, 12))).request.received == date(2026, 12, 12)


# --- At once ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RequestKind)
def test_what_a_kind_does_at_once_is_done_once_it_is_known_who_asks(site: Flask, kind: RequestKind) -> None:
    new = came(site, kind, identity=None)
    assert state() == (State.ACTIVE, ConsentState.GIVEN)
    assert acts() == []
    requests.identify(db.session(), new, LETTER, reference="", by=by(site))
    withdrawn = kind in END_KINDS
    blocked = RIGHTS[kind].at_once is State.BLOCKED
    assert state() == (
        State.BLOCKED if blocked else State.ACTIVE,
        ConsentState.WITHDRAWN if withdrawn else ConsentState.GIVEN,
    )
    assert [(act, details["request"]) for act, details in acts()] == ([(Act.BLOCKING, kind)] if blocked else [])
    requests.identify(db.session(), new, LETTER, reference="", by=by(site))
    assert len(acts()) == int(blocked), "what is so already is not done again"


def test_a_sender_found_later_is_helped_then(site: Flask) -> None:
    new = came(site, RequestKind.WITHDRAW, of="")
    assert (found(new).reference, state()[0]) == (None, State.ACTIVE)
    requests.identify(db.session(), new, LETTER, reference=reference(), by=by(site))
    assert (found(new).reference, found(new).record) == (reference(), State.BLOCKED)


def test_what_cannot_be_journalled_does_not_happen(site: Flask) -> None:
    before = counts()
    with failing_insert("journal"), pytest.raises(DBAPIError, match="injected fault"):
        came(site, RequestKind.WITHDRAW)
    assert counts() == before
    assert state() == (State.ACTIVE, ConsentState.GIVEN)


def test_a_blocked_record_is_closed_to_the_operator_and_leaves_no_entry(site: Flask) -> None:
    came(site, RequestKind.WITHDRAW)
    before, house = counts("journal"), house_of(site)
    opened = submissions.open_record(db.session(), reference(), operator=OPERATOR, keys=house.keys, now=house.now)
    assert opened is not None
    assert opened.submission.personal is None
    (listed,) = page(
        db.session(), Filter(), order=Order.NEWEST, place=None, keys=house.keys, today=house.now.date(), rows=10
    ).listed
    assert (listed.masked_name, listed.masked_phone) == ("", "")
    assert counts("journal") == before


# --- Met -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*END_KINDS, RequestKind.NOT_SENDER])
def test_what_ends_with_destruction_leaves_nothing_that_could_be_opened(site: Flask, kind: RequestKind) -> None:
    new = in_work(site, kind)
    met(site, new)
    row = record()
    assert state() == (State.DESTROYED, ConsentState.WITHDRAWN)
    assert (row.sealed_content, row.key_for_operator, row.key_for_person) == (b"", b"", b"")
    assert acts()[-1][0] is Act.DESTRUCTION
    assert found(new).request.state is RequestState.DONE
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


@pytest.mark.parametrize("kind", [RequestKind.BLOCK, RequestKind.OBJECTION])
def test_an_upheld_block_stays_until_its_end_is_asked_for(site: Flask, kind: RequestKind) -> None:
    met(site, in_work(site, kind))
    assert state()[0] is State.BLOCKED
    unblock = in_work(site, RequestKind.UNBLOCK)
    met(site, unblock)
    assert state() == (State.ACTIVE, ConsentState.GIVEN)
    assert acts()[-1][1]["lifted"] == "active"


def test_a_question_is_answered_and_nothing_is_done_to_the_record(site: Flask) -> None:
    new = in_work(site, RequestKind.ACCESS)
    met(site, new)
    assert (found(new).request.state, state()[0], acts()) == (RequestState.ANSWERED, State.ACTIVE, [])


def test_a_correction_is_not_finished_before_something_was_corrected(site: Flask) -> None:
    new = in_work(site, RequestKind.CORRECT)
    assert obstacle(lambda: met(site, new)) == "unchanged"
    assert found(new).request.state is RequestState.IN_WORK


@pytest.mark.parametrize("kind", [RequestKind.CORRECT, RequestKind.COMPLETE])
def test_a_letter_of_correction_changes_the_record_and_ends_with_it_or_not_at_all(
    site: Flask, kind: RequestKind
) -> None:
    keys = house_of(site).keys

    def correct(new: UUID, **fields: str) -> None:
        requests.correct(db.session(), new, fields, keys=keys, by=by(site), randomness=secrets.token_bytes)

    new, before = in_work(site, kind), counts()
    with pytest.raises(NothingChanged):
        correct(new, name=PEOPLE[0].name)
    assert counts() == before
    with failing_insert("request_steps"), pytest.raises(DBAPIError, match="injected fault"):
        correct(new, name="Аружан")
    assert counts() == before
    correct(new, name="Аружан")
    opened = submissions.open_record(db.session(), reference(), operator=OPERATOR, keys=keys, now=house_of(site).now)
    assert opened is not None
    assert opened.submission.personal == PersonalData("Аружан", PEOPLE[0].second_name, PEOPLE[0].e164)
    assert found(new).request.state is RequestState.DONE
    assert acts()[0] == (Act.CHANGE if kind is RequestKind.CORRECT else Act.ADDITION, {"fields": "name"})
    stranger = in_work(site, kind, identity=None)
    with pytest.raises(RequestProblem, match="identity"):
        correct(stranger, name="Жанна")


def test_a_request_about_no_known_record_is_not_met(site: Flask) -> None:
    new = came(site, RequestKind.WITHDRAW, of="")
    requests.take_up(db.session(), new, by=by(site))
    assert obstacle(lambda: met(site, new)) == "record"
    assert found(new).request.state is RequestState.IN_WORK


def test_no_other_end_lifts_a_block_that_an_open_request_holds(site: Flask) -> None:
    withdraw, block, unblock = (
        in_work(site, kind) for kind in (RequestKind.WITHDRAW, RequestKind.BLOCK, RequestKind.UNBLOCK)
    )
    assert obstacle(lambda: met(site, unblock)) == "held"
    assert obstacle(lambda: met(site, withdraw)) == "held", "the dispute is decided first"
    refused(site, block, RefusalGround.VIOLATION_NOT_CONFIRMED)
    assert state()[0] is State.BLOCKED, "the withdrawal holds it"
    met(site, withdraw)
    assert state()[0] is State.DESTROYED


def test_two_requests_that_end_alike_do_not_wait_for_each_other(site: Flask) -> None:
    withdraw, delete = (in_work(site, kind) for kind in END_KINDS)
    met(site, withdraw)
    met(site, delete)
    assert [act for act, _ in acts()].count(Act.DESTRUCTION) == 1


# --- Refused and kept ------------------------------------------------------------------------------------------------


def test_a_block_that_is_refused_is_lifted(site: Flask) -> None:
    new = in_work(site, RequestKind.BLOCK)
    refused(site, new, RefusalGround.VIOLATION_NOT_CONFIRMED)
    assert state() == (State.ACTIVE, ConsentState.GIVEN)
    assert found(new).request.ground is RefusalGround.VIOLATION_NOT_CONFIRMED
    assert [act for act, _ in acts()] == [Act.BLOCKING, Act.BLOCKING]


def test_a_stranger_is_refused_and_nothing_happens_to_the_record(site: Flask) -> None:
    new = in_work(site, RequestKind.DELETE, identity=None)
    refused(site, new, RefusalGround.IDENTITY_NOT_CONFIRMED)
    assert (state(), acts()) == ((State.ACTIVE, ConsentState.GIVEN), [])


def test_a_refused_withdrawal_keeps_the_data_on_its_ground_and_restricts_them(site: Flask) -> None:
    new = in_work(site, RequestKind.WITHDRAW)
    ground = RefusalGround.UNFULFILLED_OBLIGATION
    assert obstacle(lambda: refused(site, new, ground)) == "term"
    with pytest.raises(KeepingProblem, match="term"):
        refused(site, new, ground, FRIDAY - timedelta(days=1))
    assert state()[0] is State.BLOCKED
    refused(site, new, ground, date(2027, 6, 1))
    assert state() == (State.RESTRICTED, ConsentState.WITHDRAWN)
    kept = keepings.of_submission(db.session(), record().id)
    assert kept is not None
    assert (kept.ground, kept.author, kept.decided, kept.until) == (
        KeepingGround.UNFULFILLED_OBLIGATION,
        "operator:3",
        FRIDAY,
        date(2027, 6, 1),
    )
    again = in_work(site, RequestKind.DELETE)
    assert obstacle(lambda: met(site, again)) == "kept"


def test_data_that_are_there_are_not_said_to_be_missing(site: Flask) -> None:
    new = in_work(site, RequestKind.DELETE)
    assert obstacle(lambda: refused(site, new, RefusalGround.NO_DATA)) == "data"


def test_an_upheld_block_survives_the_refusal_of_another_request(site: Flask) -> None:
    met(site, in_work(site, RequestKind.BLOCK))
    refused(site, in_work(site, RequestKind.WITHDRAW), RefusalGround.STORAGE_BY_LAW, date(2027, 6, 1))
    assert state() == (State.BLOCKED, ConsentState.WITHDRAWN)
    met(site, in_work(site, RequestKind.UNBLOCK))
    assert state()[0] is State.RESTRICTED


def test_keeping_needs_data_and_restricts_only_after_the_consent(site: Flask) -> None:
    ground, until = KeepingGround.RIGHTS_PROTECTION, date(2027, 1, 11)
    keepings.keep(db.session(), reference(), ground, until, by=by(site))
    assert state() == (State.ACTIVE, ConsentState.GIVEN)
    with writing(db.session()):
        record_row = db.session.scalars(select(SubmissionRow)).one()
        record_row.consent_state = ConsentState.ACHIEVED.value
    keepings.keep(db.session(), reference(), ground, until, by=by(site))
    assert state() == (State.RESTRICTED, ConsentState.ACHIEVED)
    assert acts()[-1] == (Act.STORAGE, {"kept_on": "rights_protection", "until": "2027-01-11"})
    subject = record().id
    assert keepings.standing(db.session(), subject, until) is not None
    assert keepings.standing(db.session(), subject, until + timedelta(days=1)) is None


# --- The steps and the queue -----------------------------------------------------------------------------------------


def test_every_step_is_noted_with_its_author(site: Flask) -> None:
    new = in_work(site, RequestKind.WITHDRAW)
    refused(site, new, RefusalGround.STATE_BODY_CASE, date(2027, 1, 1))
    taken = request_reading.steps(db.session(), new)
    assert [step.event for step in taken] == [Event.RECEIVE, Event.IDENTIFY, Event.TAKE_UP, Event.REFUSE]
    assert {(step.author, step.at) for step in taken} == {("operator:3", house_of(site).now)}
    assert taken[-1].ground is RefusalGround.STATE_BODY_CASE


def test_a_step_that_is_not_permitted_changes_nothing(site: Flask) -> None:
    new = came(site, RequestKind.WITHDRAW)
    before = counts()
    with pytest.raises(RequestProblem, match="state"):
        met(site, new)
    with pytest.raises(RequestProblem, match="state"):
        refused(site, new, RefusalGround.STORAGE_BY_LAW, date(2027, 1, 1))
    requests.take_up(db.session(), new, by=by(site))
    with pytest.raises(RequestProblem, match="ground"):
        refused(site, new, RefusalGround.BLOCK_STANDS)
    assert counts() == {**before, "request_steps": before["request_steps"] + 1}
    assert obstacle(lambda: met(site, UUID(int=5))) == "request"


def test_the_queue_shows_the_most_urgent_first_and_what_is_done_apart(site: Flask, clock: FixedClock) -> None:
    withdraw = came(site, RequestKind.WITHDRAW)
    clock.at += timedelta(seconds=1)
    correct = came(site, RequestKind.CORRECT)
    clock.at += timedelta(seconds=1)
    old = came(site, RequestKind.ACCESS, received=date(2026, 12, 1))
    clock.at += timedelta(seconds=1)
    done = in_work(site, RequestKind.ACCESS)
    met(site, done)

    def on(tab: request_reading.Tab, skip: int = 0, rows: int = 10) -> list[UUID]:
        return [kept.id for kept in request_reading.queue(db.session(), tab, today=FRIDAY, skip=skip, rows=rows)]

    assert (on("due"), on("overdue"), on("done")) == ([correct, withdraw], [old], [done])
    assert (on("due", rows=1), on("due", skip=1)) == ([correct], [withdraw])
    assert request_reading.counts(db.session(), today=FRIDAY) == request_reading.Counts(due=2, overdue=1, done=1)
    assert request_reading.counts(db.session(), today=date(2027, 1, 7)) == request_reading.Counts(
        due=0, overdue=3, done=1
    )
    assert [kept.id for kept in request_reading.of_submission(db.session(), record().id)] == [
        done,
        old,
        correct,
        withdraw,
    ]


# --- Moved days ------------------------------------------------------------------------------------------------------


def test_a_moved_day_counts_for_new_requests_and_for_open_ones_and_not_for_ended_ones(site: Flask) -> None:
    terms = house_of(site).settings.terms
    opened, ended = came(site, RequestKind.CORRECT), in_work(site, RequestKind.ACCESS)
    met(site, ended)
    days.move(db.session(), date(2026, 12, 14), works=False, terms=terms, by=by(site))
    assert [found(new).request.due for new in (opened, ended, came(site, RequestKind.CORRECT))] == [
        date(2026, 12, 15),
        date(2026, 12, 17),
        date(2026, 12, 15),
    ]
    days.move(db.session(), date(2026, 12, 12), works=True, terms=terms, by=by(site))
    assert found(opened).request.due == date(2026, 12, 12)
    assert days.moved(db.session()) == (
        days.MovedDay(date(2026, 12, 12), works=True),
        days.MovedDay(date(2026, 12, 14), works=False),
    )
    days.put_back(db.session(), date(2026, 12, 12), terms=terms, by=by(site))
    days.move(db.session(), date(2026, 12, 14), works=True, terms=terms, by=by(site))
    assert days.moved(db.session()) == ()
    assert found(opened).request.due == date(2026, 12, 14)


def test_who_moves_a_day_moves_terms_and_stands_in_the_journal(site: Flask) -> None:
    terms, monday = house_of(site).settings.terms, date(2026, 12, 14)
    days.move(db.session(), monday, works=False, terms=terms, by=by(site))
    for _ in range(2):
        days.put_back(db.session(), monday, terms=terms, by=by(site))
    days.move(db.session(), date(2026, 12, 12), works=True, terms=terms, by=by(site))
    db.session.rollback()
    found = [entry for entry in journal.of_subject(db.session(), SITE) if entry.details.get("register") == "days"]
    told = [(entry.act, entry.actor, entry.details["step"], entry.details["day"]) for entry in found]
    who = (Act.STORAGE, "operator:3")
    assert told == [
        (*who, "to_rest", "2026-12-14"),
        (*who, "put_back", "2026-12-14"),
        (*who, "to_work", "2026-12-12"),
    ]


def test_a_day_is_not_moved_to_what_it_is(site: Flask) -> None:
    terms = house_of(site).settings.terms
    for day, works in ((date(2026, 12, 14), True), (date(2026, 12, 16), False), (date(2026, 12, 12), False)):
        with pytest.raises(days.DayProblem):
            days.move(db.session(), day, works=works, terms=terms, by=by(site))
    assert counts("moved_days") == {"moved_days": 0}
