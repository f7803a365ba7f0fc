"""The Operator's people: a link that works once, a way in that can be taken away."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from kelisim.services import operators
from kelisim.services.operators import Invitation, LinkSpent, WeakPassword, WrongCode
from kelisim.services.staff import StaffProblem, StaffRefused
from kelisim.storage.db import db
from kelisim.storage.tables.operators import OperatorRow, SetUpLinkRow
from tests.conftest import FixedClock
from tests.services.given import PASSWORD, add_operator, counts, house_of, invited, reset, set_up

Verb = Callable[..., str | None]


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def link(site: Flask, verb: Verb, *name: str) -> str:
    house = house_of(site)
    token = verb(
        db.session(), *name, settings=house.settings, keys=house.keys, now=house.now, randomness=secrets.token_bytes
    )
    assert token is not None
    return token


def invitation(site: Flask, token: str) -> Invitation:
    db.session.rollback()
    return operators.invitation(db.session(), token, keys=house_of(site).keys, now=house_of(site).now)


def code(site: Flask, token: str) -> str:
    return TOTP(invitation(site, token).secret).at(house_of(site).now)


def row() -> OperatorRow:
    db.session.rollback()
    return db.session.scalars(select(OperatorRow)).one()


def test_a_person_who_was_added_has_a_link_and_no_password_yet(site: Flask) -> None:
    token = invited(site, "Айгерім  С.")
    assert invitation(site, token).operator.name == "айгерім с."
    assert (row().password_hash, row().second_factor, row().last_step) == (None, None, None)
    assert token.encode() not in db.session.scalars(select(SetUpLinkRow.token_hash)).one()
    assert operators.names(db.session()) == {row().id: "айгерім с."}


def test_one_name_is_added_once_and_it_is_said_why(site: Flask) -> None:
    invited(site, "Aigerim")
    for ask, problem in (
        (lambda: invited(site, " AIGERIM "), StaffProblem.KNOWN),
        (lambda: reset(site, "alua"), StaffProblem.UNKNOWN),
        (lambda: invited(site, "<b>"), StaffProblem.NO_NAME),
        (lambda: reset(site, "<b>"), StaffProblem.NO_NAME),
    ):
        with pytest.raises(StaffRefused) as refused:
            ask()
        assert refused.value.problem is problem
    assert counts("operators", "set_up_links") == {"operators": 1, "set_up_links": 1}


def test_a_set_up_spends_the_link_and_gives_recovery_codes_once(site: Flask) -> None:
    token = invited(site, "aigerim")
    offered = invitation(site, token)
    assert invitation(site, token) == offered
    codes = set_up(site, token, code(site, token))
    assert len(codes) == len(set(codes)) == house_of(site).settings.recovery_codes
    assert counts("set_up_links", "recovery_codes") == {"set_up_links": 0, "recovery_codes": 10}
    stored = row()
    assert stored.password_hash is not None
    assert house_of(site).passwords.matches(PASSWORD, stored.password_hash)
    assert offered.secret.encode() not in (stored.second_factor or b"")
    for spent in (lambda: invitation(site, token), lambda: set_up(site, token, "000000")):
        with pytest.raises(LinkSpent):
            spent()


def test_a_wrong_code_leaves_the_link_open(site: Flask) -> None:
    token = invited(site, "aigerim")
    for wrong in ("", "000000", chr(0xD800), TOTP(invitation(site, token).secret).at(0)):
        with pytest.raises(WrongCode):
            set_up(site, token, wrong)
    assert row().password_hash is None
    assert set_up(site, token, code(site, token))


def test_a_weak_password_leaves_the_link_open_whoever_asks(site: Flask) -> None:
    token = invited(site, "aigerim")
    with pytest.raises(WeakPassword, match="guessable"):
        set_up(site, token, code(site, token), "aigerim-1990")
    assert len(set_up(site, token, code(site, token))) == 10


def test_a_link_ends_after_its_hours(site: Flask, clock: FixedClock) -> None:
    token = invited(site, "aigerim")
    clock.at += timedelta(hours=24, microseconds=-1)
    assert invitation(site, token)
    clock.at += timedelta(microseconds=1)
    with pytest.raises(LinkSpent):
        invitation(site, token)


@pytest.mark.parametrize("token", ["", "a" * 48, "\x00", chr(0xD800)])
def test_a_link_that_never_was_is_spent(app: Flask, token: str) -> None:
    with app.app_context():
        for ask in (lambda: invitation(app, token), lambda: set_up(app, token, "000000")):
            with pytest.raises(LinkSpent):
                ask()


def test_a_newer_link_replaces_the_older(site: Flask) -> None:
    first = invited(site, "aigerim")
    second = reset(site, "aigerim")
    with pytest.raises(LinkSpent):
        invitation(site, first)
    assert invitation(site, second).operator.name == "aigerim"
    assert counts("set_up_links") == {"set_up_links": 1}


def test_a_link_that_two_follow_at_once_works_for_one(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        token = invited(app_on_each, "aigerim")
        shown = code(app_on_each, token)
    together = Barrier(4)

    def follow(number: int) -> bool:
        with app_on_each.app_context():
            together.wait()
            try:
                set_up(app_on_each, token, shown, f"{PASSWORD} {number}")
            except LinkSpent:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(follow, range(4))) == 1
    with app_on_each.app_context():
        assert counts("recovery_codes") == {"recovery_codes": 10}


def test_a_name_that_two_add_at_once_is_added_by_one(app_on_each: Flask) -> None:
    together = Barrier(4)

    def add(_: int) -> bool:
        with app_on_each.app_context():
            together.wait()
            try:
                invited(app_on_each, "aigerim")
            except StaffRefused:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(add, range(4))) == 1


def test_a_reset_takes_everything_away_from_one_person_only(site: Flask) -> None:
    add_operator(site)
    other, _, _ = add_operator(site, "alua")
    reset(site, "aigerim")
    db.session.rollback()
    by_name = {found.name: found for found in db.session.scalars(select(OperatorRow))}
    gone = by_name["aigerim"]
    assert (gone.password_hash, gone.second_factor, gone.last_step) == (None, None, None)
    assert by_name["alua"].password_hash is not None
    assert by_name["alua"].id == other.id
    assert counts("recovery_codes", "operators") == {"recovery_codes": 10, "operators": 2}


def test_the_first_operator_is_invited_until_somebody_can_sign_in(site: Flask) -> None:
    first = link(site, operators.invite_first)
    assert invitation(site, first).operator.name == operators.FIRST_NAME
    second = link(site, operators.invite_first)
    with pytest.raises(LinkSpent):
        invitation(site, first)
    set_up(site, second, code(site, second))
    house = house_of(site)
    nobody = operators.invite_first(
        db.session(), settings=house.settings, keys=house.keys, now=house.now, randomness=secrets.token_bytes
    )
    assert nobody is None
    assert counts("operators") == {"operators": 1}


def test_who_writes_the_database_alone_makes_no_link_and_moves_none(site: Flask) -> None:
    own, other = invited(site, "aigerim"), invited(site, "alua")
    rows = {link.operator_id: link for link in db.session.scalars(select(SetUpLinkRow))}
    first, second = sorted(rows)
    rows[first].token_hash = sha256(b"chosen").digest()
    db.session.flush()
    mine = rows[second].token_hash
    rows[second].token_hash = sha256(b"nothing").digest()
    db.session.flush()
    rows[first].token_hash = mine
    db.session.commit()
    for token in ("chosen", "nothing", own, other):
        with pytest.raises(LinkSpent):
            invitation(site, token)
