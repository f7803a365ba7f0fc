"""The shelf gives out the same answers as the application, but for fresh tokens."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor

SHELVED = ("/", "/consent", "/policy", "/kk/", "/ru/consent")


def tokens(source: str) -> list[str]:
    page = Page(source)
    return [element.get("value") for element in page.elements("input") if element.get("name") == "token"]


@pytest.mark.parametrize("path", SHELVED)
def test_a_second_visitor_gets_the_same_page_and_headers_with_other_tokens(app: Flask, path: str) -> None:
    first, second = (app.test_client().get(path, base_url=ORIGIN) for _ in range(2))
    assert sorted(second.headers) == sorted(first.headers)
    one, other = (answer.get_data(as_text=True) for answer in (first, second))
    assert len(tokens(one)) == len(tokens(other)) > 0
    assert not set(tokens(one)) & set(tokens(other))
    for mine, theirs in zip(tokens(one), tokens(other), strict=True):
        other = other.replace(theirs, mine)
    assert other == one


def test_the_token_of_a_shelved_form_is_good(app: Flask, person: Person) -> None:
    app.test_client().get("/", base_url=ORIGIN)
    assert Visitor(app.test_client()).send(person).status_code == 303


def test_whoever_brings_a_cookie_or_a_query_is_answered_by_the_application(visitor: Visitor) -> None:
    visitor.page("/")
    token = visitor.page("/").value("token")
    visitor.post("/cookies", {"answer": "reject", "token": token, "next": "/"})
    assert "Reject" not in visitor.page("/").text
    assert visitor.get("/?said=1").get_data(as_text=True) != visitor.get("/").get_data(as_text=True)


def test_the_walls_stand_before_the_shelf(client: FlaskClient) -> None:
    client.get("/", base_url=ORIGIN)
    assert client.get("/", base_url="https://elsewhere.example").status_code == 400
    assert client.get("/", base_url="http://localhost:8443").status_code == 308
    assert client.head("/", base_url=ORIGIN).data == b""


def test_each_language_has_its_own_place(client: FlaskClient) -> None:
    for _ in range(2):
        for language in ("ru", "kk", "en"):
            answer = client.get("/", base_url=ORIGIN, headers={"Accept-Language": language})
            assert answer.headers["Content-Language"] == language


def test_another_day_is_rendered_anew(app: Flask, clock: FixedClock) -> None:
    first = app.test_client().get("/consent", base_url=ORIGIN)
    clock.at = clock.at.replace(year=clock.at.year + 1)
    later = app.test_client().get("/consent", base_url=ORIGIN)
    assert (first.status_code, later.status_code) == (200, 200)
