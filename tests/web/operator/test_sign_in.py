"""Signing in with two factors, staying in for a time, and out for good."""

from datetime import timedelta

import pytest
from flask import Flask
from pyotp import TOTP

from tests.conftest import FixedClock
from tests.support.visitor import ORIGIN
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import NAME, PASSWORD, Desk
from tests.web.rows import count, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def ready(desk: Desk, prepared: Prepared) -> Desk:
    """Their browser, nobody signed in yet."""
    desk.secret = prepared.secret
    return desk


def another_browser(desk: Desk) -> Desk:
    other = Desk(strict_client(desk.app), desk.app, desk.clock)
    other.secret = desk.secret
    return other


def is_in(desk: Desk) -> bool:
    return desk.get("/operator").status_code == 200


def test_both_factors_open_the_desk_and_neither_alone_does(ready: Desk) -> None:
    assert not is_in(ready)
    ready.give_password()
    assert ready.get("/operator").headers["Location"] == "/operator/sign-in/code"
    assert ready.give_code().headers["Location"] == "/operator"
    assert is_in(ready)
    assert f"Signed in as {NAME.casefold()}" in ready.page("/operator").text
    assert ready.get("/operator/sign-in").headers["Location"] == "/operator", "who is in need not sign in"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (NAME, "неверный пароль совсем"), (NAME, ""), (NAME, PASSWORD + " "), (NAME, PASSWORD.upper()), (NAME, "🙂" * 300),
        ("Оспанов", PASSWORD), ("", PASSWORD), ("\x00", "\x00"), ("ж" * 10_000, "x"), ("' OR 1=1 --", "' OR 1=1 --"),
        ("\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "x"), ("admin", "admin"), ("operator", ""),
    ],
)  # fmt: skip
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(ready: Desk, name: str, password: str) -> None:
    wrong = ready.give_password("nobody at all", "nothing of the kind")
    answer = ready.give_password(name, password)
    assert answer.status_code == wrong.status_code == 401
    assert "Name or password is wrong" in page_of(answer).text
    assert "Set-Cookie" not in answer.headers
    assert len(password) < 6 or password not in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", [NAME, NAME.upper(), NAME.casefold(), f"  {NAME}  ", NAME.replace(" ", "\u00a0")])
def test_a_name_is_the_same_name_however_it_is_written(ready: Desk, name: str) -> None:
    assert ready.give_password(name).status_code == 303


def test_the_name_comes_back_and_the_password_does_not(ready: Desk) -> None:
    page = page_of(ready.give_password("Оспанов", "неверный пароль"))
    fields = {str(e.get("name")): e for e in page.elements("input")}
    assert fields["name"].get("value") == "Оспанов"
    assert (fields["password"].get("type"), fields["password"].get("value")) == ("password", None)
    assert fields["name"].get("autocomplete") == "username"
    assert fields["password"].get("autocomplete") == "current-password"


def test_an_old_page_is_asked_again(ready: Desk, clock: FixedClock) -> None:
    token = ready.page("/operator/sign-in").value("token")
    clock.at += timedelta(hours=25)
    answer = ready.post("/operator/sign-in", {"token": token, "name": NAME, "password": PASSWORD})
    assert answer.status_code == 422
    assert "This page was open for too long" in page_of(answer).text


# --- The second factor -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["", "000000", "1", "abcdefgh", "١٢٣٤٥٦", "\x00", "🙂", "9" * 10_000, "2222-2222-2222"]
)
def test_a_wrong_code_is_no_way_in(ready: Desk, code: str) -> None:
    ready.give_password()
    answer = ready.give_code(code)
    assert answer.status_code == 401
    assert "This code does not open" in page_of(answer).text
    assert not is_in(ready)
    assert ready.give_code().status_code == 303


