"""The blind index: what enters it, what it finds, and that nothing of it tells a name without the private key."""

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from kelisim.domain.acts import Act, ConsentState, State, why_not
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.filters import Filter, Order
from kelisim.domain.search import read_search
from kelisim.domain.submissions import PersonalData
from kelisim.services import changes, listing, records, search
from kelisim.services.records import By
from kelisim.services.search import NotSearchableHere
from kelisim.storage.db import db, forget, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.keys import Keys
from tests.services.given import counts, house_of, send
from tests.services.test_privacy import stored_bytes
from tests.support.people import PEOPLE, Person


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def keys_of(app: Flask) -> Keys:
    return house_of(app).keys


def enter(app: Flask, rows: int = 100, least: int = 2) -> bool:
    return search.enter(db.session(), keys=keys_of(app), least=least, rows=rows)


def found(app: Flask, text: str, keys: Keys | None = None) -> list[str]:
    """The references of what a text finds, newest first."""
    db.session.rollback()
    wanted = Filter(sought=read_search(text, longest_phone=40))
    now = house_of(app).now
    page = listing.page(
        db.session(),
        wanted,
        order=Order.NEWEST,
        place=None,
        keys=keys or keys_of(app),
        today=now.date(),
        rows=50,
    )
    return [listed.reference for listed in page.listed]


def reference_of(accepted_number: int) -> str:
    db.session.rollback()
    query = select(ReceiptRow.reference).join(SubmissionRow).order_by(SubmissionRow.id)
    return list(db.session.scalars(query))[accepted_number]


def row() -> SubmissionRow:
    return db.session.scalars(select(SubmissionRow)).one()


def by(app: Flask) -> By:
    return By("operator:3", keys_of(app).site.journal, house_of(app).now)


def test_what_was_sent_is_found_once_it_is_entered(site: Flask) -> None:
    for person in PEOPLE[:3]:
        send(site, person)
    assert found(site, "айгерім") == []
    assert search.is_behind(db.session(), keys=keys_of(site), least=2)
    assert enter(site, rows=2), "one is left"
    assert not enter(site, rows=2)
    assert not search.is_behind(db.session(), keys=keys_of(site), least=2)
    before = counts()
    assert not enter(site), "nothing is entered twice"
    assert counts() == before
    assert len(found(site, "айгерім сейт")) == 1
    assert found(site, "87011234567") == found(site, "4567") == found(site, "айгерім")
    assert found(site, reference_of(0).lower()) == [reference_of(0)]


def test_the_index_holds_no_value_and_another_key_finds_nothing(site: Flask, person: Person) -> None:
    send(site, person)
    enter(site)
    stored = stored_bytes(site)
    for value in (person.name, "айгерим", "куаныш", person.e164, person.e164[-7:], "name:", "phone:"):
        assert value.encode() not in stored, value
    other = replace(keys_of(site), search=secrets.token_bytes(32))
    assert found(site, person.name, other) == []
    public = replace(keys_of(site), search=None)
    for ask in (lambda: search.enter(db.session(), keys=public, least=2, rows=9), lambda: found(site, "x", public)):
        with pytest.raises(NotSearchableHere):
            ask()


def test_another_key_or_scheme_enters_everything_anew(site: Flask, person: Person) -> None:
    send(site, person)
    enter(site, least=2)
    two = counts("search_tokens")
    enter(site, least=4)
    assert counts("search_tokens")["search_tokens"] < two["search_tokens"], "the old marks were taken out"
    assert found(site, person.name[:4]) and not found(site, person.name[:3])  # noqa: PT018  # one rule, two sides
    other = replace(keys_of(site), search=secrets.token_bytes(32))
    search.enter(db.session(), keys=other, least=2, rows=9)
    assert counts("search_tokens") == two
    assert found(site, person.name, other) and not found(site, person.name)  # noqa: PT018  # the same


def test_a_changed_record_is_found_by_what_it_says_now(site: Flask, person: Person) -> None:
    send(site, person)
    enter(site)
    with writing(db.session()):
        held = records.locked(db.session(), row().id)
        changes.rewrite(
            db.session(),
            held,
            Act.CHANGE,
            PersonalData("Жібек", person.second_name, person.e164),
            key=changes.operators_key(held, keys_of(site)),
            by=by(site),
            randomness=secrets.token_bytes,
        )
    assert counts("search_tokens") == {"search_tokens": 0}
    enter(site)
    assert found(site, "жибек") == [reference_of(0)]
    assert found(site, person.name) == []


def test_of_a_destroyed_record_nothing_is_left_in_the_index(site: Flask, person: Person) -> None:
    send(site, person)
    enter(site)
    tokens = row().search_tokens
    assert tokens
    with writing(db.session()):
        records.destroy(
            db.session(), records.locked(db.session(), row().id), by(site), {}, ground=DestructionGround.COURT
        )
    forget(db.session())
    assert counts("search_tokens") == {"search_tokens": 0}
    assert (row().search_tokens, row().search_version) == (None, None)
    if db.engine.dialect.name == "sqlite":
        stored = stored_bytes(site)
        assert not any(tokens[at : at + 8] in stored for at in range(0, len(tokens), 8))
    assert not enter(site)
    assert counts("search_tokens") == {"search_tokens": 0}


def test_a_record_is_found_by_name_exactly_where_it_may_be_opened(site: Flask, person: Person) -> None:
    send(site, person)
    enter(site)
    for state in State:
        for consent in ConsentState:
            with writing(db.session()):
                db.session.execute(update(SubmissionRow).values(state=state.value, consent_state=consent.value))
            opens = why_not(state, Act.ACCESS, consent) is None
            assert bool(found(site, person.name)) is bool(found(site, person.phone)) is opens, (state, consent)
            assert found(site, reference_of(0)) == [reference_of(0)], "a reference is no personal value"


def test_a_record_whose_seal_is_broken_keeps_nobody_waiting(site: Flask) -> None:
    send(site, PEOPLE[0])
    with writing(db.session()):
        db.session.execute(update(SubmissionRow).values(sealed_content=b"?" * 80))
    damaged = reference_of(0)
    send(site, PEOPLE[1])
    assert not enter(site)
    assert not search.is_behind(db.session(), keys=keys_of(site), least=2)
    (reference,) = found(site, PEOPLE[1].name)
    assert reference != damaged


def test_what_was_typed_stands_in_an_address_sealed(site: Flask) -> None:
    keys = keys_of(site)
    token = search.sealed_text("Айгерім 4567", keys=keys, randomness=secrets.token_bytes)
    assert token.isascii()
    assert search.opened_text(token, keys=keys) == "Айгерім 4567"
    for other in ("", "x", token[:-4], token[::-1], "=" * 9, "Айгерім"):
        assert search.opened_text(other, keys=keys) is None


def test_several_words_are_counted_to_a_tenth(site: Flask) -> None:
    for _ in range(3):
        send(site, PEOPLE[0])
    enter(site)

    def counted(text: str) -> int:
        wanted = Filter(sought=read_search(text, longest_phone=40))
        house = house_of(site)
        return listing.counts(db.session(), wanted, keys=house.keys, today=house.now.date(), most=10).everything

    person = PEOPLE[0]
    assert counted(person.name) == 3
    assert counted(f"{person.name} {person.second_name}") == 2, "one, and the one beyond it"
