"""Passkeys: added after both factors, signing in alone; each thing that can be wrong about an answer is refused."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from kelisim.domain.operators import Operator
from kelisim.domain.passkeys import CHALLENGE_LIVES, MOST
from kelisim.services import passkey_sign_in, passkeys, staff, tidying
from kelisim.services.challenges import ChallengeOver
from kelisim.services.passkeys import Offer, PasskeyProblem, PasskeyRefused, party_of
from kelisim.services.records import By
from kelisim.services.sign_in import SignInPaused, SignInRefused
from kelisim.settings import Settings
from kelisim.storage.db import db, writing
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.web.desk_session import session_terms
from tests.conftest import FixedClock
from tests.services.given import PASSWORD, add_operator, by_site, counts, house_of, reset
from tests.services.test_sign_in import password
from tests.support.authenticator import IS_SYNCED, MAY_BE_SYNCED, PRESENT, VERIFIED, WELL, Authenticator, encoded
from tests.support.visitor import ORIGIN

SESSION, NETWORK = "the session's token", "203.0.113.0"


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def by(site: Flask, operator: Operator) -> By:
    return replace(by_site(site), actor=f"operator:{operator.id}")


def offered(site: Flask, operator: Operator, name: str = "Phone", in_session: str = SESSION) -> Offer:
    house = house_of(site)
    return passkeys.offer(
        db.session(), operator, name, in_session=in_session, settings=house.settings, keys=house.keys,
        now=house.now, randomness=secrets.token_bytes,
    )  # fmt: skip  # one call


def keep(
    site: Flask, operator: Operator, offer: Offer, answer: str, name: str = "Phone", in_session: str = SESSION
) -> None:
    house = house_of(site)
    passkeys.add(
        db.session(), operator, name, answer, token=offer.token, in_session=in_session, settings=house.settings,
        keys=house.keys, by=by(site, operator), randomness=secrets.token_bytes,
    )  # fmt: skip  # one call


def added(site: Flask, operator: Operator, name: str = "Phone", **device: Any) -> Authenticator:
    """A device whose passkey the operator has added."""
    offer, made = offered(site, operator, name), Authenticator(ORIGIN, **device)
    keep(site, operator, offer, made.make(offer.options), name)
    return made


def asked(site: Flask) -> Offer:
    house = house_of(site)
    return passkey_sign_in.offer(
        settings=house.settings, keys=house.keys, now=house.now, randomness=secrets.token_bytes
    )


def check(site: Flask, token: str, answer: str, network: str = NETWORK) -> Operator:
    house = house_of(site)
    settings = replace(house.settings, sign_in_tries=3)
    return passkey_sign_in.check_passkey(
        db.session(), token, answer, network=network, settings=settings, keys=house.keys, now=house.now
    )


def sign_in(site: Flask, device: Authenticator, network: str = NETWORK, **wrong: Any) -> Operator:
    offer = asked(site)
    return check(site, offer.token, device.show(offer.options, **wrong), network)


def refused(site: Flask, device: Authenticator, network: str = NETWORK, **wrong: Any) -> None:
    with pytest.raises(SignInRefused) as caught:
        sign_in(site, device, network, **wrong)
    assert str(caught.value) == "", "never said why"


def problem(attempt: Callable[[], object]) -> PasskeyProblem:
    with pytest.raises(PasskeyRefused) as caught:
        attempt()
    return caught.value.problem


def journalled(site: Flask) -> list[str]:
    rows = db.session.scalars(select(JournalRow).order_by(JournalRow.number))
    found = [row.details.get("what", "") for row in rows]
    return [what for what in found if what.startswith("passkey")]


# --- Adding one ------------------------------------------------------------------------------------------------------


def test_a_passkey_is_added_signs_in_alone_and_is_listed(site: Flask, clock: FixedClock) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator, "  My   phone ", flags=WELL | MAY_BE_SYNCED)
    clock.at += timedelta(hours=1)
    assert sign_in(site, device) == operator
    (one,) = passkeys.passkeys_of(db.session(), operator)
    assert (one.name, one.used_at, one.used_at and one.used_at - one.added_at) == (
        "My phone", clock.at, timedelta(hours=1),
    )  # fmt: skip
    assert not one.synced
    device.flags = WELL | MAY_BE_SYNCED | IS_SYNCED
    assert sign_in(site, device) == operator
    assert passkeys.passkeys_of(db.session(), operator)[0].synced
    assert journalled(site) == ["passkey_added"]


def test_what_is_asked_of_a_device(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator)
    options = offered(site, operator).options
    assert options["rp"] == {"id": "localhost", "name": house_of(site).settings.site_name}
    assert options["attestation"] == "none"
    assert options["excludeCredentials"] == [
        {"id": encoded(device.id), "type": "public-key", "transports": ["hybrid", "internal"]}
    ]
    assert options["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    asking = asked(site).options
    assert (asking["rpId"], asking["userVerification"], asking["allowCredentials"]) == ("localhost", "required", [])
    assert asking["timeout"] == options["timeout"] == CHALLENGE_LIVES.total_seconds() * 1000
    assert asking["challenge"] != asked(site).options["challenge"]


def test_the_party_is_the_host_of_the_desk(settings: Settings) -> None:
    for address, host, origin in (
        ("https://desk.example.kz", "desk.example.kz", "https://desk.example.kz"),
        ("https://desk.example.kz:443/", "desk.example.kz", "https://desk.example.kz"),
        ("https://xn--e1afmkfd.kz:8443", "xn--e1afmkfd.kz", "https://xn--e1afmkfd.kz:8443"),
    ):
        at_desk = replace(settings, role="operator", site_address="https://a.kz", desk_address=address)
        assert (party_of(at_desk).id, party_of(at_desk).origin) == (host, origin)


def test_nothing_is_added_by_an_answer_that_is_not_whole(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    for wrong in (
        {"origin": "https://evil.example"}, {"origin": "https://localhost"}, {"origin": ORIGIN + ".evil.example"},
        {"party": "evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED}, {"challenge": "AAAA"},
        {"type": "webauthn.get"},
    ):  # fmt: skip
        offer = offered(site, operator)
        answer = Authenticator(ORIGIN).make(offer.options, **wrong)
        assert problem(lambda: keep(site, operator, offer, answer)) == PasskeyProblem.NOT_PROVEN, wrong  # noqa: B023  # called at once
    assert counts("passkeys") == {"passkeys": 0}


FIELDS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
JUNK = (
    "", "null", "[]", "{}", "{", '{"id": 1}', "[" * 60_000,
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": dict.fromkeys(FIELDS, "A")}),
    json.dumps({"id": "é", "rawId": "\ud800", "type": "public-key", "response": dict.fromkeys(FIELDS, "AAAA")}),
)  # fmt: skip


def test_junk_is_refused_and_no_fault(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    for number, answer in enumerate(JUNK):
        offer = offered(site, operator)
        assert problem(lambda: keep(site, operator, offer, answer)) == PasskeyProblem.NOT_PROVEN, answer[:80]  # noqa: B023  # called at once
        with pytest.raises(SignInRefused):
            check(site, asked(site).token, answer, f"198.51.{number}.0")


def test_an_offer_is_taken_once_by_its_person_in_its_session_within_five_minutes(
    site: Flask, clock: FixedClock
) -> None:
    operator, _, _ = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    offer = offered(site, operator)
    answer = Authenticator(ORIGIN).make(offer.options)
    foreign = asked(site)
    for attempt in (
        lambda: keep(site, other, offer, answer),
        lambda: keep(site, operator, offer, answer, in_session="another session"),
        lambda: keep(site, operator, foreign, Authenticator(ORIGIN).make({**offer.options, **foreign.options})),
        lambda: keep(site, operator, replace(offer, token=offer.token[:-1] + "g"), answer),
        lambda: keep(site, operator, replace(offer, token=""), answer),
    ):
        assert problem(attempt) == PasskeyProblem.OVER
    clock.at += CHALLENGE_LIVES - timedelta(microseconds=1)
    keep(site, operator, offer, answer)
    assert problem(lambda: keep(site, operator, offer, answer)) == PasskeyProblem.OVER, "a second time"
    late = offered(site, operator)
    clock.at += CHALLENGE_LIVES
    made = Authenticator(ORIGIN).make(late.options)
    assert problem(lambda: keep(site, operator, late, made)) == PasskeyProblem.OVER


def test_a_passkey_stands_once_and_nobody_has_too_many(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    device = added(site, operator)
    offer = offered(site, other)
    assert problem(lambda: keep(site, other, offer, device.make(offer.options))) == PasskeyProblem.KNOWN
    assert problem(lambda: offered(site, operator, " \n ")) == PasskeyProblem.NO_NAME
    assert problem(lambda: offered(site, operator, "n" * 65)) == PasskeyProblem.NO_NAME
    assert problem(lambda: keep(site, operator, offered(site, operator), "", "\x00")) == PasskeyProblem.NO_NAME
    early = offered(site, operator)
    for _ in range(MOST - 1):
        added(site, operator)
    assert problem(lambda: offered(site, operator)) == PasskeyProblem.TOO_MANY
    one_more = Authenticator(ORIGIN).make(early.options)
    assert problem(lambda: keep(site, operator, early, one_more)) == PasskeyProblem.TOO_MANY


def test_who_lost_the_way_in_meanwhile_adds_none(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    offer = offered(site, operator)
    reset(site, operator.name)
    with pytest.raises(LookupError):
        keep(site, operator, offer, Authenticator(ORIGIN).make(offer.options))
    assert counts("passkeys") == {"passkeys": 0}


# --- Signing in ------------------------------------------------------------------------------------------------------


def test_each_wrong_answer_is_refused_alike_and_the_right_one_taken(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator)
    for number, wrong in enumerate((
        {"origin": "https://evil.example"}, {"origin": "https://localhost"}, {"party": "evil.example"},
        {"flags": PRESENT}, {"flags": VERIFIED}, {"challenge": "AAAA"}, {"type": "webauthn.create"},
        {"signature": b"no signature"}, {"handle": b"somebody else"}, {"handle": b""},
    )):  # fmt: skip
        refused(site, device, f"198.51.{number}.0", **wrong)
    assert sign_in(site, device) == operator


def test_an_unknown_passkey_and_another_key_are_refused(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator)
    stranger = Authenticator(ORIGIN, handle=device.handle)
    refused(site, stranger)
    stranger.id = device.id
    refused(site, stranger)


def test_a_challenge_has_one_answer_right_or_wrong(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator, counter=None)
    offer = asked(site)
    answer = device.show(offer.options)
    assert check(site, offer.token, answer) == operator
    with pytest.raises(SignInRefused):
        check(site, offer.token, answer)
    tried = asked(site)
    for sent in (device.show(tried.options, signature=b""), device.show(tried.options)):
        with pytest.raises(SignInRefused):
            check(site, tried.token, sent)


def test_a_challenge_is_over_after_five_minutes_and_no_other_token_is_one(site: Flask, clock: FixedClock) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator)
    offer, adding = asked(site), offered(site, operator)
    answer = device.show(offer.options)
    forged = offer.token.replace(offer.token[:10], str(int(offer.token[:10]) + 60))
    for token in ("", "x", adding.token, forged, offer.token + "\n", "9" * 12 + offer.token[10:]):
        with pytest.raises(ChallengeOver):
            check(site, token, answer)
    clock.at += CHALLENGE_LIVES
    with pytest.raises(ChallengeOver):
        check(site, offer.token, answer)
    assert counts("spent_challenges", "sign_in_tries") == {"spent_challenges": 1, "sign_in_tries": 0}
    tidying.tidy(db.session(), terms=session_terms(), now=clock.at)
    assert counts("spent_challenges") == {"spent_challenges": 0}


def test_a_counter_that_goes_back_or_stands_is_a_copys_refused_and_journalled(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator, counter=4_000_000_000)
    assert sign_in(site, device) == operator
    assert device.counter is not None
    for counter in (device.counter, 1, 0):
        refused(site, device, counter=counter)
    assert journalled(site) == ["passkey_added"] + ["passkey_copied"] * 3
    refused(site, device, network="198.51.100.0", counter=1, signature=b"not signed: says nothing about a copy")
    assert len(journalled(site)) == 4
    assert sign_in(site, device, network="198.51.100.0") == operator, "whose counter goes on"


def test_a_device_that_never_counts_is_taken(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator, counter=None)
    assert [sign_in(site, device) for _ in range(2)] == [operator] * 2


def test_who_is_disabled_or_was_reset_does_not_come_in(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    device, theirs = added(site, operator), added(site, other)
    with writing(db.session()):
        db.session.execute(text("UPDATE operators SET disabled_at = created_at WHERE id = :id"), {"id": operator.id})
    refused(site, device)
    reset(site, other.name)
    assert counts("passkeys") == {"passkeys": 1}
    refused(site, theirs)
    with writing(db.session()):
        db.session.execute(text("UPDATE operators SET password_hash = NULL, disabled_at = NULL"))
    refused(site, device, network="198.51.100.0")


def test_disabling_takes_the_passkeys_away(site: Flask) -> None:
    add_operator(site)
    other, _, _ = add_operator(site, "alua")
    device = added(site, other)
    assert [one.passkeys for one in staff.members(db.session())] == [0, 1]
    staff.disable(db.session(), other.id, by=by_site(site))
    assert counts("passkeys") == {"passkeys": 0}
    refused(site, device)


def test_wrong_answers_pause_their_network_and_nobodys_password(site: Flask, clock: FixedClock) -> None:
    operator, _, _ = add_operator(site)
    device = added(site, operator)
    for _ in range(4):
        assert sign_in(site, device) == operator, "right ones are not counted"
    for _ in range(3):
        refused(site, Authenticator(ORIGIN))
    with pytest.raises(SignInPaused) as caught:
        sign_in(site, device)
    assert caught.value.until == clock.at + timedelta(minutes=15)
    assert sign_in(site, device, network="198.51.100.0") == operator
    assert password(site, PASSWORD) == operator
    clock.at = caught.value.until
    assert sign_in(site, device) == operator


def test_who_writes_the_database_alone_makes_no_passkey(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    device, theirs = added(site, operator), added(site, other)
    row = {one.operator_id: one for one in db.session.scalars(select(PasskeyRow))}
    keys = {number: one.public_key for number, one in row.items()}
    refused(site, replace(theirs, id=device.id, handle=device.handle))
    with writing(db.session()):
        db.session.get_one(PasskeyRow, row[operator.id].id).public_key = keys[other.id]
    refused(site, replace(theirs, id=device.id, handle=device.handle), "198.51.100.0")
    with writing(db.session()):
        moved = db.session.get_one(PasskeyRow, row[other.id].id)
        moved.operator_id = operator.id
    refused(site, replace(theirs, handle=device.handle), "192.0.2.0")


# --- Taking one away -------------------------------------------------------------------------------------------------


def test_a_removed_passkey_opens_nothing_and_nobody_removes_anothers(site: Flask) -> None:
    operator, _, _ = add_operator(site)
    other, _, _ = add_operator(site, "alua")
    device = added(site, operator)
    number = passkeys.passkeys_of(db.session(), operator)[0].number
    assert passkeys.passkey(db.session(), other, number) is None
    for who, left in ((other, 1), (operator, 0), (operator, 0)):
        passkeys.remove(
            db.session(), who, number, others_end=True, token=SESSION, keys=house_of(site).keys, by=by(site, who)
        )
        assert counts("passkeys") == {"passkeys": left}
    refused(site, device)
    assert journalled(site) == ["passkey_added", "passkey_removed"]