def test_a_code_opens_once(ready: Desk) -> None:
    code = ready.code()
    ready.give_password()
    assert ready.give_code(code).status_code == 303
    other = another_browser(ready)
    other.give_password()
    assert other.give_code(code).status_code == 401
    earlier = TOTP(ready.secret).generate_otp(int(ready.clock.at.timestamp()) // 30 - 1)
    assert other.give_code(earlier).status_code == 401, "nor does one from before it"
    assert other.give_code().status_code == 303


def test_a_code_is_taken_with_spaces_and_half_a_minute_late(ready: Desk, clock: FixedClock) -> None:
    ready.give_password()
    code = ready.code()
    clock.at += timedelta(seconds=30)
    assert ready.give_code(f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_code_a_minute_late_is_not(ready: Desk, clock: FixedClock) -> None:
    ready.give_password()
    code = ready.code()
    clock.at += timedelta(seconds=60)
    assert ready.give_code(code).status_code == 401


def test_each_recovery_code_opens_once(ready: Desk, prepared: Prepared) -> None:
    codes = prepared.recovery_codes
    for typed in (codes[0], codes[1].upper().replace("-", " "), codes[2].replace("-", "")):
        browser = another_browser(ready)
        browser.give_password()
        assert browser.give_code(typed).status_code == 303
        late = another_browser(ready)
        late.give_password()
        assert late.give_code(typed).status_code == 401
    assert count(ready.app, "recovery_codes") == 7


def test_a_recovery_code_of_somebody_else_opens_nothing(ready: Desk, prepared: Prepared) -> None:
    ready.set_up(ready.link("Тимур"))
    ready.give_password("Тимур")
    assert ready.give_code(prepared.recovery_codes[0]).status_code == 401
    assert count(ready.app, "recovery_codes") == 20


# --- The pause after wrong tries -------------------------------------------------------------------------------------


def test_wrong_tries_cost_a_pause_that_even_the_right_password_waits_for(ready: Desk, clock: FixedClock) -> None:
    for _ in range(5):
        assert ready.give_password(password="неверный пароль").status_code == 401
    answer = ready.give_password()
    page = page_of(answer)
    assert answer.status_code == 429
    assert "Too many wrong tries" in page.text
    assert "The next try is looked at after 15:15" in page.text
    assert page.value("name") == NAME
    clock.at += timedelta(minutes=14)
    assert ready.give_password().status_code == 429
    clock.at += timedelta(minutes=2)
    assert ready.give_password().status_code == 303


def test_wrong_codes_cost_the_same_pause(ready: Desk) -> None:
    ready.give_password()
    for _ in range(5):
        assert ready.give_code("000000").status_code == 401
    answer = ready.give_code()
    assert answer.status_code == 429
    assert "Too many wrong tries" in page_of(answer).text
    assert not is_in(ready)


def test_a_pause_is_of_one_name_and_one_network(app: Flask, ready: Desk) -> None:
    ready.set_up(ready.link("Тимур"))
    here, same, elsewhere = "203.0.113.7", "203.0.113.200", "198.51.100.1"

    def status(name: str, password: str, sender: str, **headers: str) -> int:
        fields = {"token": ready.page("/operator/sign-in").value("token"), "name": name, "password": password}
        origin = {"environ_overrides": {"REMOTE_ADDR": sender}, "headers": headers}
        return ready.post("/operator/sign-in", fields, **origin).status_code

    for number in range(5):
        assert status(NAME, "неверный", here, **{"X-Forwarded-For": f"10.0.0.{number}"}) == 401
    assert status(NAME, PASSWORD, same) == 429
    assert status("Тимур", PASSWORD, here) == 303
    assert status(NAME, PASSWORD, elsewhere) == 303
    kept = str(rows(app, "SELECT * FROM sign_in_tries"))
    assert "203.0" not in kept
    assert NAME.casefold() not in kept


def test_a_name_nobody_has_is_paused_like_any_other(ready: Desk) -> None:
    statuses = [ready.give_password("никто такой", "x").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_right_passwords_cost_no_pause(ready: Desk) -> None:
    for _ in range(6):
        assert ready.give_password().status_code == 303


# --- The session -----------------------------------------------------------------------------------------------------


def test_each_factor_begins_another_session_and_ends_the_one_before(ready: Desk) -> None:
    ready.give_password()
    half = ready.cookie
    ready.give_code()
    full = ready.cookie
    assert half is not None
    assert full is not None
    assert half != full
    assert count(ready.app, "operator_sessions") == 1
    ready.carry(half)
    assert not is_in(ready)
    ready.carry(full)
    ready.sign_in_again()
    assert ready.cookie not in {half, full}
    ready.carry(full)
    assert not is_in(ready)


def test_a_planted_cookie_is_never_adopted(ready: Desk) -> None:
    planted = "ab" * 32
    ready.carry(planted)
    assert "Max-Age=0" in ready.get("/operator").headers["Set-Cookie"], "a token nobody gave is taken away"
    ready.carry(planted)
    ready.sign_in()
    assert ready.cookie != planted
    other = another_browser(ready)
    other.carry(planted)
    assert not is_in(other)


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é", "%00", "a" * 4000, '"'])
def test_a_made_up_cookie_opens_nothing(ready: Desk, token: str) -> None:
    ready.carry(token)
    assert not is_in(ready)


def test_the_cookie_is_read_at_the_desk_alone(ready: Desk) -> None:
    ready.sign_in()
    assert "Signed in" not in ready.page("/").text
    assert ready.get("/operatorx").status_code == 404


def test_the_session_is_kept_as_a_hash(ready: Desk) -> None:
    ready.sign_in()
    kept = (ready.app.extensions["kelisim"].settings.instance / "kelisim.sqlite3").read_bytes()
    assert ready.cookie is not None
    assert ready.cookie.encode() not in kept
    assert bytes.fromhex(ready.cookie.partition(".")[0]) not in kept


def test_signing_out_ends_it_for_every_copy_of_the_cookie(ready: Desk) -> None:
    ready.sign_in()
    copy, page = another_browser(ready), ready.page("/operator")
    copy.carry(str(ready.cookie))
    assert is_in(copy)
    answer = ready.post("/operator/sign-out", {"csrf_token": page.value("csrf_token")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/sign-in")
    assert answer.headers["Set-Cookie"].startswith("__Host-desk=; Expires=Thu, 01 Jan 1970")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert ready.cookie is None
    assert not is_in(copy)
    assert count(ready.app, "operator_sessions") == 0


def test_nobody_signs_out_by_a_link(ready: Desk) -> None:
    ready.sign_in()
    assert ready.get("/operator/sign-out").status_code == 405
    assert ready.client.post("/operator/sign-out", base_url=ORIGIN, data={"x": "y"}).status_code == 400
    assert is_in(ready)


def test_whoever_gave_only_the_password_can_sign_out_too(ready: Desk) -> None:
    ready.give_password()
    token = ready.page("/operator/sign-in/code").value("csrf_token")
    assert ready.post("/operator/sign-out", {"csrf_token": token}).status_code == 303
    assert count(ready.app, "operator_sessions") == 0


def test_a_session_ends_after_fifteen_idle_minutes(ready: Desk, clock: FixedClock) -> None:
    ready.sign_in()
    for _ in range(3):
        clock.at += timedelta(minutes=14, seconds=59)
        assert is_in(ready)
    clock.at += timedelta(minutes=15)
    assert not is_in(ready)
    assert ready.cookie is None, "the browser is told to drop it"


def test_a_session_ends_after_ten_hours_whatever_happens_in_it(ready: Desk, clock: FixedClock) -> None:
    ready.sign_in()
    for _ in range(42):
        clock.at += timedelta(minutes=14)
        assert is_in(ready)
    clock.at += timedelta(minutes=13)
    assert not is_in(ready)


def test_half_a_sign_in_ends_too(ready: Desk, clock: FixedClock) -> None:
    ready.give_password()
    clock.at += timedelta(minutes=15)
    assert ready.get("/operator/sign-in/code").headers["Location"] == "/operator/sign-in"


def test_signing_in_again_sweeps_away_what_is_over(ready: Desk, clock: FixedClock) -> None:
    ready.sign_in()
    clock.at += timedelta(hours=1)
    another_browser(ready).sign_in()
    assert count(ready.app, "operator_sessions") == 1
