"""Time-based codes and recovery codes."""

import re
import secrets
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from kelisim.services.second_factor import (
    new_recovery_codes,
    provisioning_address,
    recovery_hash,
    set_up_secret,
    taken_step,
)

KEY = bytes(range(32))
SECRET = set_up_secret("token", KEY)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code(steps: int = 0) -> str:
    return TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, shown: str) -> None:
    secret = b32encode(b"12345678901234567890").decode()
    now = datetime.fromtimestamp(seconds, UTC)
    assert taken_step(secret, shown, now=now, last_step=None) == seconds // 30


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_before_and_after_is_taken(steps: int, taken: bool) -> None:
    found = taken_step(SECRET, code(steps), now=NOW, last_step=None)
    assert found == (STEP + steps if taken else None)


@pytest.mark.parametrize(("last", "taken"), [(STEP - 1, True), (STEP, False), (STEP + 1, False)])
def test_a_code_is_taken_only_after_the_last_one(last: int, taken: bool) -> None:
    assert (taken_step(SECRET, code(), now=NOW, last_step=last) is not None) is taken


@pytest.mark.parametrize("typed", ["{} ", " {}", "{0:.3} {1}", "{0:.3}\u00a0{1}"])
def test_spaces_in_a_code_do_not_matter(typed: str) -> None:
    shown = code()
    assert taken_step(SECRET, typed.format(shown, shown[3:]), now=NOW, last_step=None) == STEP


@given(st.one_of(st.text(), st.from_regex(r"[0-9]{0,7}", fullmatch=True)))
def test_any_other_text_is_no_code(text: str) -> None:
    right = {code(steps) for steps in (-1, 0, 1)}
    assert (taken_step(SECRET, text, now=NOW, last_step=None) is None) or "".join(text.split()) in right


def test_the_secret_follows_from_the_link_and_the_key() -> None:
    assert set_up_secret("token", KEY) == SECRET
    assert len({SECRET, set_up_secret("other", KEY), set_up_secret("token", bytes(32))}) == 3
    assert re.fullmatch(r"[A-Z2-7]{32}", SECRET)


def test_the_app_learns_the_name_and_the_site() -> None:
    address = provisioning_address(SECRET, name="айгерім@artsofte.kz", site="Kelisim: desk")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address
    assert "айгерім@artsofte.kz" in unquote(address)
    assert "issuer=Kelisim%3A%20desk" in address


def test_recovery_codes_are_in_three_groups_without_look_alikes_and_differ() -> None:
    codes = new_recovery_codes(10, secrets.token_bytes)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){2}", one) for one in codes)
    assert new_recovery_codes(1, bytes) == ("2222-2222-2222",)
    assert new_recovery_codes(1, lambda count: (32).to_bytes(count, "big")) == ("3322-2222-2222",)


@pytest.mark.parametrize("typed", ["abcd-efgh-jkmn", "ABCD EFGH JKMN", " abcdefghjkmn ", "ab-cd-ef-gh-jk-mn"])
def test_a_recovery_code_is_the_same_in_any_writing(typed: str) -> None:
    assert recovery_hash(typed, KEY) == recovery_hash("abcdefghjkmn", KEY)


def test_another_code_key_or_use_gives_another_hash() -> None:
    first = recovery_hash("abcdefghjkmn", KEY)
    assert len(first) == 32
    assert len({first, recovery_hash("abcdefghjkmp", KEY), recovery_hash("abcdefghjkmn", bytes(32))}) == 3
    assert recovery_hash(chr(0xD800) + "\x00", KEY) != first
