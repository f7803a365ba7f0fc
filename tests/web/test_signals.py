"""A browser that asks us not to: heard before the first byte, and never shown the question."""

import pytest
from flask import Flask

from kelisim.domain.choices import ChoicePurpose
from kelisim.web.choice_cookie import address_allowed, allowed, statistics_allowed
from kelisim.web.cookies import APPEARANCE, CHOICE
from tests.support.visitor import ORIGIN, Visitor
from tests.web.rows import count

GPC, DNT = {"Sec-GPC": "1"}, {"DNT": "1"}
SIGNALS = (GPC, DNT, {"Sec-GPC": "0", "DNT": "1"}, {"Sec-GPC": "0, 1"})
PATHS = ("/", "/consent", "/ru/", "/cookies/2026-11-22", "/rights")


@pytest.mark.parametrize("headers", SIGNALS, ids=str)
def test_a_signal_is_an_answer_so_the_question_is_not_put(
    app: Flask, visitor: Visitor, headers: dict[str, str]
) -> None:
    for path in PATHS:
        answer = visitor.get(path, headers=headers)
        assert "cookies-title" not in answer.text, path
        assert "Set-Cookie" not in answer.headers
    assert count(app, "choices") == 0, "nothing is stored because of a signal"


@pytest.mark.parametrize("value", ["0", "true", "2", "", "1;q=1"])
def test_another_value_is_no_signal(visitor: Visitor, value: str) -> None:
    assert "cookies-title" in visitor.get("/", headers={"Sec-GPC": value, "DNT": value}).text


def test_neither_gets_the_others_page_from_the_shelf(app: Flask) -> None:
    for first, second in ((GPC, {}), ({}, GPC), (DNT, {})):
        app.test_client().get("/ru/", base_url=ORIGIN)
        for headers in (first, second, first, second):
            for path in PATHS:
                answer = app.test_client().get(path, base_url=ORIGIN, headers=headers)
                assert ("cookies-title" in answer.text) == (not headers), (path, headers)
                assert {"Cookie", "Sec-GPC", "DNT", "Accept-Language"} <= set(answer.vary.as_set(True))


def allows(app: Flask, visitor: Visitor, headers: dict[str, str]) -> dict[str, bool]:
    """What the site may do for this visitor."""
    cookie = visitor.client.get_cookie(CHOICE.name, domain="localhost")
    carried = {"Cookie": f"{CHOICE.name}={cookie.value}"} if cookie is not None else {}
    with app.test_request_context("/", base_url=ORIGIN, headers={**headers, **carried}):
        return {
            "statistics": statistics_allowed(),
            "address": address_allowed(),
            "convenience": allowed(ChoicePurpose.CONVENIENCE),
        }


def save(visitor: Visitor, headers: dict[str, str], **answers: str) -> None:
    token = visitor.page("/cookies").value("token")
    answer = visitor.post("/cookies", {"token": token, "answer": "choose", **answers}, headers=headers)
    assert answer.status_code == 303


def test_a_signal_holds_back_an_earlier_yes_and_a_later_one_wins(app: Flask, visitor: Visitor) -> None:
    assert set(allows(app, visitor, {}).values()) == {False}
    yes = {"convenience": "yes", "statistics": "yes", "address": "no"}
    save(visitor, {}, **yes)
    expected = {"statistics": True, "address": False, "convenience": True}
    assert allows(app, visitor, {}) == expected
    assert set(allows(app, visitor, GPC).values()) == {False}
    save(visitor, GPC, **yes)
    assert allows(app, visitor, GPC) == allows(app, visitor, DNT) == allows(app, visitor, {}) == expected


def test_the_network_is_kept_with_a_counted_visit_only(app: Flask, visitor: Visitor) -> None:
    save(visitor, {}, convenience="no", statistics="no", address="yes")
    assert not allows(app, visitor, {})["address"]


def test_under_a_signal_what_an_earlier_yes_left_is_taken_away(visitor: Visitor) -> None:
    save(visitor, {}, convenience="yes", statistics="no", address="no")
    visitor.client.set_cookie(APPEARANCE.name, "dark", domain="localhost", secure=True)
    answer = visitor.get("/consent", headers=GPC)
    assert "data-appearance" not in answer.text
    assert [line.split(";")[0] for line in answer.headers.getlist("Set-Cookie")] == [f"{APPEARANCE.name}="]
    assert visitor.client.get_cookie(APPEARANCE.name, domain="localhost") is None
