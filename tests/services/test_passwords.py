"""Passwords: hashed, checked, and refused where they would be guessed first."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from kelisim.services import passwords
from kelisim.services.passwords import LONGEST, Passwords, weakness

PASSWORDS = Passwords()
WORDS = ("Kelisim", "Private Company Artsofte.KZ Limited", "aigerim")


@pytest.mark.parametrize(
    "password", ["seven quiet horses", "Жеті тыныш жылқы", "пароль👩\u200d🔬", "\x00", chr(0xD800), ""]
)
def test_a_password_matches_its_hash_and_nothing_else_does(password: str) -> None:
    hashed = PASSWORDS.hashed(password)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORDS.matches(password, hashed)
    assert not PASSWORDS.matches(password + " ", hashed)
    assert PASSWORDS.hashed(password) != hashed


def test_a_password_matches_from_a_keyboard_that_writes_its_letters_in_parts() -> None:
    password = "Ёлкин йод, жеті жылқы"
    hashed = PASSWORDS.hashed(unicodedata.normalize("NFC", password))
    assert PASSWORDS.matches(unicodedata.normalize("NFD", password), hashed)


def test_nobody_has_a_password_not_even_the_one_of_nobody() -> None:
    assert not PASSWORDS.matches("nobody has this password", None)
    assert not PASSWORDS.matches("", None)
    # The same cost as a new hash has: else an unknown name would be told by the time it takes.
    assert passwords._OF_NOBODY.rpartition("$")[0].startswith(PASSWORDS.hashed("x").split(",p=")[0])


@pytest.mark.parametrize("hashed", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_hash_that_is_none_matches_nothing(hashed: str) -> None:
    assert not PASSWORDS.matches("seven quiet horses", hashed)


def test_many_at_once_wait_for_each_other_and_all_are_answered() -> None:
    hashed = PASSWORDS.hashed("seven quiet horses")
    with ThreadPoolExecutor(8) as threads:
        tried = ["seven quiet horses", "another"] * 4
        assert list(threads.map(lambda one: PASSWORDS.matches(one, hashed), tried)) == [True, False] * 4


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "short"),
        ("eleven sign", "short"),
        ("x7Q!" * 64 + "a", "long"),
        ("password1234", "guessable"),
        ("aaaaaaaaaaaaaaaa", "guessable"),
        ("qwertyuiop[]", "guessable"),
        ("kelisim12345", "guessable"),
        ("Kelisim2026!", "guessable"),
        ("Aigerim-1990", "guessable"),
        ("artsofte.kz!1", "guessable"),
        ("seven quiet horses cross", None),
        ("жеті тыныш жылқы өтеді", None),
        ("kT9#vQ2$mZ7!", None),
        ("kelisim and seven quiet horses", None),
    ],
)
def test_a_weak_password_is_named(password: str, problem: str | None) -> None:
    assert weakness(password, shortest=12, words=WORDS) == problem


def test_the_longest_password_may_stand() -> None:
    longest = "seven quiet horses cross the Ishim at dawn, " * 6
    assert weakness(longest[:LONGEST], shortest=12, words=WORDS) is None
    assert PASSWORDS.matches(longest[:LONGEST], PASSWORDS.hashed(longest[:LONGEST]))
