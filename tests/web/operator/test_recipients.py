"""Recipients at the desk: entered, undertaken, handed a record, told of what becomes of it; and what the person sees."""

import json

import pyrage
import pytest
from flask import Flask

from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web import handing_over
from tests.web.desk import Desk
from tests.web.handing_over import FACTS, IDENTITY, NEW, UNDERTAKING, chosen, post, recipient, transfer
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

TASKS = "/operator/recipients/tasks"


@pytest.fixture(autouse=True)
def partner(app: Flask) -> None:
    """The Operator states that somebody gets data: a record can be handed over."""
    handing_over.tell_of_a_partner(app)


@pytest.fixture
def secret(visitor: Visitor, person: Person) -> str:
    """One person has sent the form: the secret of their receipt."""
    return str(visitor.send(person).headers["Location"].rpartition("/")[2])


@pytest.fixture
def at_work(secret: str, desk: Desk) -> Desk:
    return desk.whole()


def reference(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts")[0][0])


def test_a_record_is_handed_over_as_a_file_and_the_person_sees_to_whom(
    app: Flask, at_work: Desk, visitor: Visitor, secret: str, person: Person
) -> None:
    assert "To nobody." in visitor.page(f"/my/{secret}").text
    one = recipient(at_work)
    page = at_work.page(one)
    for words in (
        "Call Centre LLP",
        "220540900218",
        "Kazakhstan",
        "May get data",
        "counts today",
        "Public key changed",
    ):
        assert words.casefold() in page.text.casefold()
    made = transfer(at_work, reference(app), one)
    assert "file ready" in at_work.page(made).text
    answer = at_work.post(f"{made}/file", {"csrf_token": at_work.page(made).value("csrf_token", -1)})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kelisim-{reference(app)}.json.age"'
    inside = json.loads(pyrage.decrypt(answer.get_data(), [IDENTITY]))
    assert inside["data"]["person"]["phone"] == person.e164
    assert set(inside["data"]["obligations"]) == {"kk", "ru", "en"}
    assert "file saved" in at_work.page("/operator/transfers").text
    record = at_work.page(f"/operator/submissions/{reference(app)}").text
    assert "The data were handed to a recipient." in record
    assert "The file sealed for the recipient was saved." in record
    mine = visitor.page(f"/my/{secret}").text
    for words in ("To whom your data were handed", "Call Centre LLP", "(e) answering", "Handed over."):
        assert words in mine
    assert "To nobody." not in mine


def test_a_change_has_to_be_told_and_is_noted(app: Flask, at_work: Desk, visitor: Visitor, secret: str) -> None:
    handing_over.received(at_work, reference(app), recipient(at_work))
    handing_over.correct(visitor, secret)
    assert "(1 due)" in at_work.page("/operator/recipients").text
    assert "1 working day left" in at_work.page(TASKS).text
    answer = at_work.post(
        f"{TASKS}/1",
        {"csrf_token": at_work.page(f"{TASKS}/1").value("csrf_token", -1), "how": "", "told_on": "2026-11-21"},
    )
    assert answer.status_code == 422
    assert "Choose one from the list" in page_of(answer).text
    post(at_work, f"{TASKS}/1", {"how": "phone", "told_on": "2026-11-22"})
    assert "Nothing to tell here" in at_work.page(TASKS).text
    assert "Told on 22 November 2026, by phone." in at_work.page(f"{TASKS}?tab=closed").text
    assert "A recipient was told what happened to the data." in visitor.page(f"/my/{secret}").text
    assert at_work.get(f"{TASKS}?tab=all").status_code == at_work.get(f"{TASKS}/2").status_code == 404


def test_a_file_nobody_saved_is_gone_once_its_data_were_corrected(
    app: Flask, at_work: Desk, visitor: Visitor, secret: str
) -> None:
    made = transfer(at_work, reference(app), recipient(at_work))
    handing_over.correct(visitor, secret)
    page = at_work.page(made)
    assert "The data were changed before they went out: hand them over anew." in page.text
    assert "Nothing to tell here" in at_work.page(TASKS).text
    assert at_work.post(f"{made}/file", {"csrf_token": page.value("csrf_token", -1)}).status_code == 409


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": "220540900219"}, "Enter the BIN: 12 digits"),
        ({"country": "XX"}, "Choose one from the list"),
        ({"country": "DE", "number": "Ж"}, "Latin letters and digits"),
        ({"name": ""}, "Enter the name of the recipient"),
        ({"purposes": "everything"}, "Choose at least one purpose"),
    ],
)
def test_a_recipient_that_cannot_be_so_is_not_entered_and_what_was_typed_stays(
    app: Flask, at_work: Desk, fields: dict[str, str], says: str
) -> None:
    token = at_work.page(NEW).value("csrf_token", -1)
    before = everything(app)
    answer = at_work.post(NEW, {**FACTS, **fields, "csrf_token": token})
    page = page_of(answer)
    assert (answer.status_code, page.title.startswith("Error: ")) == (422, True)
    assert says in page.text
    assert page.value("contact") == FACTS["contact"]
    assert everything(app) == before


