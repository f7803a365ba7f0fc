"""People at the desk and the own account: invited, disabled, given another role; sessions, password, app, codes."""

from collections.abc import Callable

import pytest
from pyotp import TOTP

from tests.support.visitor import ORIGIN
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import NAME, PASSWORD, Desk, key_on
from tests.web.operator.test_uses import links
from tests.web.rows import count, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

PEOPLE, ACCOUNT = "/operator/people", "/operator/account"


@pytest.fixture
def chief(desk: Desk, prepared: Prepared) -> Desk:
    """The administrator, signed in."""
    desk.secret = prepared.secret
    return desk.sign_in()


@pytest.fixture
def elsewhere(chief: Desk) -> Callable[[], Desk]:
    """Signs the administrator in at one more browser."""

    def sign_in() -> Desk:
        other = Desk(strict_client(chief.app), chief.app, chief.clock)
        other.secret = chief.secret
        return other.sign_in()

    return sign_in


def send(desk: Desk, path: str, status: int, *, page: str = "", **fields: str) -> str:
    """Send a form with both factors; the words of the answer."""
    token = desk.page(page or path).value("csrf_token", -1)
    answer = desk.post(path, {"csrf_token": token, **desk.again(), **fields})
    assert answer.status_code == status, page_of(answer).text
    return answer.get_data(as_text=True)


def test_somebody_is_invited_by_a_link_shown_once_and_comes_in_as_what_they_are(chief: Desk) -> None:
    shown = send(chief, PEOPLE, 200, name="Данияр", role="auditor")
    link = shown.partition(f"<code>{ORIGIN}")[2].partition("</code>")[0]
    assert link.rpartition("/")[2] not in chief.get(PEOPLE).get_data(as_text=True)
    guest = Desk(strict_client(chief.app), chief.app, chief.clock)
    assert guest.set_up(link).status_code == 200
    guest.give_password("Данияр")
    assert guest.give_code().headers["Location"] == "/operator"
    assert guest.get("/operator").headers["Location"] == "/operator/journal"
    assert guest.get(PEOPLE).status_code == 403
    send(chief, links(chief.page(PEOPLE))["Disable the person: данияр"], 303)
    assert guest.get("/operator/journal").headers["Location"] == "/operator/sign-in"
    assert guest.give_password("Данияр").status_code == 401
    entries = chief.page("/operator/journal").text
    assert "A person of the Operator" in entries
    assert "what=disabled" in entries


def test_no_decision_without_both_factors(chief: Desk) -> None:
    before = rows(chief.app, "SELECT * FROM operators")
    wrong = send(chief, PEOPLE, 422, name="Данияр", role="auditor", password="not mine")
    assert "Password or code is wrong" in wrong
    assert "Choose one from the list" in send(chief, PEOPLE, 422, name="Данияр", role="king")
    assert "up to 64 signs" in send(chief, PEOPLE, 422, name="<b>", role="viewer")
    assert "Somebody has this name already" in send(chief, PEOPLE, 422, name=NAME, role="viewer")
    kept = [row[:6] for row in rows(chief.app, "SELECT id, name, role, created_at, password_hash FROM operators")]
    assert len(kept) == len(before) == 1


def test_the_last_administrator_is_told_to_make_another_one_first(chief: Desk) -> None:
    page = chief.page(PEOPLE)
    assert "Make a new link: " + NAME.casefold() not in page.text
    way = links(page)[f"Change the role: {NAME.casefold()}"]
    assert "the last administrator" in send(chief, way, 422, role="viewer")
    assert "the last administrator" in send(chief, way.replace("/role", "/disable"), 422)
    assert "the page of your account" in send(chief, way.replace("/role", "/reset"), 422)
    assert chief.get(PEOPLE).status_code == 200
    assert chief.get(f"{PEOPLE}/99/disable").status_code == chief.get(f"{PEOPLE}/1/promote").status_code == 404


def test_own_sessions_are_listed_and_ended_one_by_one_and_all(chief: Desk, elsewhere: Callable[[], Desk]) -> None:
    first, second = elsewhere(), elsewhere()
    page = chief.page(ACCOUNT)
    assert page.text.count("End the session") == 2
    assert page.text.count("this session") == 1
    newest = page.value("session")
    send(chief, f"{ACCOUNT}/sessions", 303, page=ACCOUNT, session=newest)
    assert second.get("/operator").headers["Location"] == "/operator/sign-in"
    assert first.get("/operator").status_code == 200
    for foreign in ("", "00", "zz"):
        if foreign:
            send(chief, f"{ACCOUNT}/sessions", 303, page=ACCOUNT, session=foreign)
    assert count(chief.app, "operator_sessions") == 2
    send(chief, f"{ACCOUNT}/sessions", 303, page=ACCOUNT)
    assert first.get("/operator").headers["Location"] == "/operator/sign-in"
    assert chief.get("/operator").status_code == 200


def test_a_session_of_somebody_else_is_not_ended(chief: Desk) -> None:
    link = chief.link("Данияр")
    guest = Desk(strict_client(chief.app), chief.app, chief.clock)
    guest.set_up(link)
    guest.sign_in("Данияр")
    ((theirs,),) = rows(chief.app, "SELECT hex(id_hash) FROM operator_sessions ORDER BY created_at DESC LIMIT 1")
    send(chief, f"{ACCOUNT}/sessions", 303, page=ACCOUNT, session=str(theirs))
    assert guest.get("/operator").status_code == 200


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    chief: Desk, elsewhere: Callable[[], Desk]
) -> None:
    other, way, new = elsewhere(), f"{ACCOUNT}/password", "сегіз ақ бота таңда өзенге барды"
    assert "Password or code is wrong" in send(chief, way, 422, new=new, password=new)
    assert "Use at least 12 signs" in send(chief, way, 422, new="short")
    send(chief, way, 303, new=new, others="y")
    assert chief.get("/operator").status_code == 200
    assert other.get("/operator").headers["Location"] == "/operator/sign-in"
    assert other.give_password(password=PASSWORD).status_code == 401
    assert other.give_password(password=new).status_code == 303


def test_a_new_app_is_taken_once_its_code_is_right_and_the_old_one_opens_nothing(chief: Desk) -> None:
    way = f"{ACCOUNT}/app"
    page = chief.page(way)
    secret = key_on(page)
    assert secret == key_on(chief.page(way)) != chief.secret
    assert "Enter the six digits" in send(chief, way, 422, first="000000")
    token, again = chief.page(way).value("csrf_token", -1), chief.again()
    first = TOTP(secret).at(chief.clock.at)
    assert chief.post(way, {"csrf_token": token, **again, "first": first}).status_code == 303
    old, new = chief.secret, secret
    other = Desk(strict_client(chief.app), chief.app, chief.clock)
    other.secret = old
    other.give_password()
    assert other.give_code().status_code == 401
    other.secret = new
    assert other.give_code().headers["Location"] == "/operator"


def test_new_recovery_codes_end_the_old_ones(chief: Desk, prepared: Prepared) -> None:
    shown = send(chief, f"{ACCOUNT}/codes", 200)
    assert count(chief.app, "recovery_codes") == 10
    other = Desk(strict_client(chief.app), chief.app, chief.clock)
    other.give_password()
    assert other.give_code(prepared.recovery_codes[0]).status_code == 401
    fresh = shown.partition('class="sheet codes"')[2].partition("<code>")[2].partition("</code>")[0]
    assert other.give_code(fresh).headers["Location"] == "/operator"
