"""Decisions at the desk, on both databases: what they do, what they leave, and what cannot be found any more."""

import json
import secrets
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act, State
from kelisim.domain.desk_acts import DeskAct, DeskActRefused, DeskReason
from kelisim.domain.envelopes import read_envelope
from kelisim.domain.grounds import KeepingGround
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.purposes import Purpose
from kelisim.services import desk_acts, destructions, journal, keepings, my, search
from kelisim.services.holders import Holder, holder
from kelisim.services.receipts import Issuer
from kelisim.services.records import By
from kelisim.storage.db import db
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.search import SearchTokenRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault import signing
from kelisim.web.issuer import issuer
from tests.services.given import counts, failing_insert, house_of, send
from tests.services.test_privacy import stored_bytes
from tests.support.people import PEOPLE, Person

OPERATOR = {"name": "O", "bin": "220540900218", "address": "A"}


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def by(app: Flask, actor: str = "operator:3") -> By:
    house = house_of(app)
    return By(actor, house.keys.site.journal, house.now)


def given(app: Flask, person: Person, **arguments: object) -> Holder:
    found = holder(db.session(), send(app, person, **arguments).secret)  # type: ignore[arg-type]  # what the form says
    assert found is not None
    return found


def row_of(who: Holder) -> SubmissionRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(SubmissionRow).where(SubmissionRow.id == who.submission_id)).one()


def do(app: Flask, who: Holder, act: DeskAct, code: str = "") -> None:
    desk_acts.carry_out(db.session(), who.reference, act, code, by=by(app))


def last(who: Holder) -> tuple[Act, dict[str, str]]:
    db.session.rollback()
    entry = journal.of_subject(db.session(), who.submission_id)[-1]
    return entry.act, dict(entry.details)


def whole(app: Flask) -> bool:
    return journal.verify(db.session(), key=house_of(app).keys.site.journal) is None


@pytest.mark.parametrize(
    ("act", "code", "after"),
    [(DeskAct.DESTROY, "court", State.DESTROYED), (DeskAct.DEPERSONALIZE, "counts_only", State.DEPERSONALIZED)],
)
def test_nothing_personal_is_left_in_any_file_or_index(
    site: Flask, person: Person, act: DeskAct, code: str, after: State
) -> None:
    who, other = given(site, person, topic=Purpose.SUPPORT, mailing=True), given(site, PEOPLE[0])
    keys, session = house_of(site).keys, db.session()
    new = {"name": person.name + "жан", "second_name": person.second_name}
    my.complete(session, who, new, None, by=my.person(by(site).key, by(site).now), randomness=secrets.token_bytes)
    search.enter(session, keys=keys, least=2, rows=10)
    row = row_of(who)
    tokens = row.search_tokens
    assert tokens
    hidden = [row.sealed_content, row.key_for_operator, row.key_for_person, tokens]
    hidden += [bytes(sealed) for (sealed,) in session.execute(text("SELECT sealed FROM changes"))]
    before = stored_bytes(site)
    assert all(part in before for part in hidden), "the search itself must find what is there"
    do(site, who, act, code)
    stored = stored_bytes(site)
    assert [part for part in hidden if part in stored] == []
    row = row_of(who)
    assert (row.state, row.mailing, row.search_tokens, row.phone_token) == (after.value, False, None, None)
    assert row.topic == ("support" if act is DeskAct.DEPERSONALIZE else None)
    of_record = select(SearchTokenRow).where(SearchTokenRow.submission_id == who.submission_id)
    assert session.scalars(of_record).all() == []
    assert counts("changes") == {"changes": 0}
    assert my.open_own(session, other, by=by(site, "person")).personal is not None
    own = my.open_own(session, who, by=by(site, "person"))
    assert (own.personal, own.destroyed) == (None, True)
    for again in DeskAct:
        with pytest.raises(DeskActRefused):
            do(site, who, again, code)
    assert whole(site)


