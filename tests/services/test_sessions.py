"""The sessions of operators: in the database, ended there."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select, update

from kelisim.domain.operators import Operator, SessionTerms, Stage
from kelisim.services import operators, sessions
from kelisim.services.sessions import SignedIn
from kelisim.storage.db import db
from kelisim.storage.tables.operators import OperatorSessionRow
from tests.conftest import FixedClock
from tests.services.given import add_operator, counts, house_of, reset, set_up

TERMS = SessionTerms(idle=timedelta(minutes=15), whole=timedelta(hours=10), at_once=3)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


@pytest.fixture
def operator(site: Flask) -> Operator:
    return add_operator(site)[0]


def start(site: Flask, operator: Operator, stage: Stage = Stage.FULL, replaces: str | None = None) -> str:
    return sessions.start(
        db.session(),
        operator,
        stage,
        {"csrf_token": "abc"},
        replaces=replaces,
        key=house_of(site).keys.desk.session,
        terms=TERMS,
        now=house_of(site).now,
        randomness=secrets.token_bytes,
    )


def find(site: Flask, token: str) -> SignedIn | None:
    db.session.rollback()
    return sessions.find(db.session(), token, key=house_of(site).keys.desk.session, terms=TERMS, now=house_of(site).now)


def test_a_token_finds_its_session_and_only_its_hash_is_kept(site: Flask, operator: Operator) -> None:
    token = start(site, operator, Stage.PASSWORD)
    assert find(site, token) == SignedIn(operator, Stage.PASSWORD, {"csrf_token": "abc"})
    stored = db.session.scalars(select(OperatorSessionRow.id_hash)).one()
    assert len(token.partition(".")[0]) == 64
    assert stored.hex() not in token
    assert sha256(token.encode()).digest() != stored
    for other in ("", "a" * 64, token.upper(), token[:-1], "\x00", chr(0xD800)):
        assert find(site, other) is None


def test_a_further_sign_in_than_may_be_at_once_ends_the_oldest_of_that_person_alone(
    site: Flask, operator: Operator, clock: FixedClock
) -> None:
    other = start(site, add_operator(site, "марат")[0])
    tokens = []
    for _ in range(4):
        clock.at += timedelta(seconds=1)
        start(site, operator, Stage.PASSWORD)
        tokens.append(start(site, operator))
    assert [find(site, token) is not None for token in tokens] == [False, True, True, True]
    assert find(site, other) is not None


def test_a_session_ends_when_it_is_idle(site: Flask, operator: Operator, clock: FixedClock) -> None:
    token = start(site, operator)
    for _ in range(3):
        clock.at += timedelta(minutes=14)
        assert find(site, token) is not None
    clock.at += timedelta(minutes=15)
    assert find(site, token) is None


def test_a_session_ends_in_any_case(site: Flask, operator: Operator, clock: FixedClock) -> None:
    token = start(site, operator)
    for _ in range(59):
        clock.at += timedelta(minutes=10)
        assert find(site, token) is not None
    clock.at += timedelta(minutes=10)
    assert find(site, token) is None


def test_looking_often_does_not_write_often(site: Flask, operator: Operator, clock: FixedClock) -> None:
    token, began = start(site, operator), clock.at
    clock.at += timedelta(seconds=29)
    find(site, token)
    assert db.session.scalars(select(OperatorSessionRow.seen_at)).one() == began
    clock.at += timedelta(seconds=1)
    find(site, token)
    db.session.rollback()
    assert db.session.scalars(select(OperatorSessionRow.seen_at)).one() == clock.at


def test_the_next_factor_begins_another_session_and_the_first_token_dies(site: Flask, operator: Operator) -> None:
    half = start(site, operator, Stage.PASSWORD)
    full = start(site, operator, Stage.FULL, replaces=half)
    assert half != full
    assert find(site, half) is None
    found = find(site, full)
    assert found is not None
    assert found.stage is Stage.FULL
    assert counts("operator_sessions") == {"operator_sessions": 1}


def test_signing_out_ends_one_session_wherever_a_copy_of_its_token_lies(site: Flask, operator: Operator) -> None:
    first, second = start(site, operator), start(site, operator)
    sessions.end(db.session(), first, key=house_of(site).keys.desk.session)
    assert find(site, first) is None
    assert find(site, second) is not None
    sessions.end(db.session(), first, key=house_of(site).keys.desk.session)


def test_sessions_that_are_over_are_swept_away_by_the_next_sign_in(
    site: Flask, operator: Operator, clock: FixedClock
) -> None:
    start(site, operator)
    clock.at += timedelta(minutes=15)
    token = start(site, operator)
    assert counts("operator_sessions") == {"operator_sessions": 1}
    assert find(site, token) is not None


def test_a_reset_ends_every_session_of_the_person(site: Flask, operator: Operator) -> None:
    other, _, _ = add_operator(site, "alua")
    tokens = [start(site, operator), start(site, operator), start(site, other)]
    reset(site, operator.name)
    assert [find(site, token) is not None for token in tokens] == [False, False, True]


def test_a_sign_in_that_ends_after_a_reset_opens_nothing_then_or_later(site: Flask, operator: Operator) -> None:
    link = reset(site, operator.name)
    late = start(site, operator)
    assert find(site, late) is None
    house = house_of(site)
    secret = operators.invitation(db.session(), link, keys=house.keys, now=house.now).secret
    set_up(site, link, TOTP(secret).at(house.now))
    assert find(site, late) is None
    assert find(site, start(site, operator)) is not None


def test_a_clock_that_goes_back_far_ends_a_session(site: Flask, operator: Operator, clock: FixedClock) -> None:
    token = start(site, operator)
    clock.at -= timedelta(minutes=14)
    assert find(site, token) is not None
    clock.at -= timedelta(minutes=2)
    assert find(site, token) is None


def test_who_writes_the_database_alone_makes_no_session(site: Flask, operator: Operator) -> None:
    """Neither one of a token of theirs, nor the second factor's of the first's, nor another person's of their own."""
    other, _, _ = add_operator(site, "alua")
    half, own = start(site, operator, Stage.PASSWORD), start(site, operator)
    forged = f"{'a' * 64}.{operator.id}.full"
    now = house_of(site).now
    db.session.add(
        OperatorSessionRow(
            id_hash=sha256(forged.encode()).digest(),
            operator_id=operator.id,
            stage=Stage.FULL.value,
            created_at=now,
            seen_at=now,
            data={},
        )
    )
    db.session.commit()
    assert find(site, forged) is None
    assert find(site, own) is not None
    db.session.execute(update(OperatorSessionRow).values(stage=Stage.FULL.value))
    db.session.commit()
    assert find(site, half) is None
    assert find(site, own) is not None
    db.session.execute(update(OperatorSessionRow).values(operator_id=other.id))
    db.session.commit()
    assert find(site, own) is None
