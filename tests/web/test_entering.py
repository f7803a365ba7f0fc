"""The question about cookies is put where a person comes in, and not again on their way through the site."""

import pytest
from flask import Flask

from tests.support.pages import read_page
from tests.support.visitor import ORIGIN, Visitor

SAME = {"Sec-Fetch-Site": "same-origin"}
ON_THE_WAY = (
    SAME,
    {**SAME, "Referer": f"{ORIGIN}/consent"},
    {**SAME, "Referer": f"{ORIGIN}/kkk/"},
    {"Referer": f"{ORIGIN}/"},
)
COMING_IN = (
    {},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Referer": "https://example.com/"},
    {"Sec-Fetch-Site": "same-site", "Referer": f"{ORIGIN}/"},
    {"Sec-Fetch-Site": ""},
    {"Referer": "https://example.com/"},
    {"Referer": f"{ORIGIN}.example.com/"},
    {"Referer": ORIGIN.replace("https", "http")},
    {"Referer": "https://["},
    # Who changed the language may not have understood the question.
    {**SAME, "Referer": f"{ORIGIN}/kk/"},
    {"Referer": f"{ORIGIN}/ru/consent"},
)


def is_asked(answer: object) -> bool:
    return "cookies-title" in answer.text  # type: ignore[attr-defined]  # an answer of the client


@pytest.mark.parametrize("path", ["/", "/consent", "/rights", "/consent/archive"])
def test_the_question_is_put_to_who_comes_in_and_not_on_the_way(app: Flask, path: str) -> None:
    # Each address is asked for in each way by turns: neither the shelf nor the kept pages mix them up.
    for headers in (*ON_THE_WAY, *COMING_IN, *ON_THE_WAY):
        answer = app.test_client().get(path, base_url=ORIGIN, headers=headers)
        assert answer.status_code == 200
        assert is_asked(answer) == (headers in COMING_IN), headers
        assert "data-asks" in answer.text, "a page that Back brings may still ask"
        assert {"Sec-Fetch-Site", "Referer"} <= set(answer.vary.as_set(True))


def test_a_language_that_is_kept_on_the_way_asks_once(visitor: Visitor) -> None:
    assert is_asked(visitor.get("/ru/", headers={**SAME, "Referer": f"{ORIGIN}/"}))
    assert not is_asked(visitor.get("/ru/consent", headers={**SAME, "Referer": f"{ORIGIN}/ru/"}))
    assert is_asked(visitor.get("/consent", headers={**SAME, "Referer": f"{ORIGIN}/ru/"}))


def test_a_browser_that_keeps_no_cookie_is_told_so_once_and_not_asked_again(app: Flask) -> None:
    visitor = Visitor(app.test_client(use_cookies=False))
    token = visitor.page("/policy").value("token")
    answer = visitor.post("/cookies", {"token": token, "answer": "accept", "next": "/policy"})
    told = visitor.get(answer.headers["Location"], headers=SAME)
    words = read_page(told.text).text
    assert "Your browser did not keep the cookie" in words
    assert "nothing optional is stored. You can change this at any time." in words
    for path in ("/policy", "/", "/rights"):
        assert not is_asked(visitor.get(path, headers={**SAME, "Referer": f"{ORIGIN}/policy?said=1"}))
