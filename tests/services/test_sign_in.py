"""Signing in: both factors, each wrong try counted, each code once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from kelisim.domain.operators import Operator, Role
from kelisim.services import sign_in
from kelisim.services.sign_in import Attempt, SignInPaused, SignInRefused
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.storage.tables.operators import SignInTriesRow
from tests.conftest import FixedClock
from tests.services.given import PASSWORD, add_operator, counts, house_of

HERE, THERE = "203.0.113.0", "2001:db8:85a3::"
PAUSE = timedelta(minutes=15)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def rules(site: Flask) -> Settings:
    return replace(house_of(site).settings, sign_in_tries=3, sign_in_tries_everywhere=10)


def password(site: Flask, typed: str = PASSWORD, name: str = "aigerim", network: str = HERE) -> Operator:
    house = house_of(site)
    return sign_in.check_password(
        db.session(),
        Attempt(name, network),
        typed,
        passwords=house.passwords,
        settings=rules(site),
        keys=house.keys,
        now=house.now,
    )


def code(site: Flask, operator: Operator, typed: str, network: str = HERE) -> None:
    house = house_of(site)
    sign_in.check_code(
        db.session(), operator, typed, network=network, settings=rules(site), keys=house.keys, now=house.now
    )


def refused(site: Flask, times: int, *, name: str = "aigerim", network: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            password(site, "wrong", name, network)


def paused(site: Flask, *, name: str = "aigerim", network: str = HERE) -> SignInPaused:
    with pytest.raises(SignInPaused) as caught:
        password(site, PASSWORD, name, network)
    return caught.value


def next_code(one_time: TOTP, clock: FixedClock) -> str:
    """The code of the app, once the one of the set-up is over."""
    clock.at += timedelta(seconds=30)
    return one_time.at(clock.at)


def test_both_factors_open_and_wipe_the_count(site: Flask, clock: FixedClock) -> None:
    operator, one_time, _ = add_operator(site)
    refused(site, 2)
    assert password(site, name=" AIGERIM ") == operator
    code(site, operator, next_code(one_time, clock))
    assert counts("sign_in_tries") == {"sign_in_tries": 0}


def test_a_wrong_password_an_unknown_name_and_an_unfinished_set_up_are_refused_alike(site: Flask) -> None:
    add_operator(site)
    answers = []
    for name, typed in (("aigerim", "wrong"), ("nobody", PASSWORD), ("<b>", PASSWORD), ("", ""), ("a" * 10_000, "x")):
        with pytest.raises(SignInRefused) as caught:
            password(site, typed, name)
        answers.append(str(caught.value))
    assert set(answers) == {""}
    keys = db.session.scalars(select(SignInTriesRow.key_hash)).all()
    assert len(keys) == 6
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize("name", ["aigerim", "nobody"])
def test_wrong_tries_from_one_network_cost_a_pause_there_and_not_elsewhere(
    site: Flask, clock: FixedClock, name: str
) -> None:
    add_operator(site)
    refused(site, 3, name=name)
    assert paused(site, name=name).until == clock.at + PAUSE
    clock.at += PAUSE - timedelta(microseconds=1)
    assert paused(site, name=name).until == clock.at + timedelta(microseconds=1)
    refused(site, 1, name=name, network=THERE)


def test_a_pause_ends_and_a_right_password_does_not_begin_it_again(site: Flask, clock: FixedClock) -> None:
    operator, one_time, _ = add_operator(site)
    refused(site, 3)
    clock.at += PAUSE
    assert password(site) == operator
    code(site, operator, next_code(one_time, clock))


def test_after_a_pause_as_many_wrong_tries_cost_the_next(site: Flask, clock: FixedClock) -> None:
    add_operator(site)
    refused(site, 3)
    clock.at += PAUSE
    refused(site, 3)
    assert paused(site).until == clock.at + PAUSE


def test_wrong_tries_from_many_networks_cost_a_pause_everywhere(site: Flask, clock: FixedClock) -> None:
    add_operator(site)
    for network in range(5):
        refused(site, 2, network=f"198.51.{network}.0")
    assert paused(site, network="192.0.2.0").until == clock.at + PAUSE
    refused(site, 1, name="another")
    clock.at += PAUSE
    assert password(site, network="192.0.2.0")


def test_right_passwords_are_not_counted_and_wrong_codes_are(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    for _ in range(4):
        assert password(site) == operator
    for _ in range(3):
        assert password(site) == operator
        with pytest.raises(SignInRefused):
            code(site, operator, "000000")
    paused(site)
    with pytest.raises(SignInPaused):
        code(site, operator, "000000")


def test_many_first_tries_at_once_do_not_slip_through(app_on_each: Flask) -> None:
    together = Barrier(8)

    def attempt(_: int) -> str:
        with app_on_each.app_context():
            together.wait()
            try:
                password(app_on_each, "wrong")
            except (SignInRefused, SignInPaused) as answer:
                return type(answer).__name__
            return "in"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(attempt, range(8)))
    assert answers == ["SignInPaused"] * 5 + ["SignInRefused"] * 3


def test_wrong_tries_are_forgotten_after_a_day(site: Flask, clock: FixedClock) -> None:
    refused(site, 2)
    clock.at += timedelta(days=1, microseconds=1)
    refused(site, 1, name="another")
    assert counts("sign_in_tries") == {"sign_in_tries": 2}


def test_a_code_opens_once_and_the_one_of_the_set_up_never(site: Flask, clock: FixedClock) -> None:
    operator, one_time, _ = add_operator(site)
    with pytest.raises(SignInRefused):
        code(site, operator, one_time.at(clock.at))
    shown = next_code(one_time, clock)
    code(site, operator, shown)
    for late in (0, 30):
        clock.at += timedelta(seconds=late)
        with pytest.raises(SignInRefused):
            code(site, operator, shown)
    code(site, operator, next_code(one_time, clock))


def test_one_code_sent_many_times_at_once_opens_once(app_on_each: Flask, clock: FixedClock) -> None:
    with app_on_each.app_context():
        operator, one_time, _ = add_operator(app_on_each)
    shown, together = next_code(one_time, clock), Barrier(3)

    def attempt(_: int) -> bool:
        with app_on_each.app_context():
            together.wait()
            try:
                code(app_on_each, operator, shown)
            except SignInRefused:
                return False
            return True

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(attempt, range(3))) == 1


def test_a_recovery_code_opens_once_for_its_own_person(site: Flask) -> None:
    operator, _, codes = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    with pytest.raises(SignInRefused):
        code(site, other, codes[0])
    code(site, operator, f" {codes[0].upper()} ")
    with pytest.raises(SignInRefused):
        code(site, operator, codes[0])
    code(site, operator, codes[9])
    assert counts("recovery_codes") == {"recovery_codes": 18}


def test_a_person_without_a_second_factor_does_not_come_in(site: Flask) -> None:
    for operator in (Operator(99, "ghost", Role.OPERATOR),):
        for typed in ("", "000000"):
            with pytest.raises(SignInRefused):
                code(site, operator, typed)
