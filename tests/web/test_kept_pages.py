"""A page that is kept is the page that would have been rendered, with tokens of its own each time."""

from flask import Flask

from tests.conftest import FixedClock
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.rows import count


def test_the_page_given_out_again_is_the_same_but_for_its_tokens(visitor: Visitor) -> None:
    for path in ("/", "/consent", "/policy", "/consent/2023-07-20"):
        first, second = visitor.page(path), visitor.page(path)
        names = ["token"] * [e.get("name") for e in first.elements("input")].count("token")
        texts = [first.source, second.source]
        for occurrence, name in enumerate(names):
            values = [page.value(name, occurrence) for page in (first, second)]
            assert values[0] != values[1]
            texts = [text.replace(value, "TOKEN") for text, value in zip(texts, values, strict=True)]
        assert names
        assert texts[0] == texts[1]


def test_each_kept_token_is_good_once_for_its_own_form(app: Flask, visitor: Visitor, person: Person) -> None:
    visitor.page("/")
    for _ in range(3):
        assert visitor.send(person).status_code == 303
    assert count(app, "submissions") == 3
    page = visitor.page("/")
    for value, status in ((page.value("token", 0), 303), (page.value("token", -1), 422)):
        assert visitor.post("/cookies", {"token": value, "answer": "reject"}).status_code == status


def test_a_kept_page_is_as_fresh_as_a_new_one(visitor: Visitor, clock: FixedClock, person: Person) -> None:
    visitor.page("/")
    clock.at = clock.at.replace(day=28)
    assert visitor.send(person).status_code == 303, "its token is made when the page is given out"


def test_a_page_is_kept_apart_for_each_answer_about_cookies(visitor: Visitor) -> None:
    asked = visitor.page("/consent")
    visitor.post("/cookies", {"token": asked.value("token"), "answer": "accept"})
    assert "Accept cookies" in asked.text
    assert "You accepted optional cookies" in visitor.page("/consent?said=1").text
    assert "optional cookies" not in visitor.page("/consent").text
    visitor.client.delete_cookie("__Host-choice", domain="localhost")
    assert "Accept cookies" in visitor.page("/consent").text
    assert "did not keep the cookie" in visitor.page("/consent?said=1").text


def test_what_was_typed_is_never_kept(visitor: Visitor, person: Person) -> None:
    visitor.send(person, phone="1")
    assert person.name not in visitor.page("/").text
