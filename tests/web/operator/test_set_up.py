"""Setting up the way in: a link that works once, a password that is not guessed, codes shown once."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
from flask import Flask
from pyotp import TOTP

from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.web.conftest import strict_client
from tests.web.desk import NAME, PASSWORD, Desk, key_on
from tests.web.rows import count, house_of, rows
from tests.web.strict import page_of


def drawn(page: Page) -> set[tuple[int, int]]:
    """The dark modules of the QR code on a page, quiet zone included."""
    path = page.elements("path")[0]
    return {(int(row), int(column)) for column, row in re.findall(r"M(\d+),(\d+)h1v1h-1z", str(path.get("d")))}


def expected(text: str) -> set[tuple[int, int]]:
    matrix = segno.make(text, error="m", micro=False).matrix
    return {(row + 4, column + 4) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark}


def test_the_page_shows_the_key_and_a_qr_code_that_says_the_same(desk: Desk) -> None:
    page = desk.page(desk.link())
    key = key_on(page)
    address = f"otpauth://totp/Kelisim:{NAME.casefold()}?secret={key}&issuer=Kelisim"
    modules = drawn(page)
    real = TOTP(key).provisioning_uri(name=NAME.casefold(), issuer_name="Kelisim")
    assert unquote(real) == address
    assert parse_qs(urlsplit(real).query)["secret"] == [key]
    assert modules == expected(real)
    assert len(modules) > 200


def test_looking_twice_offers_the_same_key_and_spends_nothing(desk: Desk) -> None:
    link = desk.link()
    assert key_on(desk.page(link)) == key_on(desk.page(link))
    assert desk.set_up(link).status_code == 200


def test_another_link_offers_another_key(desk: Desk) -> None:
    assert key_on(desk.page(desk.link())) != key_on(desk.page(desk.link("Тимур")))


def test_the_set_up_gives_recovery_codes_once_and_spends_the_link(app: Flask, desk: Desk) -> None:
    link = desk.link()
    page = page_of(desk.set_up(link))
    codes = ["".join(code.itertext()) for code in page.elements("code")]
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", code) for code in codes)
    kept = (house_of(app).settings.instance / "kelisim.sqlite3").read_bytes()
    assert not [code for code in codes if code.encode() in kept or code.replace("-", "").encode() in kept]
    assert PASSWORD.encode() not in kept
    assert desk.secret.encode() not in kept
    for again in (desk.get(link), desk.post(link, {"password": PASSWORD, "code": "123456"})):
        assert again.status_code == 404
        assert page_of(again).heading == "This set-up link no longer works"
    assert rows(app, "SELECT password_hash FROM operators")[0][0].startswith("$argon2id$")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Use at least 12 signs"),
        ("ж" * 11, "Use at least 12 signs"),
        ("ж" * 257, "Use at most 256 signs"),
        ("password1234", "guessed too easily"),
        ("qwertyuiop12", "guessed too easily"),
        ("aaaaaaaaaaaaaaaa", "guessed too easily"),
        ("kelisim2026!", "guessed too easily"),
        ("Artsofte.kz2026", "guessed too easily"),
        ("Нұрланова2026", "guessed too easily"),
    ],
)
def test_a_weak_password_is_refused_and_said_why(app: Flask, desk: Desk, password: str, words: str) -> None:
    link = desk.link("әсел нұрланова")
    answer = desk.set_up(link, password=password)
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert page.text.count(words) == 2
    assert not password or password not in answer.get_data(as_text=True), "a password is never sent back"
    assert count(app, "set_up_links") == 1
    assert rows(app, "SELECT password_hash FROM operators") == [(None,)]


@pytest.mark.parametrize("password", ["түнгі пойыз бен көк шәйнек 7", " пробелы  по краям тоже ", "э" * 20 + "ң" * 20 + "7x!" * 20,
                                      "🙂🙃😉😇🥰😋🤪🧐🤓😎🥳😏", "correct horse battery staple"])  # fmt: skip
def test_a_password_is_taken_exactly_as_typed(desk: Desk, password: str) -> None:
    assert desk.set_up(desk.link(), password=password).status_code == 200
    assert desk.give_password(password=password.strip() + "!").status_code == 401
    assert desk.give_password(password=password).status_code == 303


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "١٢٣٤٥٦", "\x00", "🙂", "1" * 10_000])
def test_a_wrong_code_keeps_the_page_and_the_link(app: Flask, desk: Desk, code: str) -> None:
    link = desk.link()
    page = desk.page(link)
    answer = desk.post(link, {"token": page.value("token"), "password": PASSWORD, "code": code})
    again = page_of(answer)
    assert answer.status_code == 422
    assert "Enter the six digits the app shows now" in again.text
    assert key_on(again) == key_on(page)
    assert again.value("token") == page.value("token")
    assert count(app, "recovery_codes") == 0
    assert desk.set_up(link).status_code == 200


def test_a_link_ends_after_its_time(desk: Desk, clock: FixedClock) -> None:
    link = desk.link()
    clock.at += timedelta(hours=24) - timedelta(seconds=1)
    assert desk.get(link).status_code == 200
    clock.at += timedelta(seconds=1)
    assert desk.get(link).status_code == 404
    assert desk.set_up_unread(link).status_code == 404


@pytest.mark.parametrize("token", ["0" * 48, "x", "%00", "é", "a" * 5000, "..%2f.."])
def test_a_link_nobody_gave_is_like_a_spent_one(desk: Desk, token: str) -> None:
    assert desk.get(f"/operator/set-up/{token}").status_code == 404


def test_an_open_link_does_not_open_the_desk(desk: Desk) -> None:
    desk.get(desk.link())
    assert desk.get("/operator").headers["Location"] == "/operator/sign-in"
    assert desk.give_password(password="").status_code == 401
    assert desk.give_password().status_code == 401, "nobody has a password before the set-up is finished"


def test_a_reset_takes_everything_away_at_once(app: Flask, desk: Desk, clock: FixedClock) -> None:
    desk.whole()
    other = Desk(strict_client(app), app, clock)
    other.secret = desk.secret
    other.sign_in()
    link = desk.link(verb="reset")
    for browser in (desk, other):
        assert browser.get("/operator").headers["Location"] == "/operator/sign-in"
        assert browser.give_password().status_code == 401
    assert [count(app, table) for table in ("operator_sessions", "recovery_codes", "set_up_links")] == [0, 0, 1]
    assert desk.set_up(link).status_code == 200
    assert desk.sign_in().get("/operator").status_code == 200


def test_a_second_link_puts_the_first_out_of_use(desk: Desk) -> None:
    first = desk.link()
    second = desk.link(verb="reset")
    assert desk.get(first).status_code == 404
    assert desk.get(second).status_code == 200
