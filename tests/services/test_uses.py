"""Tags and contacts: each is the act of use, asked of the table of acts, journalled, and gone with the record."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from kelisim.domain.acts import Act, ActRefused, ConsentState, State, why_not
from kelisim.domain.contacts import Contact, ContactProblem, Outcome, Way
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.filters import Filter
from kelisim.domain.journal import SITE
from kelisim.domain.purposes import Purpose
from kelisim.domain.search import read_search
from kelisim.domain.tags import TagProblem
from kelisim.services import contacts, journal, listing, records, search, tags
from kelisim.services.records import By, NoRecord
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from tests.services.given import counts, house_of, send
from tests.support.people import PEOPLE, Person

CONTACT = Contact(date(2026, 11, 22), Way.CALL, Outcome.LATER, Purpose.FEEDBACK)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def by(app: Flask) -> By:
    return By("operator:3", house_of(app).keys.site.journal, house_of(app).now)


def reference() -> str:
    db.session.rollback()
    return db.session.scalars(select(ReceiptRow.reference)).one()


def used(app: Flask) -> list[dict[str, str]]:
    """The entries about uses."""
    db.session.rollback()
    subject = db.session.scalars(select(SubmissionRow.id)).one()
    assert journal.verify(db.session(), key=house_of(app).keys.site.journal) is None
    return [dict(entry.details) for entry in journal.of_subject(db.session(), subject) if entry.act is Act.USE]


def test_a_contact_is_noted_in_codes_for_a_purpose_consented_to(site: Flask, person: Person) -> None:
    send(site, person)
    contacts.log(db.session(), reference(), CONTACT, by=by(site))
    codes = {"way": "call", "outcome": "later", "purpose": "feedback", "day": "2026-11-22"}
    assert used(site) == [codes]
    mailing = Contact(CONTACT.day, Way.MESSAGE, Outcome.ANSWERED, Purpose.MAILING)
    with pytest.raises(ContactProblem, match="purpose"):
        contacts.log(db.session(), reference(), mailing, by=by(site))
    assert counts("contacts") == {"contacts": 1}
    with pytest.raises(NoRecord):
        contacts.log(db.session(), "33333333", CONTACT, by=by(site))


def test_a_mailing_that_was_ended_is_no_purpose_any_more(site: Flask, person: Person) -> None:
    send(site, person, mailing=True)
    assert Purpose.MAILING in contacts.purposes_of_record(db.session(), reference())
    with writing(db.session()):
        db.session.execute(update(SubmissionRow).values(mailing=False))
    assert Purpose.MAILING not in contacts.purposes_of_record(db.session(), reference())


def test_tags_are_of_the_list_and_each_change_is_journalled(site: Flask, person: Person) -> None:
    send(site, person)
    for words in ("перезвонить", "договор"):
        tags.add(db.session(), words, by=by(site))
    with pytest.raises(TagProblem, match="taken"):
        tags.add(db.session(), " договор ", by=by(site))
    contract, call = tags.every(db.session())
    tags.put_on(db.session(), reference(), {call.id, contract.id}, by=by(site))
    tags.put_on(db.session(), reference(), {call.id}, by=by(site))
    tags.put_on(db.session(), reference(), {call.id}, by=by(site))
    first, second = sorted((str(call.id), str(contract.id)))
    assert used(site) == [{"tag": first}, {"tag": second}, {"untag": str(contract.id)}]
    tags.retire(db.session(), call.id, retired=True, by=by(site))
    tags.rename(db.session(), call.id, "позвонить", by=by(site))
    tags.put_on(db.session(), reference(), {call.id}, by=by(site))
    tags.put_on(db.session(), reference(), set(), by=by(site))
    with pytest.raises(TagProblem, match="unknown"):
        tags.put_on(db.session(), reference(), {call.id}, by=by(site))
    with pytest.raises(TagProblem, match="unknown"):
        tags.put_on(db.session(), reference(), {99}, by=by(site))
    assert counts("record_tags") == {"record_tags": 0}


@pytest.mark.parametrize(
    "use",
    [
        lambda app: contacts.log(db.session(), reference(), CONTACT, by=by(app)),
        lambda app: tags.put_on(db.session(), reference(), set(), by=by(app)),
    ],
    ids=["contact", "tag"],
)
def test_a_use_is_refused_wherever_the_table_refuses_it(
    site: Flask, person: Person, use: Callable[[Flask], None]
) -> None:
    send(site, person)
    for state in State:
        for consent in ConsentState:
            with writing(db.session()):
                db.session.execute(update(SubmissionRow).values(state=state.value, consent_state=consent.value))
            refused = False
            try:
                use(site)
            except ActRefused as problem:
                refused = problem.act is Act.USE
            assert refused is (why_not(state, Act.USE, consent) is not None), (state, consent)


def test_each_change_of_the_list_of_tags_is_journalled_without_its_words(site: Flask) -> None:
    tags.add(db.session(), "договор", by=by(site))
    (tag,) = tags.every(db.session())
    for words in ("договор подписан", "договор подписан"):
        tags.rename(db.session(), tag.id, words, by=by(site))
    for retired in (True, True, False):
        tags.retire(db.session(), tag.id, retired=retired, by=by(site))
    db.session.rollback()
    entries = journal.of_subject(db.session(), SITE)
    of_tag = {"register": "tags", "tag": str(tag.id)}
    steps = ("added", "renamed", "retired", "brought_back")
    assert [entry.details for entry in entries] == [of_tag | {"step": step} for step in steps]
    assert {(entry.act, entry.actor) for entry in entries} == {(Act.STORAGE, "operator:3")}


def test_tags_narrow_the_list_alone_and_with_a_search(site: Flask) -> None:
    tags.add(db.session(), "договор", by=by(site))
    (tag,) = tags.every(db.session())
    for person in PEOPLE[:3]:
        send(site, person)
    db.session.rollback()
    every = list(db.session.scalars(select(ReceiptRow.reference).join(SubmissionRow)))
    tags.put_on(db.session(), every[0], {tag.id}, by=by(site))
    house = house_of(site)
    search.enter(db.session(), keys=house.keys, least=2, rows=9)
    (revision,) = listing.revisions(db.session())

    def number(wanted: Filter) -> int:
        given = {"keys": house.keys, "today": house.now.date()}
        return listing.counts(db.session(), wanted, most=9, **given).everything  # type: ignore[arg-type]  # the two

    assert number(Filter(tag=tag.id)) == number(Filter(tag=tag.id, revision=revision)) == 1
    assert number(Filter(tag=tag.id + 1)) == number(Filter(tag=tag.id, revision="x")) == 0
    found = [number(Filter(tag=tag.id, sought=read_search(p.name, longest_phone=40))) for p in PEOPLE[:3]]
    assert sorted(found) == [0, 0, 1]


def test_tags_and_contacts_go_with_the_record(site: Flask, person: Person) -> None:
    send(site, person)
    tags.add(db.session(), "договор", by=by(site))
    (tag,) = tags.every(db.session())
    tags.put_on(db.session(), reference(), {tag.id}, by=by(site))
    contacts.log(db.session(), reference(), CONTACT, by=by(site))
    sent = reference()
    with writing(db.session()):
        records.destroy(db.session(), records.held(db.session(), sent), by(site), {}, ground=DestructionGround.COURT)
    assert counts("record_tags", "contacts") == {"record_tags": 0, "contacts": 0}
