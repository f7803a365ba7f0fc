"""The banner and the preferences page: every answer is appended, yes and no are equally easy, nothing before it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kelisim.domain.choices import ChoicePurpose
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.visitor import Visitor
from tests.web.rows import count, rows
from tests.web.strict import page_of

ALL = [purpose.value for purpose in ChoicePurpose]
BANNER = "Accept optional cookies"


def answered(app: Flask) -> list[tuple]:
    return rows(app, "SELECT receipt_id, answers, versions, method, language, decided_at, expires_at FROM choices")


def banner_form(page: Page) -> dict[str, str]:
    """What the banner's form sends beside its button."""
    section = next(e for e in page.elements("section") if e.get("class") == "cookies")
    inputs = [e for e in section.iter() if str(e.tag).endswith("}input")]
    return {str(e.get("name")): str(e.get("value", "")) for e in inputs}


@pytest.mark.parametrize(("answer", "said", "yes"), [("accept", "accepted", True), ("reject", "rejected", False)])
def test_one_click_in_the_banner_answers_for_everything_and_leads_back(
    app: Flask, visitor: Visitor, clock: FixedClock, answer: str, said: str, yes: bool
) -> None:
    form = banner_form(visitor.page("/consent"))
    redirect = visitor.post("/cookies", {**form, "answer": answer})
    assert (redirect.status_code, redirect.headers["Location"]) == (303, "/consent?said=1")
    receipt_id, answers, versions, method, language, decided_at, expires_at = answered(app)[0]
    assert len(bytes.fromhex(receipt_id)) == 16
    assert json.loads(answers) == dict.fromkeys(ALL, yes)
    assert json.loads(versions) == dict.fromkeys(ALL, 1)
    assert (method, language) == ("banner", "en")
    assert datetime.fromisoformat(expires_at) - datetime.fromisoformat(decided_at) == timedelta(days=182)
    page = visitor.page("/consent?said=1")
    assert f"You {said} optional cookies" in page.text
    assert "/consent" in [link.get("href") for link in page.elements("a") if link.get("data-hide") is not None]
    assert "cookies-title" not in visitor.page("/consent").source


def test_accept_and_reject_are_two_equal_buttons_and_choosing_is_a_link(visitor: Visitor) -> None:
    page = visitor.page("/")
    section = next(e for e in page.elements("section") if e.get("class") == "cookies")
    buttons = [e for e in section.iter() if str(e.tag).endswith("}button")]
    assert [(b.get("name"), b.get("value")) for b in buttons] == [("answer", "accept"), ("answer", "reject")]
    assert len({b.get("class") for b in buttons}) == 1
    assert "/cookies" in [e.get("href") for e in section.iter() if str(e.tag).endswith("}a")]


def test_the_banner_is_not_on_the_preferences_page_nor_at_the_desk(visitor: Visitor) -> None:
    for path in ("/cookies", "/cookies/2026-11-22", "/operator/sign-in", "/nothing"):
        text = page_of(visitor.get(path)).text
        assert (BANNER in text) == (path == "/cookies/2026-11-22"), path


def test_a_choice_on_the_page_is_one_answer_for_each_purpose(app: Flask, visitor: Visitor) -> None:
    token = visitor.page("/cookies").value("token")
    fields = {"token": token, "convenience": "yes", "statistics": "no", "address": "no", "answer": "choose"}
    answer = visitor.post("/cookies", {**fields, "next": "/cookies"})
    assert answer.headers["Location"] == "/cookies?said=1"
    assert json.loads(answered(app)[0][1]) == {"convenience": True, "statistics": False, "address": False}
    assert answered(app)[0][3] == "page"
    page = visitor.page("/cookies?said=1")
    assert "Your choices are saved." in page.text
    ticked = {e.get("name"): e.get("value") for e in page.elements("input") if e.get("checked") is not None}
    assert ticked.items() >= {"convenience": "yes", "statistics": "no", "address": "no"}.items()
    assert "We ask again on 23 May 2027, 15:00" in page.text


def test_a_purpose_without_an_answer_is_asked_for_and_the_others_kept(app: Flask, visitor: Visitor) -> None:
    token = visitor.page("/cookies").value("token")
    answer = visitor.post("/cookies", {"token": token, "convenience": "yes", "answer": "choose"})
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert "Choose yes or no: Statistics" in page.text
    assert [e.get("name") for e in page.elements("input") if e.get("checked") is not None] == ["convenience"]
    assert "Set-Cookie" not in answer.headers
    assert count(app, "choices") == 0


