"""The banner and the preferences page: every answer is appended, yes and no are equally easy, nothing before it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kelisim.domain.choices import VERSIONS, ChoicePurpose
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.visitor import Visitor
from tests.web.rows import count, rows
from tests.web.strict import page_of

ALL = [purpose.value for purpose in ChoicePurpose]
BANNER = "Accept cookies"


def answered(app: Flask) -> list[tuple]:
    return rows(app, "SELECT receipt_id, answers, versions, method, language, decided_at, expires_at FROM choices")


def banner_form(page: Page) -> dict[str, str]:
    """What the banner's form sends beside its button."""
    section = next(e for e in page.elements("section") if e.get("class") == "cookies")
    inputs = list(section.iter("input"))
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
    assert json.loads(versions) == {purpose.value: version for purpose, version in VERSIONS.items()}
    assert (method, language) == ("banner", "en")
    assert datetime.fromisoformat(expires_at) - datetime.fromisoformat(decided_at) == timedelta(days=182)
    page = visitor.page("/consent?said=1")
    assert f"You {said} optional cookies" in page.text
    assert "/consent" in [link.get("href") for link in page.elements("a") if link.get("data-hide") is not None]
    assert "cookies-title" not in visitor.page("/consent").source


def test_accept_and_reject_are_two_equal_buttons_and_choosing_is_a_link(visitor: Visitor) -> None:
    page = visitor.page("/consent")
    section = next(e for e in page.elements("section") if e.get("class") == "cookies")
    buttons = list(section.iter("button"))
    assert [(b.get("name"), b.get("value")) for b in buttons] == [("answer", "accept"), ("answer", "reject")]
    assert len({b.get("class") for b in buttons}) == 1
    assert "/cookies" in [e.get("href") for e in section.iter("a")]


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


# --- In the middle of the form, without a script ---------------------------------------------------------------------

HALF = {"name": "Айгерім", "second_name": "Smith", "phone": "8701", "topic": "support", "consent": "yes"}


def typed_on(page: Page) -> dict[str, str]:
    fields = {str(e.get("id")): str(e.get("value")) for e in page.elements("input") if e.get("id")}
    return {name: fields[name] for name in ("name", "second_name", "phone")}


def test_the_banner_answered_in_the_middle_of_the_form_keeps_what_was_typed(app: Flask, visitor: Visitor) -> None:
    page = visitor.page("/")
    buttons = [e for e in page.elements("button") if e.get("form") == "submission"]
    assert [e.get("value") for e in buttons] == [None, "accept", "reject"], "Enter presses the first: it only sends"
    sent = visitor.post("/", {"token": page.value("token", -1), **HALF, "answer": "reject"})
    answer = page_of(sent)
    assert sent.status_code == 200
    assert "You rejected optional cookies" in answer.text
    assert "__Host-choice=" in sent.headers["Set-Cookie"]
    assert typed_on(answer) == {name: HALF[name] for name in ("name", "second_name", "phone")}
    assert [e.get("id") for e in answer.elements("input") if e.get("checked") is not None] == ["consent"]
    assert 'role="alert"' not in answer.source, "an unfinished form is not blamed"
    assert answer.value("token", -1) == page.value("token", -1)
    assert (count(app, "submissions"), count(app, "choices")) == (0, 1)
    assert not any(text in str(rows(app, "SELECT * FROM choices")) for text in HALF.values() if text != "yes")
    assert "cookies-title" not in visitor.page("/").source


def test_an_answer_travels_with_no_other_form_and_no_old_page(app: Flask, visitor: Visitor, clock: FixedClock) -> None:
    token = visitor.page("/").value("token", -1)
    for sent in ({"token": "x"}, {"token": visitor.page("/cookies").value("token")}):
        assert visitor.post("/", {**HALF, **sent, "answer": "accept"}).status_code == 422
    clock.at += timedelta(hours=25)
    answer = visitor.post("/", {**HALF, "token": token, "answer": "accept"})
    assert answer.status_code == 422
    assert typed_on(page_of(answer))["name"] == HALF["name"]
    assert "Set-Cookie" not in answer.headers
    assert count(app, "choices") == 0


# --- The person's own records ----------------------------------------------------------------------------------------