def test_a_transfer_is_refused_with_its_reason(app: Flask, at_work: Desk) -> None:
    path = f"/operator/submissions/{reference(app)}/transfer"
    assert FACTS["name"] not in at_work.page(path).text
    one = post(at_work, NEW, FACTS)
    for prepare, says in (
        (lambda: None, "no undertaking of security and non-disclosure that holds today"),
        (lambda: post(at_work, f"{one}/undertakings", UNDERTAKING, page=one), "no public key"),
    ):
        prepare()
        answer = at_work.post(path, {**chosen(one), "csrf_token": at_work.page(path).value("csrf_token", -1)})
        assert answer.status_code == 422
        assert says in page_of(answer).text
    assert count(app, "transfers") == 0


def refused(desk: Desk, app: Flask, one: str) -> str:
    """Why a transfer to the recipient at a path is refused."""
    path = f"/operator/submissions/{reference(app)}/transfer"
    answer = desk.post(path, {**chosen(one), "csrf_token": desk.page(path).value("csrf_token", -1)})
    assert answer.status_code == 422
    return page_of(answer).text


def test_what_the_operator_states_beside_the_form_holds(app: Flask, at_work: Desk) -> None:
    abroad = recipient(at_work, country="DE", number="HRB 1")
    assert "do not leave Kazakhstan" in refused(at_work, app, abroad)
    # Stated otherwise from now on: who consented before was told what they were told.
    assert "across the border" in at_work.page("/operator/statements").text
    assert "do not leave Kazakhstan" in refused(at_work, app, abroad)
    assert count(app, "transfers") == 0


def test_an_undertaking_or_a_key_that_cannot_be_so_is_said_beside_its_field(app: Flask, at_work: Desk) -> None:
    one = post(at_work, NEW, FACTS)
    for path, fields, says in (
        (f"{one}/undertakings", {**UNDERTAKING, "signed": "2026-11-23"}, "Give the day it was signed: today or before"),
        (f"{one}/undertakings", {**UNDERTAKING, "expires": "2026-11-21"}, "Give a last day that has not passed"),
        (f"{one}/undertakings", {**UNDERTAKING, "scope": "support"}, "Choose at least one purpose"),
        (one, {"contact": "x", "age_key": "age1x"}, "Enter the public key as age-keygen prints it"),
    ):
        answer = at_work.post(path, {**fields, "csrf_token": at_work.page(one).value("csrf_token", -1)})
        assert answer.status_code == 422
        assert says in page_of(answer).text
    assert count(app, "undertakings") == 1, "the partner’s"


def test_who_was_ended_can_be_given_nothing_more(app: Flask, at_work: Desk) -> None:
    one = recipient(at_work)
    post(at_work, f"{one}/end", {})
    page = at_work.page(one)
    assert "Ended" in page.text
    assert "Add an undertaking" not in page.text
    offered = at_work.page(f"/operator/submissions/{reference(app)}/transfer")
    assert FACTS["name"] not in offered.text
    assert "Partner LLP" in offered.text
    assert at_work.get(f"{one[:-1]}0").status_code == 404 or one.endswith("0")
