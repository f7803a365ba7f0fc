"""Beside a record: the ways on, the same number elsewhere, a contact, tags; the tags' list."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.operator.test_records import newest_first
from tests.web.rows import count

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock) -> Desk:
    """At the desk, with four submissions, two of them from one number."""
    for person in (*PEOPLE[:3], PEOPLE[0]):
        visitor.send(person, topic="support")
        clock.at += timedelta(minutes=1)
    desk.secret = prepared.secret
    return desk.sign_in()


def links(page: Page) -> dict[str, str]:
    return {" ".join("".join(a.itertext()).split()): str(a.get("href")) for a in page.elements("a")}


def filled(desk: Desk, path: str, **fields: object) -> dict[str, object]:
    return {"csrf_token": desk.page(path).value("csrf_token"), **fields}


def test_a_record_leads_on_within_the_filter_and_back_to_its_row(app: Flask, desk: Desk) -> None:
    fourth, third, second, first = newest_first(app)
    at_list = links(desk.page("/operator/submissions?topic=support"))
    opened = links(desk.page(at_list[third]))
    assert opened["Back to the submissions"] == f"/operator/submissions?topic=support#{third}"
    assert f"/{fourth}?topic=support&from=" in opened["Previous submission"]
    at_next = links(desk.page(opened["Next submission"]))
    assert f"/{second}?" in opened["Next submission"]
    assert at_next["Back to the submissions"].startswith("/operator/submissions?topic=support&from=")
    assert at_next["Back to the submissions"].endswith(f"#{second}")
    assert list(links(desk.page(at_next["Back to the submissions"].partition("#")[0])))  # it is there
    assert "Next submission" not in links(desk.page(f"/operator/submissions/{first}"))


def test_another_submission_from_the_same_number_is_hinted_at(app: Flask, desk: Desk) -> None:
    fourth = newest_first(app)[0]
    page = desk.page("/operator/submissions")
    desk.post("/operator/search", {"csrf_token": page.value("csrf_token"), "text": "x"})  # enters what is new
    hint = next(words for words in links(desk.page(f"/operator/submissions/{fourth}")) if "phone number" in words)
    assert hint == "1 other submission has this phone number"
    found = desk.page(links(desk.page(f"/operator/submissions/{fourth}"))[hint])
    assert found.text.count("+7 ••• •• 67") == 2
    assert "phone number" not in str(links(desk.page(f"/operator/submissions/{newest_first(app)[1]}")))


def test_a_contact_stands_in_the_timeline_and_on_the_persons_page(app: Flask, desk: Desk, visitor: Visitor) -> None:
    mine = visitor.send(PEOPLE[3], topic="support").headers["Location"].replace("/receipt/", "/my/")
    reference = newest_first(app)[0]
    path = links(desk.page(f"/operator/submissions/{reference}?topic=support"))["Note a contact"]
    fields = {"day": "2026-11-22", "way": "call", "outcome": "agreed", "purpose": "support"}
    wrong = desk.post(path, filled(desk, path, **fields | {"day": "2026-12-22"}))
    assert wrong.status_code == 422
    assert "This day has not come yet" in wrong.get_data(as_text=True)
    assert count(app, "contacts") == 0
    answer = desk.post(path, filled(desk, path, **fields))
    assert answer.headers["Location"] == f"/operator/submissions/{reference}?topic=support"
    assert "A call: the person agreed. For: (f)" in desk.page(answer.headers["Location"]).text
    assert "The Operator turned to you. A call, for: (f)" in visitor.page(mine).text


def test_the_list_of_tags_is_managed_and_a_record_bears_them(app: Flask, desk: Desk) -> None:
    for words in ("перезвонить", "договор"):
        assert desk.post("/operator/tags", filled(desk, "/operator/tags", words=words, act="add")).status_code == 303
    again = desk.post("/operator/tags", filled(desk, "/operator/tags", words="договор", act="add"))
    assert (again.status_code, "There is such a tag already" in again.get_data(as_text=True)) == (422, True)
    assert desk.post("/operator/tags", filled(desk, "/operator/tags", words="8701", act="add")).status_code == 422
    reference = newest_first(app)[2]
    path = f"/operator/submissions/{reference}/tags"
    assert desk.post(path, filled(desk, path, tag=["1", "2"])).headers["Location"].endswith(reference)
    page = desk.page(f"/operator/submissions/{reference}")
    assert "Tag put on: перезвонить" in page.text
    desk.post("/operator/tags", filled(desk, "/operator/tags", id="2", act="retire"))
    desk.post("/operator/tags", filled(desk, "/operator/tags", id="1", words="позвонить", act="rename"))
    assert "Tag put on: позвонить" in desk.page(f"/operator/submissions/{reference}").text
    assert [row for row in newest_first(app) if row in desk.page("/operator/submissions?tag=1").source] == [reference]
    other = f"/operator/submissions/{newest_first(app)[0]}/tags"
    assert "договор" not in desk.page(other).text, "a retired tag is put on nothing new"
    refused = desk.post(other, filled(desk, other, tag="2"))
    assert (refused.status_code, "not in use any more" in refused.get_data(as_text=True)) == (422, True)
    for strange in ("/operator/submissions/33333333/tags", "/operator/submissions/%00/contact"):
        assert desk.get(strange).status_code == 404
