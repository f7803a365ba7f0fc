"""Who receives data: visitors are told of the register, in every place alike, and a consent keeps what it was told."""

import pytest
from flask import Flask
from sqlalchemy import event

from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.desk import Desk
from tests.web.handing_over import chosen, post, recipient, tell_of_a_partner
from tests.web.rows import rows
from tests.web.strict import page_of

NOBODY, HOME = "Your data are handed to no third party.", "Your data do not leave Kazakhstan."


def test_the_form_and_the_page_name_the_register_and_the_consent_keeps_it(
    app: Flask, visitor: Visitor, person: Person
) -> None:
    secret = visitor.send(person).headers["Location"]
    for path in ("/", "/recipients"):
        page = visitor.page(path)
        assert NOBODY in page.text
        assert HOME in page.text
        assert "Version 1" in page.text
    tell_of_a_partner(app, "DE")
    for path, language in (("/", "en"), ("/recipients", "en"), ("/ru/", "ru"), ("/kk/recipients", "kk")):
        page = visitor.page(path)
        assert "Partner LLP" in page.text
        assert {"en": "Germany", "ru": "Германия", "kk": "Германия"}[language] in page.text
    assert NOBODY not in visitor.page("/").text
    assert "across the border" in visitor.page("/recipients").text
    assert "Version 2" in visitor.page("/recipients").text
    assert NOBODY in page_of(visitor.get(secret)).text
    assert visitor.send(PEOPLE[1]).status_code == 303
    assert sorted(rows(app, "SELECT statements_number FROM consents")) == [(1,), (2,)]


def test_a_form_opened_before_a_recipient_came_asks_again(app: Flask, visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    tell_of_a_partner(app)
    answer = visitor.post("/", fields)
    assert answer.status_code == 422
    assert "has changed since you opened this page" in page_of(answer).text


def test_an_undertaking_that_ends_is_not_named_the_day_after(app: Flask, visitor: Visitor, clock: FixedClock) -> None:
    tell_of_a_partner(app)
    assert "Partner LLP" in visitor.page("/").text
    clock.at = clock.at.replace(year=clock.at.year + 4)
    assert NOBODY in visitor.page("/").text
    assert NOBODY in visitor.page("/recipients").text


def test_who_was_told_nobody_is_handed_to_nobody_and_who_was_told_later_may_be(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    at_work = desk.whole()
    one = recipient(at_work)
    visitor.send(PEOPLE[1])
    by_version = "SELECT reference FROM receipts JOIN consents USING (submission_id) ORDER BY statements_number"
    old, new = (row[0] for row in rows(app, by_version))
    path = f"/operator/submissions/{old}/transfer"
    refused = at_work.post(path, {**chosen(one), "csrf_token": at_work.page(path).value("csrf_token", -1)})
    assert refused.status_code == 422
    assert "handed to no third party" in page_of(refused).text
    assert post(at_work, f"/operator/submissions/{new}/transfer", chosen(one)).startswith("/operator/transfers/")


def test_the_kept_form_asks_the_database_nothing(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_of_a_partner(app)
    visitor.page("/")
    monkeypatch.setattr(app.extensions["kelisim"].revisions, "_next_look", float("inf"))
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert "Partner LLP" in visitor.page("/").text
    assert asked == []
    visitor.send(PEOPLE[1])
    assert asked
