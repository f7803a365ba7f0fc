"""The answer to a person's request at their own link: theirs alone, in the language they asked in."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from kelisim.domain.grounds import RefusalGround
from kelisim.services import request_reading, requests
from kelisim.services.records import By
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, lent
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.rows import count, house_of, rows


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """Without the limit: these tests open more pages in a minute than a person."""
    with lent(replace(settings, my_limit="", form_limit=""), clock) as built:
        yield built


@pytest.fixture
def link(visitor: Visitor, person: Person) -> str:
    """My data of one person."""
    return visitor.send(person).headers["Location"].replace("/receipt/", "/my/")


def ask(visitor: Visitor, link: str, act: str, language: str = "en") -> None:
    path = f"/{language}{link}/{act}"
    assert visitor.post(path, {"token": visitor.page(path).value("token"), "objection": "term"}).status_code == 303


def decide(app: Flask, ground: RefusalGround | None = None) -> None:
    """Every open request is met, or refused on the ground."""
    house = house_of(app)
    by = By("operator:3", house.keys.site.journal, house.now)
    with app.app_context():
        for kept in request_reading.queue(db.session(), "due", today=house.now.date(), skip=0, rows=50):
            requests.take_up(db.session(), kept.id, by=by)
            if ground is None:
                requests.meet(db.session(), kept.id, by=by)
            else:
                requests.refuse(db.session(), kept.id, ground, until=None, by=by)


def answers(visitor: Visitor, link: str) -> list[str]:
    """The answers My data links to."""
    links = [str(element.get("href")) for element in visitor.page(link).elements("a")]
    return [path for path in links if "/answers/" in path]


def test_an_answer_is_read_at_the_persons_own_page(app: Flask, visitor: Visitor, link: str, person: Person) -> None:
    ask(visitor, link, "access")
    assert answers(visitor, link) == []
    decide(app)
    (path,) = answers(visitor, link)
    before = count(app, "journal")
    page = visitor.page(path)
    for words in (person.name, person.second_name, "Here is what you asked for.", "22 November 2026, you"):
        assert words in page.text, words
    assert rows(app, "SELECT act, actor FROM journal ORDER BY number DESC LIMIT 1") == [("access", "person")]
    assert count(app, "journal") == before + 1
    assert visitor.get(path).headers["Referrer-Policy"] == "no-referrer"


def test_a_refusal_is_read_with_its_ground_in_the_language_of_the_request(
    app: Flask, visitor: Visitor, link: str, person: Person
) -> None:
    ask(visitor, link, "object", "ru")
    decide(app, RefusalGround.VIOLATION_NOT_CONFIRMED)
    (path,) = answers(visitor, link)
    page = visitor.page(path)
    (letter,) = page.elements("article")
    assert letter.get("lang") == "ru"
    assert "25(2)" in page.text
    assert person.second_name not in page.text


def test_what_the_person_ended_has_no_answer(visitor: Visitor, link: str) -> None:
    ask(visitor, link, "block")
    ask(visitor, link, "unblock")
    assert "The block was lifted." in visitor.page(link).text
    assert answers(visitor, link) == []


def test_nobody_reads_the_answer_of_another_or_one_that_is_not_given_yet(
    app: Flask, visitor: Visitor, link: str
) -> None:
    ask(visitor, link, "access")
    waiting = UUID(str(rows(app, "SELECT id FROM requests")[0][0]))
    assert visitor.get(f"{link}/answers/{waiting}").status_code == 404
    decide(app)
    (path,) = answers(visitor, link)
    other = visitor.send(PEOPLE[3]).headers["Location"].replace("/receipt/", "/my/")
    assert visitor.get(path.replace(link, other)).status_code == 404
    assert visitor.get(path.replace(link, f"/my/{'a' * 32}")).status_code == 404