@pytest.mark.parametrize(
    "fields",
    [{}, {"answer": "maybe"}, {"answer": ""}, {"convenience": "YES", "statistics": "no", "address": "no"},
     {"convenience": ["yes", "no"], "statistics": "no", "address": "no"}, {"marketing": "yes", "answer": "choose"},
     {"answer": "\x00accept"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_answer_is_not_taken_for_one(app: Flask, visitor: Visitor, fields: dict[str, str]) -> None:
    answer = visitor.post("/cookies", {"token": visitor.page("/cookies").value("token"), **fields})
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    assert count(app, "choices") == 0


def test_an_answer_from_a_page_that_was_open_too_long_is_asked_again(
    app: Flask, visitor: Visitor, clock: FixedClock
) -> None:
    form = banner_form(visitor.page("/"))
    clock.at += timedelta(hours=25)
    answer = visitor.post("/cookies", {**form, "answer": "accept"})
    page = page_of(answer)
    assert answer.status_code == 422
    assert "This page was open for too long" in page.text
    assert [e.get("value") for e in page.elements("input") if e.get("checked") is not None] == ["yes"] * 3
    assert count(app, "choices") == 0


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ("/", "/?said=1"),
        ("/consent/2023-07-20", "/consent/2023-07-20?said=1"),
        ("/consent?said=1&x=y#z", "/consent?said=1"),
        ("", "/cookies?said=1"),
        ("https://evil.example", "/cookies?said=1"),
        ("//evil.example", "/cookies?said=1"),
        ("/\\evil.example", "/cookies?said=1"),
        ("//[", "/cookies?said=1"),
        ("/\r\nSet-Cookie: x=y", "/cookies?said=1"),
        ("javascript:alert(1)", "/cookies?said=1"),
    ],
)
def test_an_answer_leads_back_within_the_site_alone(visitor: Visitor, sent: str, back: str) -> None:
    form = {"token": visitor.page("/cookies").value("token"), "answer": "reject", "next": sent}
    answer = visitor.post("/cookies", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, back)


def test_a_way_back_with_a_fragment_says_it_too(visitor: Visitor) -> None:
    form = {"token": visitor.page("/cookies").value("token"), "answer": "reject", "next": "/consent#clause-4"}
    back = visitor.post("/cookies", form).headers["Location"]
    assert "You rejected optional cookies" in page_of(visitor.get(back)).text


def test_a_browser_that_blocks_cookies_is_told_so_and_nothing_optional_is_set(app: Flask) -> None:
    visitor = Visitor(app.test_client(use_cookies=False))
    form = banner_form(visitor.page("/"))
    answer = visitor.post("/cookies", {**form, "answer": "accept"})
    page = visitor.page(answer.headers["Location"])
    assert "Your browser did not keep the cookie with your answer" in page.text
    assert BANNER not in page.text
    assert BANNER in visitor.page("/").text
    assert "Your browser did not keep the cookie" in visitor.page("/cookies?said=1").text


def test_two_browsers_have_two_records(app: Flask, another: Callable[[], Visitor]) -> None:
    for visitor in (another(), another()):
        visitor.post("/cookies", {"token": visitor.page("/cookies").value("token"), "answer": "accept"})
    assert len({row[0] for row in answered(app)}) == 2


def test_an_answer_is_kept_without_address_browser_or_cookie_of_another(app: Flask, visitor: Visitor) -> None:
    form = banner_form(visitor.page("/"))
    headers = {"User-Agent": "Agent-Of-Mine/1.0"}
    visitor.post(
        "/cookies", {**form, "answer": "accept"}, headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.77"}
    )
    kept = str(rows(app, "SELECT * FROM choices"))
    assert "203.0" not in kept
    assert "Agent-Of-Mine" not in kept


def test_asking_for_the_preferences_writes_nothing(app: Flask, visitor: Visitor) -> None:
    for path in ("/cookies", "/cookies?said=1", "/cookies?answer=accept&token=x", "/?said=1"):
        assert "Set-Cookie" not in visitor.get(path).headers
    assert count(app, "choices") == 0
