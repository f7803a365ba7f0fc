"""Ticked rows: a confirmation that counts and samples, then what was done and what was not."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.operator.test_records import newest_first, references
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock) -> Desk:
    """At the desk, with seven submissions."""
    for person in PEOPLE[:7]:
        visitor.send(person, topic="support")
        clock.at += timedelta(minutes=1)
    desk.secret = prepared.secret
    return desk.sign_in()


def send(desk: Desk, path: str, **fields: object) -> TestResponse:
    return desk.post(path, {"csrf_token": desk.page("/operator/submissions").value("csrf_token"), **fields})


def test_with_nothing_ticked_the_list_says_so(app: Flask, desk: Desk) -> None:
    before = everything(app)
    answer = send(desk, "/operator/bulk?topic=support", act="block")
    assert answer.status_code == 200
    page = page_of(answer)
    assert "No submission is ticked." in page.text
    assert len(references(page)) == 7
    assert everything(app) == before


def test_a_confirmation_counts_and_samples_and_changes_nothing(app: Flask, desk: Desk) -> None:
    ticked = newest_first(app)[:6]
    before = everything(app)
    page = page_of(send(desk, "/operator/bulk?topic=support", act="block", row=ticked))
    assert page.heading == "Block the data: 6 submissions"
    assert ticked[0] in page.text
    assert "and 1 more" in page.text
    assert PEOPLE[6].name not in page.text
    assert everything(app) == before
    button = next("".join(b.itertext()) for b in page.elements("button") if "submissions" in "".join(b.itertext()))
    assert button == "Block the data: 6 submissions", "the button repeats the act"


def test_the_result_says_what_was_done_and_what_was_left_and_leads_back(app: Flask, desk: Desk) -> None:
    first, second, *_ = newest_first(app)
    send(desk, "/operator/bulk/do", act="block", row=[first])
    answer = send(desk, "/operator/bulk/do?topic=support", act="block", row=[first, second])
    page = desk.page(answer.headers["Location"])
    assert "Done with 1 submission." in page.text
    assert f"{first} : it is blocked already" in page.text
    links = {"".join(a.itertext()): a.get("href") for a in page.elements("a")}
    assert links["Back to the submissions"] == "/operator/submissions?topic=support"
    assert rows(app, "SELECT count(*) FROM submissions WHERE state = 'blocked'") == [(2,)]
    send(desk, "/operator/bulk/do", act="unblock", row=[first, second])
    assert rows(app, "SELECT count(*) FROM submissions WHERE state = 'blocked'") == [(0,)]


def test_a_contact_is_noted_for_many_and_a_wrong_one_for_none(app: Flask, desk: Desk) -> None:
    fields = {"act": "contact", "row": newest_first(app), "day": "2026-11-22", "way": "message", "outcome": "answered"}
    wrong = send(desk, "/operator/bulk/do", **fields, purpose="nothing")
    assert wrong.status_code == 422
    assert count(app, "contacts") == 0
    answer = send(desk, "/operator/bulk/do", **fields, purpose="support")
    assert "Done with 7 submissions." in desk.page(answer.headers["Location"]).text
    assert count(app, "contacts") == 7


def test_what_is_no_act_and_no_result_is_not_found(app: Flask, desk: Desk) -> None:
    before = everything(app)
    for path, act in (("/operator/bulk", "destroy"), ("/operator/bulk/do", ""), ("/operator/bulk/do", "sell")):
        assert send(desk, path, act=act, row=newest_first(app)).status_code == 404
    assert send(desk, "/operator/bulk/do", act="tag", row=newest_first(app), tag="9").status_code == 422
    for told in ("", "x", "A" * 400):
        assert desk.get(f"/operator/bulk/result?told={told}").status_code == 404
    assert everything(app) == before
