"""Several records handed over together: counted and sampled first, each asked by itself, their files saved in one ZIP."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pyrage
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.handing_over import IDENTITY, chosen, recipient
from tests.web.operator.test_records import newest_first
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock) -> Desk:
    """At the desk: one submission before there was a recipient, three after, one of these blocked."""
    desk.secret = prepared.secret
    desk.sign_in()
    visitor.send(PEOPLE[0])
    recipient(desk)
    for person in PEOPLE[1:4]:
        clock.at += timedelta(minutes=1)
        visitor.send(person)
    send(desk, "/operator/bulk/do", act="block", row=newest_first(desk.app)[:1])
    return desk


def send(desk: Desk, path: str, **fields: object) -> TestResponse:
    return desk.post(path, {"csrf_token": desk.page("/operator/submissions").value("csrf_token"), **fields})


def the_recipient(app: Flask) -> str:
    return f"/{rows(app, 'SELECT id FROM recipients')[0][0]}"


def hand_over(desk: Desk, **others: str) -> TestResponse:
    fields = chosen(the_recipient(desk.app), **others)
    return send(desk, "/operator/bulk/do", act="transfer", row=newest_first(desk.app), **fields)


def test_it_is_confirmed_with_a_count_and_samples_and_each_is_asked(app: Flask, desk: Desk) -> None:
    before = everything(app)
    page = page_of(send(desk, "/operator/bulk", act="transfer", row=newest_first(app)))
    assert page.heading == "Hand over the data: 4 submissions"
    assert "Call Centre LLP" in page.text
    assert hand_over(desk, purpose="").status_code == 422
    assert everything(app) == before
    blocked, *_, old = newest_first(app)
    result = desk.page(hand_over(desk).headers["Location"])
    assert "Done with 2 submissions." in result.text
    assert f"{blocked} : it is blocked" in result.text
    assert f"{old} : the person was told that nobody gets the data" in result.text
    assert rows(app, "SELECT purpose, way FROM transfers") == [("feedback", "file")] * 2
    assert count(app, "deliveries") == 2


def test_their_files_are_saved_together_and_each_opens_for_the_recipient_alone(app: Flask, desk: Desk) -> None:
    result = desk.page(hand_over(desk).headers["Location"])
    fields = {name: result.value(name) for name in ("recipient", "at")}
    first, gone = newest_first(app)[1:3]
    send(desk, "/operator/bulk/do", act="block", row=[gone])
    answer = send(desk, "/operator/transfers/files", **fields)
    assert answer.content_type == "application/zip"
    with ZipFile(BytesIO(answer.get_data())) as archive:
        assert archive.namelist() == [f"kelisim-{first}.json.age", "left-out.txt"]
        told = json.loads(pyrage.decrypt(archive.read(f"kelisim-{first}.json.age"), [IDENTITY]))
        assert archive.read("left-out.txt").decode() == f"{gone} not_waiting\n"
    assert (told["data"]["reference"], told["data"]["person"]["name"]) == (first, PEOPLE[2].name)
    steps = rows(app, "SELECT details FROM journal WHERE act = 'transfer'")
    assert sum("saved" in str(step[0]) for step in steps) == 1


@pytest.mark.parametrize("fields", [{}, {"at": "2026-11-22T12:00:00"}, {"at": "x"}, {"recipient": "0" * 32}])
def test_files_that_nobody_made_are_not_found(desk: Desk, fields: dict[str, str]) -> None:
    hand_over(desk)
    known = {"recipient": chosen(the_recipient(desk.app))["recipient"], "at": "2026-11-22T12:00:00+00:00"}
    assert send(desk, "/operator/transfers/files", **{**known, **fields}).status_code == 404
