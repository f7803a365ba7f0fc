"""A record blocked, unblocked, destroyed; changed and completed; steered by the person whose secret opens it."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act, ActRefused, ConsentState, State
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.objections import Objection
from kelisim.domain.own_acts import REQUESTS, OwnAct, OwnActRefused, OwnReason, why_not_own
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import RequestState
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import PersonalData
from kelisim.services import changes, holders, journal, my, records, request_reading, requests
from kelisim.services.holders import Holder
from kelisim.services.records import By
from kelisim.storage.db import db, forget, writing
from kelisim.storage.tables.changes import ChangeRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.sealing import SealBroken, open_as_operator, open_as_person
from tests.services.given import counts, failing_insert, house_of, send
from tests.services.test_privacy import stored_bytes
from tests.support.people import PEOPLE, Person


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def by(app: Flask, actor: str = records.PERSON) -> By:
    house = house_of(app)
    return By(actor, house.keys.site.journal, house.now)


def given_holder(app: Flask, person: Person, **arguments: object) -> Holder:
    accepted = send(app, person, **arguments)  # type: ignore[arg-type]  # what the form says
    found = holders.holder(db.session(), accepted.secret)
    assert found is not None
    return found


def row_of(who: Holder) -> SubmissionRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(SubmissionRow).where(SubmissionRow.id == who.submission_id)).one()


def ask(app: Flask, who: Holder, act: OwnAct) -> None:
    my.ask(
        db.session(),
        who,
        act,
        language="en",
        terms=house_of(app).settings.terms,
        by=by(app),
        randomness=secrets.token_bytes,
        objection=Objection.TERM if act is OwnAct.OBJECT else None,
    )


def do(app: Flask, who: Holder, act: OwnAct) -> None:
    """Each act as the page does it, with something new to say."""
    session, given = db.session(), {"by": by(app), "randomness": secrets.token_bytes}
    if act is OwnAct.CORRECT:
        my.correct(session, who, PersonalData("Жаңа", "Есім", "+77770000000"), **given)  # type: ignore[arg-type]  # the two above
    elif act is OwnAct.COMPLETE:
        own = PersonalData.from_bytes(_opened(row_of(who), who))
        names = {"name": own.name + "жан", "second_name": own.second_name}
        my.complete(session, who, names, None, **given)  # type: ignore[arg-type]  # the two above
    elif act is OwnAct.UNSUBSCRIBE:
        my.unsubscribe(session, who, by=by(app))
    else:
        ask(app, who, act)


def _opened(row: SubmissionRow, who: Holder) -> bytes:
    return open_as_person(changes.sealed_of(row), record=row.id.bytes, secret=who.secret)


def put(who: Holder, **values: object) -> None:
    """Bring the row into a state, past the services."""
    with writing(db.session()):
        db.session.execute(update(SubmissionRow).where(SubmissionRow.id == who.submission_id).values(**values))


def entries(who: Holder) -> list[tuple[Act, str, dict[str, str]]]:
    db.session.rollback()
    return [(e.act, e.actor, dict(e.details)) for e in journal.of_subject(db.session(), who.submission_id)]


def whole(app: Flask) -> bool:
    return journal.verify(db.session(), key=house_of(app).keys.site.journal) is None


# --- Change and addition ---------------------------------------------------------------------------------------------


def test_a_correction_opens_with_both_keyholes_and_keeps_what_was_there_sealed(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    after = PersonalData(person.name, "Сейтқали-Ордабаева", "+77019998877")
    session = db.session()
    assert my.correct(session, who, after, by=by(site), randomness=secrets.token_bytes) == ("second_name", "phone")
    row, private = row_of(who), house_of(site).keys.operator_private
    assert private is not None
    assert _opened(row, who) == after.to_bytes()
    assert open_as_operator(changes.sealed_of(row), record=row.id.bytes, private=private) == after.to_bytes()
    change = db.session.scalars(select(ChangeRow)).one()
    for key in (changes.persons_key(row, who.secret), changes.operators_key(row, house_of(site).keys)):
        assert changes.opened(change, row, key) == {
            "before": {"second_name": person.second_name, "phone": person.e164},
            "after": {"second_name": after.second_name, "phone": after.phone},
        }
    assert entries(who)[-1] == (Act.CHANGE, "person", {"fields": "second_name,phone"})
    assert whole(site)
    stored = stored_bytes(site)
    for value in (after.second_name, after.phone, person.second_name, person.e164):
        assert value.encode() not in stored


def test_the_operator_corrects_with_the_operators_key(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    with writing(db.session()):
        row = records.locked(db.session(), who.submission_id)
        changes.rewrite(
            db.session(),
            row,
            Act.CHANGE,
            PersonalData("Анна", person.second_name, person.e164),
            key=changes.operators_key(row, house_of(site).keys),
            by=by(site, "operator:3"),
            randomness=secrets.token_bytes,
        )
    assert PersonalData.from_bytes(_opened(row_of(who), who)).name == "Анна"
    assert entries(who)[-1] == (Act.CHANGE, "operator:3", {"fields": "name"})


def test_what_changes_nothing_leaves_nothing_behind(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    before = counts()
    same = PersonalData(person.name, person.second_name, person.e164)
    with pytest.raises(changes.NothingChanged):
        my.correct(db.session(), who, same, by=by(site), randomness=secrets.token_bytes)
    assert counts() == before


def test_another_persons_secret_changes_nothing(site: Flask, person: Person) -> None:
    who, other = given_holder(site, person), given_holder(site, PEOPLE[0])
    before = counts()
    thief = Holder(who.submission_id, who.reference, other.secret)
    with pytest.raises(SealBroken):
        do(site, thief, OwnAct.CORRECT)
    assert counts() == before


def test_a_partial_name_is_written_out_and_a_topic_added_once(site: Flask) -> None:
    who = given_holder(site, PEOPLE[0]._replace(name="А."))
    given = {"by": by(site), "randomness": secrets.token_bytes}
    names = {"name": "Айгерім", "second_name": PEOPLE[0].second_name}
    added = my.complete(db.session(), who, names, Purpose.SUPPORT, **given)  # type: ignore[arg-type]  # the two above
    assert added == ("name", "topic")
    assert (row_of(who).topic, PersonalData.from_bytes(_opened(row_of(who), who)).name) == ("support", "Айгерім")
    assert entries(who)[-1] == (Act.ADDITION, "person", {"fields": "name,topic"})
    with pytest.raises(changes.NothingChanged):
        my.complete(db.session(), who, names, Purpose.CONTRACT, **given)  # type: ignore[arg-type]  # the two above
    with pytest.raises(my.NotLonger, match="second_name"):
        my.complete(db.session(), who, {**names, "second_name": "Басқа"}, None, **given)  # type: ignore[arg-type]  # the two above
    assert row_of(who).topic == "support"


def test_unsubscribing_leaves_the_rest_alone(site: Flask, person: Person) -> None:
    who = given_holder(site, person, mailing=True, topic=Purpose.CONTRACT)
    my.unsubscribe(db.session(), who, by=by(site))
    row = row_of(who)
    assert (row.mailing, row.state, row.consent_state, row.topic) == (False, "active", "given", "contract")
    assert entries(who)[-1] == (Act.CHANGE, "person", {"fields": "mailing"})
    assert counts("requests", "changes") == {"requests": 0, "changes": 0}


# --- The person's acts in each state ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", OwnAct)
def test_each_act_in_each_state_is_done_or_refused_without_a_trace(site: Flask, person: Person, act: OwnAct) -> None:
    done, written = set(), ("journal", "requests", "request_steps", "changes")
    for state in State:
        for consent in ConsentState:
            who = given_holder(site, person, mailing=True)
            put(who, state=state.value, consent_state=consent.value)
            reason, before = why_not_own(act, my.standing(db.session(), who)), counts(*written)
            if reason is None:
                do(site, who, act)
                done.add((state, consent))
                assert counts(*written) != before
            else:
                with pytest.raises(OwnActRefused) as refused:
                    do_blindly(site, who, act)
                assert refused.value.reason is reason
                assert counts(*written) == before, (state, consent)
                assert row_of(who).state == state.value
    given = {(state, ConsentState.GIVEN) for state in (State.ACTIVE, State.BLOCKED)}
    assert done == {
        OwnAct.UNBLOCK: {(State.BLOCKED, ConsentState.GIVEN)},
        OwnAct.WITHDRAW: given | {(State.RESTRICTED, ConsentState.GIVEN)},
        OwnAct.BLOCK: {(state, consent) for state in (State.ACTIVE, State.RESTRICTED) for consent in ConsentState},
    }.get(
        act,
        {(state, consent) for state in (State.ACTIVE, State.BLOCKED, State.RESTRICTED) for consent in ConsentState}
        if act in REQUESTS
        else {(State.RESTRICTED, consent) for consent in ConsentState} | {(State.ACTIVE, ConsentState.GIVEN)},
    )
    assert whole(site)


def do_blindly(app: Flask, who: Holder, act: OwnAct) -> None:
    """The act, for a record that may have nothing to open."""
    if act is OwnAct.COMPLETE:
        my.complete(
            db.session(),
            who,
            {"name": "Ұ", "second_name": "Ұ"},
            Purpose.SUPPORT,
            by=by(app),
            randomness=secrets.token_bytes,
        )
    else:
        do(app, who, act)


def test_withdrawing_ends_the_consent_blocks_at_once_and_starts_the_clock(site: Flask, person: Person) -> None:
    who = given_holder(site, person, mailing=True)
    ask(site, who, OwnAct.WITHDRAW)
    row = row_of(who)
    assert (row.state, row.consent_state, row.consent_ended_at) == ("blocked", "withdrawn", house_of(site).now)
    assert not row.mailing
    (kept,) = request_reading.of_submission(db.session(), who.submission_id)
    # From Sunday, 22 November 2026: three whole weeks.
    assert (kept.request.kind, kept.request.due) == (RequestKind.WITHDRAW, date(2026, 12, 11))
    assert (kept.request.state, kept.language) == (RequestState.RECEIVED, "en")
    assert entries(who)[-1][:2] == (Act.BLOCKING, "person")
    for act, reason in (
        (OwnAct.WITHDRAW, "consent_over"),
        (OwnAct.UNBLOCK, OwnReason.BLOCK_OF_ENDED_CONSENT),
        (OwnAct.CORRECT, "blocked"),
    ):
        with pytest.raises(OwnActRefused) as refused:
            do(site, who, act)
        assert refused.value.reason == reason


def test_withdrawing_from_a_blocked_record_is_in_the_journal_too(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    ask(site, who, OwnAct.BLOCK)
    ask(site, who, OwnAct.WITHDRAW)
    assert entries(who)[-1] == (Act.BLOCKING, "person", {"request": "withdraw", "consent": "withdrawn"})
    assert (row_of(who).state, row_of(who).consent_state) == ("blocked", "withdrawn")


def test_the_persons_own_block_is_lifted_by_the_person(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    ask(site, who, OwnAct.BLOCK)
    assert row_of(who).state == "blocked"
    ask(site, who, OwnAct.UNBLOCK)
    assert row_of(who).state == "active"
    kept = request_reading.of_submission(db.session(), who.submission_id)
    assert {(one.request.kind, one.request.state) for one in kept} == {
        (RequestKind.BLOCK, RequestState.DONE),
        (RequestKind.UNBLOCK, RequestState.DONE),
    }
    assert entries(who)[-1][2]["lifted"] == "active"
    ask(site, who, OwnAct.BLOCK)
    assert row_of(who).state == "blocked"
    assert whole(site)


def test_a_block_that_the_operator_confirmed_is_the_operators_to_lift(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    ask(site, who, OwnAct.BLOCK)
    (kept,) = request_reading.of_submission(db.session(), who.submission_id)
    requests.take_up(db.session(), kept.id, by=by(site, "operator:3"))
    requests.meet(db.session(), kept.id, by=by(site, "operator:3"))
    ask(site, who, OwnAct.UNBLOCK)
    assert row_of(who).state == "blocked"
    with pytest.raises(OwnActRefused) as refused:
        ask(site, who, OwnAct.UNBLOCK)
    assert refused.value.reason is OwnReason.ASKED_ALREADY


def test_a_block_of_a_report_is_not_lifted_by_who_holds_the_secret(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    ask(site, who, OwnAct.BLOCK)
    ask(site, who, OwnAct.NOT_SENDER)
    with pytest.raises(OwnActRefused) as refused:
        ask(site, who, OwnAct.UNBLOCK)
    assert refused.value.reason is OwnReason.BLOCK_OF_REQUEST
    assert (row_of(who).state, row_of(who).consent_state) == ("blocked", "given")


@pytest.mark.parametrize("table", ["journal", "requests", "request_steps"])
def test_a_fault_leaves_nothing_of_a_withdrawal(site: Flask, person: Person, table: str) -> None:
    who = given_holder(site, person)
    before = counts()
    with failing_insert(table), pytest.raises(DBAPIError, match="injected fault"):
        ask(site, who, OwnAct.WITHDRAW)
    assert counts() == before
    assert (row_of(who).state, row_of(who).consent_state) == ("active", "given")


def test_eight_withdrawals_at_once_are_one(app_on_each: Flask, person: Person) -> None:
    with app_on_each.app_context():
        who = given_holder(app_on_each, person)
    together = Barrier(8)

    def click(_: int) -> bool:
        with app_on_each.app_context():
            together.wait()
            try:
                ask(app_on_each, who, OwnAct.WITHDRAW)
            except OwnActRefused:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(click, range(8))) == 1
    with app_on_each.app_context():
        assert counts("requests") == {"requests": 1}
        assert whole(app_on_each)


def test_opening_ones_data_is_access_and_what_cannot_be_recorded_is_not_shown(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    own = my.open_own(db.session(), who, by=by(site))
    assert own.personal == PersonalData(person.name, person.second_name, person.e164)
    assert entries(who)[-1] == (Act.ACCESS, "person", {"by": "secret_link"})
    before = counts()
    with failing_insert("journal"), pytest.raises(DBAPIError, match="injected fault"):
        my.open_own(db.session(), who, by=by(site))
    assert counts() == before


# --- Destruction ------------------------------------------------------------------------------------------------------


def test_nothing_of_a_destroyed_record_is_left_in_the_database(site: Flask, person: Person) -> None:
    who, other = given_holder(site, person, mailing=True), given_holder(site, PEOPLE[0])
    do(site, who, OwnAct.CORRECT)
    row = row_of(who)
    change = db.session.scalars(select(ChangeRow)).one()
    hidden = [row.sealed_content, row.key_for_operator, row.key_for_person, change.sealed]
    stored = stored_bytes(site)
    assert all(part in stored for part in hidden), "the search itself must find what is there"
    ask(site, who, OwnAct.DELETE)
    (kept,) = request_reading.of_submission(db.session(), who.submission_id)
    requests.take_up(db.session(), kept.id, by=by(site, "operator:3"))
    requests.meet(db.session(), kept.id, by=by(site, "operator:3"))
    db.session.rollback()
    assert forget(db.session())
    logs = [path.stat().st_size for path in house_of(site).settings.instance.glob("kelisim.sqlite3-wal")]
    assert logs in ([], [0]), "on SQLite the write-ahead log is empty"
    row = row_of(who)
    assert (row.state, row.consent_state, row.mailing) == ("destroyed", "withdrawn", False)
    assert (row.sealed_content, row.key_for_operator, row.key_for_person) == (b"", b"", b"")
    assert counts("changes") == {"changes": 0}
    stored = stored_bytes(site)
    values = [person.name, person.second_name, person.e164, "Жаңа", "+77770000000"]
    assert [part for part in (*hidden, *(value.encode() for value in values)) if part in stored] == []
    assert entries(who)[-1][:2] == (Act.DESTRUCTION, "operator:3")
    own = my.open_own(db.session(), who, by=by(site))
    assert (own.personal, own.entries[-1].act) == (None, Act.DESTRUCTION)
    assert my.open_own(db.session(), other, by=by(site)).personal is not None
    assert whole(site)


def test_a_blocked_record_with_a_consent_is_not_destroyed(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    ask(site, who, OwnAct.BLOCK)
    before = row_of(who).sealed_content
    with pytest.raises(ActRefused), writing(db.session()):
        records.destroy(
            db.session(), records.locked(db.session(), who.submission_id), by(site), {}, ground=DestructionGround.COURT
        )
    assert row_of(who).sealed_content == before
    with pytest.raises(records.NoRecord), writing(db.session()):
        records.locked(db.session(), UUID(int=7))


def test_only_a_block_is_lifted_and_a_kept_record_is_restricted(site: Flask, person: Person) -> None:
    who = given_holder(site, person)
    with pytest.raises(records.NotBlocked), writing(db.session()):
        records.unblock(db.session(), records.locked(db.session(), who.submission_id), by(site), {}, kept=False)
    ask(site, who, OwnAct.WITHDRAW)
    with writing(db.session()):
        row = records.locked(db.session(), who.submission_id)
        assert records.unblock(db.session(), row, by(site, "operator:3"), {}, kept=True) is State.RESTRICTED
    assert my.open_own(db.session(), who, by=by(site)).personal is not None
    assert row_of(who).state == "restricted"


# --- The way in from paper --------------------------------------------------------------------------------------------


def test_reference_and_secret_open_only_together(site: Flask, person: Person) -> None:
    first, second = send(site, person).secret, send(site, PEOPLE[0]).secret
    who, other = holders.holder(db.session(), first), holders.holder(db.session(), second)
    assert who is not None
    assert other is not None
    session = db.session()
    reference = who.reference
    for typed in (first, first.upper(), " ".join(first), f"https://localhost:8443/receipt/{first}/ ", f"/my/{first}"):
        assert holders.secret_of(session, f" {reference[:4].lower()}-{reference[4:]} ", typed) == first
    look_alikes = first.replace("o", "0").replace("l", "1").replace("b", "8")
    assert holders.secret_of(session, reference, look_alikes) == first
    for wrong in ((other.reference, first), (reference, second), (reference, ""), ("", first), ("", "")):
        assert holders.secret_of(session, *wrong) is None
    for wrong in ((reference, first[:-1]), (reference, first + "a"), ("--------", "x" * 32), ("\ud800", "\ud800" * 9)):
        assert holders.secret_of(session, *wrong) is None
    assert holders.holder(session, first.upper()) is None


def test_whatever_is_typed_the_same_statement_is_asked(site: Flask, person: Person) -> None:
    secret = send(site, person).secret
    who = holders.holder(db.session(), secret)
    assert who is not None
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    for pair in ((who.reference, secret), (who.reference, "a" * 32), ("33333333", secret), ("", "?"), ("x", "")):
        holders.secret_of(db.session(), *pair)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 5
    assert len(set(asked)) == 1