def test_the_act_names_what_when_who_and_why_and_anyone_can_check_it(site: Flask, person: Person) -> None:
    first, second = given(site, person), given(site, PEOPLE[0])
    do(site, first, DeskAct.DESTROY, "unlawful")
    do(site, second, DeskAct.DEPERSONALIZE, "counts_only")
    with site.test_request_context():
        signer: Issuer = issuer()
    shown = destructions.by_reference(
        db.session(), first.reference, issuer=signer, operator=OPERATOR, names={3: "Aigerim"}
    )
    assert shown is not None
    envelope = read_envelope(destructions.KIND, shown.file)
    document = envelope.document
    assert (document["number"], document["act"], document["by"]) == ("1", "destruction", "operator:3 Aigerim")
    assert (document["ground"], document["article"]) == ("unlawful", "18")
    assert document["categories"] == ["name", "second_name", "phone"]
    assert document["at"] == "2026-11-22T10:00:00Z"
    entries = document["journal"]["entries"]
    assert [entry["act"] for entry in entries] == ["collection", "accumulation", "destruction"]
    assert entries[-1]["number"] == document["entry"]
    key = signing.public_key(signer.seed)
    assert signing.verify(key, destructions.KIND, envelope.content, envelope.signature.value)
    assert not signing.verify(key, "receipt", envelope.content, envelope.signature.value)
    to_person = destructions.by_reference(db.session(), first.reference, issuer=signer, operator=OPERATOR, names=None)
    assert to_person is not None
    assert "Aigerim" not in to_person.file.decode()
    assert json.loads(to_person.file)["destruction"]["by"] == "operator"
    assert [row.number for row in db.session.scalars(select(DestructionRow).order_by(DestructionRow.number))] == [1, 2]
    assert destructions.of_reference(db.session(), given(site, PEOPLE[1]).reference) is None


def test_achieved_purposes_end_the_consent_and_only_an_end_follows(site: Flask, person: Person) -> None:
    who = given(site, person, mailing=True)
    do(site, who, DeskAct.ACHIEVE)
    row = row_of(who)
    assert (row.state, row.consent_state, row.mailing) == ("active", "achieved", False)
    assert row.consent_ended_at == house_of(site).now
    assert last(who) == (Act.STORAGE, {"end": "achieved", "consent": "achieved"})
    with pytest.raises(DeskActRefused) as refused:
        do(site, who, DeskAct.ACHIEVE)
    assert refused.value.reason == "consent_over"
    with pytest.raises(DeskActRefused) as refused:
        do(site, who, DeskAct.DESTROY, "withdrawn")
    assert refused.value.reason is DeskReason.GROUND
    do(site, who, DeskAct.DESTROY, "achieved")
    assert row_of(who).state == "destroyed"


def test_a_block_has_its_reason_and_stops_every_decision_until_lifted(site: Flask, person: Person) -> None:
    who = given(site, person)
    do(site, who, DeskAct.BLOCK, "report")
    assert last(who) == (Act.BLOCKING, {"by": "desk", "reason": "report", "consent": "given"})
    for act, code in ((DeskAct.DESTROY, "court"), (DeskAct.DEPERSONALIZE, "counts_only"), (DeskAct.ACHIEVE, "")):
        with pytest.raises(DeskActRefused) as refused:
            do(site, who, act, code)
        assert refused.value.reason == "blocked"
    do(site, who, DeskAct.UNBLOCK, "not_confirmed")
    assert last(who)[1]["lifted"] == "active"
    my.ask(
        db.session(),
        who,
        OwnAct.BLOCK,
        language="en",
        terms=house_of(site).settings.terms,
        by=by(site, "person"),
        randomness=secrets.token_bytes,
    )
    with pytest.raises(DeskActRefused) as refused:
        do(site, who, DeskAct.UNBLOCK, "mended")
    assert refused.value.reason is DeskReason.HELD


def test_what_is_kept_stays_and_a_block_of_an_ended_consent_is_lifted_into_it(site: Flask, person: Person) -> None:
    who = given(site, person)
    do(site, who, DeskAct.ACHIEVE)
    do(site, who, DeskAct.BLOCK, "own_finding")
    with pytest.raises(DeskActRefused) as refused:
        do(site, who, DeskAct.UNBLOCK, "mended")
    assert refused.value.reason is DeskReason.WOULD_DESTROY
    keepings.keep(db.session(), who.reference, KeepingGround.STATE_BODY_CASE, date(2026, 12, 1), by=by(site))
    do(site, who, DeskAct.UNBLOCK, "mended")
    assert row_of(who).state == "restricted"
    with pytest.raises(DeskActRefused) as refused:
        do(site, who, DeskAct.DESTROY, "court")
    assert refused.value.reason is DeskReason.KEPT


@pytest.mark.parametrize("table", ["journal", "destructions"])
def test_a_fault_takes_nothing_away(site: Flask, person: Person, table: str) -> None:
    who = given(site, person)
    before, sealed = counts(), row_of(who).sealed_content
    with failing_insert(table), pytest.raises(DBAPIError, match="injected fault"):
        do(site, who, DeskAct.DESTROY, "court")
    assert counts() == before
    assert (row_of(who).state, row_of(who).sealed_content) == ("active", sealed)
