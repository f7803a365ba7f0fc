"""Passkeys at the account and at the sign-in, through the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from tests.conftest import FixedClock
from tests.support.authenticator import Authenticator
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log, Prepared, strict_client
from tests.web.desk import NAME, Desk
from tests.web.operator.test_people import ACCOUNT, PEOPLE, send
from tests.web.operator.test_uses import links
from tests.web.passkeys import PASSKEYS, SIGN_IN, added, enter, offered, save, shown
from tests.web.rows import count, everything, rows
from tests.web.strict import EVERYWHERE, page_of

pytestmark = pytest.mark.usefixtures("prepared")

NEW = f"{PASSKEYS}/new"


@pytest.fixture
def chief(desk: Desk, prepared: Prepared) -> Desk:
    """The administrator, signed in."""
    desk.secret = prepared.secret
    return desk.sign_in()


@pytest.fixture
def stranger(chief: Desk) -> Desk:
    """A browser where nobody has signed in."""
    return Desk(strict_client(chief.app), chief.app, chief.clock)


def permitted(visitor: Visitor, path: str) -> str:
    return visitor.get(path).headers["Permissions-Policy"]


def test_a_passkey_is_added_and_opens_the_desk_alone(chief: Desk, stranger: Desk, log: Log) -> None:
    assert "None yet." in chief.page(ACCOUNT).text
    device = added(chief, "Жаңа телефон")
    page = chief.page(ACCOUNT)
    assert "Жаңа телефон" in page.text
    assert "not used yet" in page.text
    assert enter(stranger, device).headers["Location"] == "/operator"
    assert stranger.cookie is not None
    assert f"Signed in as {NAME.casefold()}" in stranger.page("/operator").text
    assert "not used yet" not in stranger.page(ACCOUNT).text
    assert "1 passkey" in chief.page(PEOPLE).text
    assert chief.command("operators", "list").rstrip().endswith("passkeys: 1")
    assert "what=passkey_added" in chief.page("/operator/journal").text
    assert [(line["result"], line.get("factor")) for line in log.events("sign-in")] == [("full", "passkey")]
    assert device.id.hex() not in log.text


def test_none_is_added_without_both_factors_or_a_name(chief: Desk) -> None:
    assert "Password or code is wrong" in send(chief, NEW, 422, name="Phone", password="not mine")
    assert "Password or code is wrong" in send(chief, NEW, 422, name="Phone", app_code="000000")
    assert "up to 64 signs" in send(chief, NEW, 422, name=" ")
    assert "up to 64 signs" in send(chief, NEW, 422, name="n" * 65)
    assert chief.post(PASSKEYS, {"name": "Phone", "challenge": "x", "answer": "{}"}).status_code == 400
    assert "nothing was added" in send(chief, PASSKEYS, 422, page=ACCOUNT, name="Phone", challenge="x", answer="{}")
    assert count(chief.app, "passkeys") == 0


def test_what_the_device_made_is_kept_once_in_the_session_that_asked(
    chief: Desk, stranger: Desk, clock: FixedClock
) -> None:
    fields, options = offered(chief, "Phone", chief.again())
    answer = Authenticator(ORIGIN).make(options)
    stranger.secret = chief.secret
    stranger.sign_in()
    theirs = {**fields, "csrf_token": stranger.page(ACCOUNT).value("csrf_token")}
    assert "nothing was added" in page_of(save(stranger, theirs, answer)).text
    assert save(chief, fields, answer).status_code == 303
    again = save(chief, fields, answer)
    assert again.status_code == 422
    assert "nothing was added" in page_of(again).text
    fields, options = offered(chief, "Laptop", chief.again())
    wrong = save(chief, fields, Authenticator(ORIGIN).make(options, origin="https://evil.example"))
    assert "The device did not prove" in page_of(wrong).text
    assert "Laptop" in {str(one.get("value")) for one in page_of(wrong).elements("input")}
    fields, options = offered(chief, "Laptop", chief.again())
    clock.at += timedelta(minutes=5)
    assert "It took too long" in page_of(save(chief, fields, Authenticator(ORIGIN).make(options))).text
    assert count(chief.app, "passkeys") == 1


def test_whatever_is_wrong_gets_the_same_answer(chief: Desk, stranger: Desk) -> None:
    device = added(chief)
    used = shown(stranger, device)
    assert stranger.post(SIGN_IN, used).status_code == 303
    browser = Desk(strict_client(chief.app), chief.app, chief.clock)
    attempts: list[Callable[[], dict[str, str]]] = [
        lambda: used,
        lambda: shown(browser, Authenticator(ORIGIN)),
        lambda: shown(browser, device, signature=b"x"),
        lambda: {**shown(browser, device), "answer": "{}"},
    ]
    answers = [browser.post(SIGN_IN, attempt()) for attempt in attempts]
    assert {answer.status_code for answer in answers} == {401}
    # The token of the form of name and password is another each time.
    texts = {page_of(answer).text for answer in answers}
    assert len(texts) == 1
    assert "This passkey does not open the desk" in texts.pop()
    assert all("Set-Cookie" not in answer.headers for answer in answers)
    assert enter(browser, device, counter=0).status_code == 401, "the fifth"
    paused = enter(browser, device)
    assert paused.status_code == 429
    assert "Too many wrong tries" in page_of(paused).text
    browser.secret = chief.secret
    assert browser.sign_in().get("/operator").status_code == 200, "with name, password and code"


def test_a_challenge_that_is_no_more_is_asked_for_again(chief: Desk, stranger: Desk, clock: FixedClock) -> None:
    device = added(chief)
    before = everything(chief.app)
    fields = shown(stranger, device)
    assert everything(chief.app) == before, "asking writes nothing"
    clock.at += timedelta(minutes=5)
    for sent in (fields, {**fields, "token": "x"}, {"answer": fields["answer"]}):
        answer = stranger.post(SIGN_IN, sent)
        assert answer.status_code == 422
        assert "Press the button of the passkey again" in page_of(answer).text
    assert everything(chief.app) == before


def test_passkeys_are_permitted_on_their_few_pages_alone(chief: Desk, stranger: Desk) -> None:
    closed = EVERYWHERE["Permissions-Policy"]
    shows = closed.replace("publickey-credentials-get=()", "publickey-credentials-get=(self)")
    makes = shows.replace("publickey-credentials-create=()", "publickey-credentials-create=(self)")
    assert permitted(stranger, "/operator/sign-in") == shows
    assert stranger.give_password(password="wrong").headers["Permissions-Policy"] == shows
    assert stranger.post(SIGN_IN, {}).headers["Permissions-Policy"] == shows
    fields = {"csrf_token": chief.page(NEW).value("csrf_token", -1), "name": "Phone", **chief.again()}
    assert chief.post(NEW, fields).headers["Permissions-Policy"] == makes
    closed_at = ("/", "/operator", ACCOUNT, "/cookies", f"{ACCOUNT}/password")
    assert {permitted(chief, path) for path in closed_at} == {closed}
    asks_again = ("/operator/exports", PEOPLE, f"{ACCOUNT}/app", f"{ACCOUNT}/codes", NEW, f"{PEOPLE}/1/role")
    assert {permitted(chief, path) for path in asks_again} == {shows}


def test_one_is_removed_with_both_factors_and_ends_the_other_sessions(chief: Desk, stranger: Desk) -> None:
    device = added(chief, "Old phone")
    enter(stranger, device)
    way = links(chief.page(ACCOUNT))["Remove: Old phone"]
    assert "Password or code is wrong" in send(chief, way, 422, password="not mine")
    assert stranger.get("/operator").status_code == 200
    send(chief, way, 303, others="y")
    assert stranger.get("/operator").headers["Location"] == "/operator/sign-in"
    assert enter(stranger, device).status_code == 401
    assert chief.get(way).status_code == 404
    assert "what=passkey_removed" in chief.page("/operator/journal").text


def test_nobody_sees_or_removes_anothers(chief: Desk, stranger: Desk) -> None:
    added(chief)
    stranger.set_up(stranger.link("Данияр"))
    stranger.sign_in("Данияр")
    ((number,),) = rows(chief.app, "SELECT id FROM passkeys")
    way = f"{PASSKEYS}/{number}/remove"
    assert "Phone" not in stranger.page(ACCOUNT).text
    assert stranger.get(way).status_code == 404
    token = stranger.page(ACCOUNT).value("csrf_token")
    assert stranger.post(way, {"csrf_token": token, **stranger.again()}).status_code == 404
    assert count(chief.app, "passkeys") == 1


def test_a_reset_ends_the_passkeys_too(chief: Desk, stranger: Desk) -> None:
    device = added(chief)
    chief.command("operators", "reset", NAME)
    assert count(chief.app, "passkeys") == 0
    assert enter(stranger, device).status_code == 401


# --- In the place of password and code, where they are asked for again ------------------------------------------------


def confirmed(desk: Desk, device: Authenticator, **wrong: object) -> dict[str, str]:
    """The fields that the page adds to a form with a device's answer."""
    given = desk.get(f"{PASSKEYS}/challenge").get_json()
    return {"passkey_token": given["token"], "passkey_answer": device.show(given["options"], **wrong)}