def test_a_person_sees_keeps_and_leaves_their_records(app: Flask, visitor: Visitor) -> None:
    assert "Records of your answers" not in visitor.page("/cookies").text
    assert visitor.get("/cookies/records.json").status_code == 404
    visitor.post("/cookies", {**banner_form(visitor.page("/consent")), "answer": "accept"})
    visitor.post("/cookies", {"token": visitor.page("/cookies").value("token"), "answer": "choose",
                              "convenience": "yes", "statistics": "no", "address": "no"}, headers={"DNT": "1"})  # fmt: skip
    page = visitor.page("/cookies")
    assert "in the banner: Convenience (text 2) – yes; " in page.text
    assert "while your browser asked us not to: Convenience (text 2) – yes; Statistics (text 2) – no" in page.text
    saved = visitor.get("/cookies/records.json")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="kelisim-choices.json"'
    assert saved.json is not None
    assert [record["method"] for record in saved.json["records"]] == ["banner", "signal"]
    assert saved.json["records"][1]["answers"] == {"convenience": True, "statistics": False, "address": False}
    assert saved.json["receipt_id"] in page.text
    visitor.client.set_cookie("__Host-appearance", "dark", domain="localhost", secure=True)
    left = visitor.post("/cookies/forget", {"token": page.value("token")})
    assert (left.status_code, left.headers["Location"]) == (303, "/cookies?forgotten=1")
    assert sorted(line.split(";")[0] for line in left.headers.getlist("Set-Cookie")) == [
        "__Host-appearance=",
        "__Host-choice=",
    ]
    assert "The link is deleted" in visitor.page("/cookies?forgotten=1").text
    assert count(app, "choices") == 2
    assert "cookies-title" in visitor.page("/consent").source
    assert "The link is deleted" not in visitor.page("/cookies").text


def test_only_the_changed_purpose_is_asked_again_and_what_changed_is_said(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {**VERSIONS, ChoicePurpose.CONVENIENCE: VERSIONS[ChoicePurpose.CONVENIENCE] - 1}
    with monkeypatch.context() as before:
        before.setattr("kelisim.domain.choices.VERSIONS", old)
        visitor.post("/cookies", {**banner_form(visitor.page("/consent")), "answer": "reject"})
    note = "what you typed in a form that is not sent yet can now be kept on this device."
    banner = visitor.page("/consent")
    assert f"because this has changed: Convenience: {note}" in banner.text
    assert "are now counted" not in banner.text
    assert f"Changed since you answered. Convenience: {note}" in visitor.page("/cookies").text
    visitor.post("/cookies", {**banner_form(banner), "answer": "accept"})
    assert json.loads(answered(app)[1][1]) == {"convenience": True}, "what was not asked is not answered"
    page = visitor.page("/cookies")
    ticked = {e.get("name"): e.get("value") for e in page.elements("input") if e.get("checked") is not None}
    assert ticked == {"convenience": "yes", "statistics": "no", "address": "no", "appearance": "auto"}


# --- The browser's signal on the page --------------------------------------------------------------------------------


def test_the_page_says_quietly_what_the_browser_asks_and_how_to_say_yes_anyway(visitor: Visitor) -> None:
    headers = {"Sec-GPC": "1"}
    line = "Your browser asks us not to. We don’t."
    assert line not in visitor.page("/cookies").text
    asked = page_of(visitor.get("/cookies", headers=headers))
    assert line in asked.text
    assert "You can still say yes below" in asked.text
    yes = {"convenience": "yes", "statistics": "yes", "address": "no", "answer": "choose"}
    visitor.post("/cookies", {**yes, "token": asked.value("token")})
    held = page_of(visitor.get("/cookies", headers=headers))
    assert "is on hold" in held.text
    assert [e.get("id") for e in held.elements("input") if e.get("checked") is not None] == ["address-no"]
    visitor.post("/cookies", {**yes, "token": asked.value("token")}, headers=headers)
    said = page_of(visitor.get("/cookies", headers=headers))
    assert "in spite of it" in said.text
    assert "is on hold" not in said.text
    ticked = {e.get("name"): e.get("value") for e in said.elements("input") if e.get("checked") is not None}
    assert ticked.items() >= {"convenience": "yes", "statistics": "yes", "address": "no"}.items()


def test_a_person_sees_the_network_that_would_be_kept_and_no_more(visitor: Visitor) -> None:
    text = visitor.get("/cookies", environ_overrides={"REMOTE_ADDR": "203.0.113.77"}).text
    assert "For this connection that would be: 203.0.113.0." in text
    assert text.count("203.0.113.77") == 1, "the example in the document"
