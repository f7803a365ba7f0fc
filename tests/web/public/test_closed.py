"""The form while the Operator cannot be named whole: closed with a page, and everything else goes on."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import Desk
from tests.web.rows import count, everything, house_of
from tests.web.strict import page_of


def closed(app: Flask, clock: FixedClock) -> Flask:
    """The same instance started again without an e-mail."""
    return migrated(replace(house_of(app).settings, operator_email=""), clock=clock)


def test_a_form_that_was_open_is_not_stored_and_what_was_typed_comes_back(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    fields = visitor.filled(person)
    before = everything(app)
    again = closed(app, clock)
    answer = Visitor(strict_client(again)).post("/", fields)
    page = page_of(answer)
    assert answer.status_code == 503
    assert "Nothing was stored" in page.text
    assert [value for value in (person.name, person.second_name, person.phone) if value not in page.text] == []
    assert everything(app) == before
    dispose(again)


def test_a_form_that_was_sent_before_still_gives_its_receipt_and_the_person_can_withdraw(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    fields = visitor.filled(person)
    receipt = visitor.post("/", fields).headers["Location"]
    again = closed(app, clock)
    owner = Visitor(strict_client(again))
    assert owner.post("/", fields).headers["Location"] == f"{receipt}?again=1"
    assert "mailto:" not in owner.get(receipt).get_data(as_text=True)
    withdraw = f"/my/{receipt.rpartition('/')[2]}/withdraw"
    assert owner.post(withdraw, {"token": owner.page(withdraw).value("token")}).status_code == 303
    assert count(app, "requests") == 1
    dispose(again)


@pytest.mark.parametrize(("language", "words"), [("en", "closed for now"), ("ru", "закрыта"), ("kk", "жабық")])
def test_the_page_says_how_to_reach_the_operator(app: Flask, clock: FixedClock, language: str, words: str) -> None:
    again = closed(app, clock)
    settings = house_of(again).settings
    visitor = Visitor(strict_client(again))
    for _ in range(2):  # rendered, then from the shelf
        page = visitor.page(f"/{language}/")
        address = {
            "en": settings.operator_address,
            "ru": settings.operator_address_ru,
            "kk": settings.operator_address_kk,
        }
        assert words in page.text
        assert address[language] in page.text
        assert [field for field in page.elements("input") if field.get("name") == "phone"] == []
    for path in ("consent", "policy", "rights", "my", "cookies"):
        text = visitor.page(f"/{language}/{path}").text
        assert "](mailto" not in text
        assert "$email" not in text
    dispose(again)


def test_the_desk_says_which_setting_to_set_on_each_page(prepared: Prepared, tmp_path: Path, clock: FixedClock) -> None:
    instance = prepared.copied(tmp_path / "closed")
    app = migrated(Settings(instance=instance, operator_email=""), clock=clock)
    desk = Desk(strict_client(app), app, clock)
    desk.secret = prepared.secret
    desk.sign_in()
    for path in ("/operator", "/operator/requests", "/operator/days"):
        text = desk.page(path).text
        assert "The form is closed" in text
        assert "operator_email" in text
    dispose(app)