def only(desk: Desk, path: str, page: str = "", **fields: str) -> TestResponse:
    """Send a form without password and code."""
    return desk.post(path, {"csrf_token": desk.page(page or path).value("csrf_token", -1), **fields})


def test_a_passkey_does_for_both_factors_where_they_are_asked_for_again(chief: Desk) -> None:
    codes = f"{ACCOUNT}/codes"
    assert "Use a passkey instead" not in chief.page(codes).text
    device = added(chief)
    assert "Use a passkey instead" in chief.page(codes).text
    assert "Use a passkey instead" not in chief.page(f"{ACCOUNT}/password").text
    assert only(chief, codes).status_code == 422
    assert only(chief, codes, **confirmed(chief, device, handle=b"")).status_code == 200, "told which, it names nobody"
    invited = only(chief, PEOPLE, name="Данияр", role="auditor", **confirmed(chief, device))
    assert invited.status_code == 200
    # The old password is asked for before a new one, and no passkey stands in for it.
    new = {"new": "сегіз ақ бота таңда өзенге барды", "app_code": chief.code()}
    changed = only(chief, f"{ACCOUNT}/password", **new, **confirmed(chief, device))
    assert changed.status_code == 422
    assert "Enter your password" in page_of(changed).text


def test_only_an_own_passkey_for_this_session_stands_in(chief: Desk, stranger: Desk, clock: FixedClock) -> None:
    device = added(chief)
    stranger.set_up(stranger.link("Данияр"))
    theirs = added(stranger.sign_in("Данияр"), "Theirs")
    codes, before = f"{ACCOUNT}/codes", rows(chief.app, "SELECT * FROM recovery_codes")
    given = confirmed(chief, device)
    used = {**given, "passkey_answer": "{}"}
    for fields in (
        confirmed(chief, theirs),
        confirmed(chief, device, flags=1),
        used,
        given,  # its challenge was spent by the one before
    ):
        refused = only(chief, codes, **fields)
        assert refused.status_code == 422
        assert "This passkey was not taken" in page_of(refused).text
    sign_in = shown(chief, device)
    late = confirmed(chief, device)
    for fields in (
        confirmed(stranger, device),
        {"passkey_token": sign_in["token"], "passkey_answer": sign_in["answer"]},
    ):
        assert "It took too long" in page_of(only(chief, codes, **fields)).text
    clock.at += timedelta(minutes=5)
    assert "It took too long" in page_of(only(chief, codes, **late)).text
    assert rows(chief.app, "SELECT * FROM recovery_codes") == before
