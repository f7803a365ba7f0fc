"""Incidents at the desk: registered, told, closed; the notice in three languages."""

from datetime import UTC, datetime

import pytest

from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.visitor import ORIGIN
from tests.web.desk import Desk
from tests.web.rows import count
from tests.web.strict import page_of

NEW = "/operator/incidents/new"
FIELDS = {
    "kind": "disclosure",
    "day": "2026-12-11",
    "hour": "11:30",
    "categories": ["name", "phone"],
    "persons": "12",
    "measures": ["access_closed", "recipient_asked"],
    "note": "A list went to the wrong address.",
}


@pytest.fixture
def at_work(desk: Desk, clock: FixedClock) -> Desk:
    """An operator signed in on Friday, 11 December 2026."""
    clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
    return desk.whole()


def registered(desk: Desk) -> str:
    answer = desk.post(NEW, {**FIELDS, "csrf_token": desk.page(NEW).value("csrf_token", -1)})
    assert answer.status_code == 303, page_of(answer).text
    return answer.headers["Location"].removeprefix(ORIGIN)


def send(desk: Desk, path: str, status: int, **fields: object) -> Page:
    token = desk.page(path).value("csrf_token", -1)
    answer = desk.post(path, {"csrf_token": token, **fields})
    assert answer.status_code == status, page_of(answer).text
    return page_of(answer) if status != 303 else desk.page(path)


def test_an_incident_goes_its_way(at_work: Desk) -> None:
    assert "No incident is registered" in at_work.page("/operator/incidents").text
    path = registered(at_work)
    page = at_work.page(path)
    assert "Tell the authority by 14 December 2026 1 working day left" in page.text
    assert "This is about the event, never about a person" in page.text
    assert "not told yet" in send(at_work, path, 422, step="close", outcome="mended").text
    assert "Nothing is added" in send(at_work, path, 422, step="add").text
    assert (
        "Choose a day from the one it was found on"
        in send(at_work, path, 422, step="notify", told_on="2026-12-10").text
    )
    told = send(at_work, path, 303, step="notify", told_on="2026-12-11", number="№ 7")
    assert "the authority is told" in told.text
    assert "working day left" not in told.text
    closed = send(at_work, path, 303, step="close", outcome="mended")
    assert "What can be done now" not in closed.text
    assert "№ 7" in closed.text
    assert at_work.post(path, {"csrf_token": closed.value("csrf_token"), "step": "add", "note": "x"}).status_code == 422
    assert "11 December 2026, 11:30" in at_work.page("/operator/incidents").text


def test_what_is_late_is_said_in_words(at_work: Desk, clock: FixedClock) -> None:
    registered(at_work)
    clock.at = datetime(2026, 12, 15, 7, 0, tzinfo=UTC)
    at_work.sign_in_again()
    assert "Overdue by 1 working day" in at_work.page("/operator/incidents").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day": "2026-12-12"}, "This moment has not come yet"),
        ({"hour": "noon"}, "Write the time as 14:30"),
        ({"persons": "many"}, "Write how many persons"),
        ({"categories": []}, "Tick at least one category"),
        ({"categories": ["email"]}, "Choose from the list"),
        ({"note": "x" * 1001}, "Shorten it to 1000 signs"),
        ({"kind": "bad luck"}, "Choose one from the list"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_stays(
    at_work: Desk, wrong: dict[str, object], words: str
) -> None:
    page = send(at_work, NEW, 422, **{**FIELDS, **wrong})
    assert page.text.count(words) == 2
    assert "access_closed" in [e.get("value") for e in page.elements("input") if e.get("checked") is not None]
    assert count(at_work.app, "incidents") == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Notice of a breach of the security of personal data"),
        ("ru", "Уведомление о нарушении безопасности персональных данных"),
        ("kk", "Дербес деректер қауіпсіздігінің бұзылуы туралы хабарлама"),
    ],
)
def test_the_notice_is_ready_in_each_language(at_work: Desk, language: str, words: str) -> None:
    path = registered(at_work)
    text = at_work.page(f"{path}/notice?language={language}").text
    assert words in text
    assert {"220540900218", "12", "11:30"} <= set(text.replace(",", " ").split())
    assert "A list went to the wrong address." in text
    assert at_work.get(f"{path}/notice?language=de").status_code == 404
