"""Entering a consent from paper: its form, its receipt shown once, and what is told of it to everybody."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

NEW = "/operator/submissions/new"
PERSON = PEOPLE[0]
_LINK = re.compile(rf"{ORIGIN}/ru(/receipt/[a-z2-7]{{32}})")


@pytest.fixture
def at_desk(desk: Desk, prepared: Prepared) -> Desk:
    """An operator signed in."""
    desk.secret = prepared.secret
    return desk.sign_in()


def fields(desk: Desk, **others: str) -> dict[str, str]:
    page = desk.page(NEW)
    return {
        "csrf_token": page.value("csrf_token", -1),
        "entry": page.value("entry"),
        "name": PERSON.name,
        "second_name": PERSON.second_name,
        "phone": PERSON.phone,
        "topic": "contract",
        "signed": "2026-11-20",
        "text": "2023-07-20.ru",
        "place": "original_safe",
        "number": "pd-17",
        **others,
    }


def entered_link(text: str) -> str:
    found = _LINK.search(text)
    assert found is not None, text
    return found[1]


def test_a_paper_becomes_a_submission_and_its_receipt_is_shown_once(
    app: Flask, at_desk: Desk, visitor: Visitor
) -> None:
    visitor.send(PERSON)
    assert NEW in at_desk.get("/operator/submissions").get_data(as_text=True)
    sent = fields(at_desk)
    answer = at_desk.post(NEW, sent)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    page = page_of(answer)
    assert "hand it over to the person" in page.text
    assert "1 other submission has this phone number" in page.text
    assert "Ваша квитанция" in page.text, "the sheet is in the language that was signed"
    link = entered_link(page.text)
    stored = everything(app)
    assert link.rpartition("/")[2] not in "".join(stored)
    again = page_of(at_desk.post(NEW, sent))
    assert "It was entered before." in again.text
    assert entered_link(again.text) == link
    assert count(app, "submissions") == 2
    assert rows(app, "SELECT place, number, signed FROM papers") == [("original_safe", "PD-17", "2026-11-20")]
    reference = rows(app, "SELECT reference FROM receipts JOIN papers USING (submission_id)")[0][0]

    record = at_desk.page(f"/operator/submissions/{reference}").text
    for said in ("on paper, signed by hand", "20 November 2026", "The original, in the safe, number PD-17.",
                 "Entered by", "A signed paper was entered.", "the oldest there is, of 22 November 2026"):  # fmt: skip  # one list
        assert said in record
    assert "00:00" not in record

    receipt = visitor.page(link).text
    own = visitor.page(link.replace("receipt", "my")).text
    for text in (receipt, own):
        assert "on paper, signed by hand" in text
        assert "Entered from paper on" in text
        assert "20 November 2026" in text
    assert "The Operator entered the consent that you signed on paper." in own
    assert "20 November 2029" in own, "the term counts from the signature"


# What is sent otherwise, and what is said to it.
MENDED = [
    ({"name": ""}, "Enter your name"),
    ({"phone": "12"}, "The phone number is too short"),
    ({"signed": "2026-11-23"}, "This day has not come yet"),
    ({"signed": "2023-07-19"}, "no revision of the Consent was in force yet"),
    ({"signed": "soon"}, "Write the day as"),
    ({"text": ""}, "Choose the revision and the language"),
    ({"text": "2019-01-01.ru"}, "Choose one from the list"),
    ({"place": ""}, "Choose where the paper lies"),
    ({"number": "in the drawer"}, "letters, digits and hyphens only"),
    ({"number": "87011234567"}, "gives away the name or the phone number"),
    ({"topic": "mailing"}, "tick the box for them too"),
    ({"entry": "x"}, "This page was open for too long"),
]


def test_what_is_to_be_mended_is_said_and_nothing_is_entered(app: Flask, at_desk: Desk) -> None:
    sent = fields(at_desk)
    for others, said in MENDED:
        answer = at_desk.post(NEW, {**sent, **others})
        assert answer.status_code == 422, others
        assert said in page_of(answer).text, others
        assert "Сейтқали" in answer.get_data(as_text=True), "what was typed is kept"
    assert count(app, "submissions") == 0


def test_a_sheet_entered_before_is_told_and_an_old_page_leads_to_its_record(
    app: Flask, at_desk: Desk, clock: FixedClock
) -> None:
    sent = fields(at_desk)
    assert at_desk.post(NEW, sent).status_code == 200
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    twice = at_desk.post(NEW, fields(at_desk, number="PD-17"))
    assert twice.status_code == 422
    assert f"entered already: {reference}" in page_of(twice).text
    clock.at += timedelta(days=3)
    fresh = at_desk.sign_in()
    old = at_desk.post(NEW, {**sent, "csrf_token": fresh.page(NEW).value("csrf_token", -1)})
    assert (old.status_code, old.headers["Location"]) == (303, f"/operator/submissions/{reference}")
    assert count(app, "submissions") == 1


def test_a_record_offers_the_request_that_corrects_it(app: Flask, at_desk: Desk, visitor: Visitor) -> None:
    visitor.send(PERSON)
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    offered = [
        str(link.get("href"))
        for link in at_desk.page(f"/operator/submissions/{reference}").elements("a")
        if "requests/new?" in str(link.get("href"))
    ]
    assert [link.partition("kind=")[2].partition("&")[0] for link in offered] == ["correct", "complete"]
    page = at_desk.page(offered[0])
    taken = at_desk.post(
        "/operator/requests/new",
        {
            "csrf_token": page.value("csrf_token", -1),
            "entry": page.value("entry"),
            "reference": page.value("reference"),
            "kind": "correct",
            "channel": "letter",
            "received": "2026-11-22",
            "identity": "signature",
            "language": "en",
        },
    ).headers["Location"]
    at_desk.post(taken, {"csrf_token": at_desk.page(taken).value("csrf_token", -1), "step": "take_up"})
    met = {"csrf_token": at_desk.page(f"{taken}/meet").value("csrf_token", -1), "name": "Гүлнар"}
    assert at_desk.post(f"{taken}/meet", met).status_code == 303
    record = at_desk.page(f"/operator/submissions/{reference}").text
    assert "Data or the mailing were changed." in record
    assert "Гүлнар" in record
    assert PERSON.name not in record
    assert "Гүлнар" not in "".join(everything(app))
    assert count(app, "changes") == 1
