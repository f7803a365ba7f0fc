"""The pages of exports: what is asked for, who is asked again, the files, what is left when one goes."""

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from kelisim.domain.submissions import PERSONAL_FIELDS
from kelisim.runner import Runner
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import ORIGIN, Visitor
from tests.web import handing_over
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import PASSWORD, Desk
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

PAGE = "/operator/exports"
ALL = ["reference", "received", *PERSONAL_FIELDS, "topic", "mailing", "state", "consent_state", "revision", "tags"]


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, visitor: Visitor) -> Desk:
    """At the desk, with three submissions: two for support."""
    for person, topic in zip(PEOPLE[:3], ("support", "support", "feedback"), strict=True):
        visitor.send(person, topic=topic)
    desk.secret = prepared.secret
    return desk.sign_in()


def ask(desk: Desk, at: str = PAGE, **fields: object) -> TestResponse:
    filled = {"purpose": "support", "columns": ALL, "format": "csv", "password": PASSWORD, "app_code": desk.code()}
    return desk.post(at, {"csrf_token": desk.page(at).value("csrf_token"), **filled, **fields})


def made(desk: Desk, at: str = PAGE, **fields: object) -> str:
    """The path of an export that is ready."""
    path = ask(desk, at, **fields).headers["Location"]
    assert Runner(desk.app).run_now("exports")
    return str(path)


def save(desk: Desk, path: str) -> TestResponse:
    return desk.post(f"{path}/file", {"csrf_token": desk.page(path).value("csrf_token")})


def test_a_page_that_asks_again_by_itself_keeps_no_session_from_its_end(
    app: Flask, desk: Desk, clock: FixedClock
) -> None:
    path = ask(desk, PAGE).headers["Location"]
    desk.get(path)
    for _ in range(3):
        clock.at += timedelta(minutes=6)
        left = desk.get(f"{path}?by_itself=1")
    assert left.status_code == 303
    assert left.headers["Location"].endswith("/operator/sign-in")


def test_the_scope_comes_from_the_list_in_words_and_the_page_shows_how_far_it_is(app: Flask, desk: Desk) -> None:
    link = next(
        a.get("href")
        for a in desk.page("/operator/submissions?topic=support").elements("a")
        if str(a.get("href")).startswith(f"{PAGE}?")
    )
    page = desk.page(str(link))
    assert "2 submissions:" in page.text
    assert "Topic:" in page.text
    ticked = {str(box.get("value")) for box in page.elements("input") if box.get("name") == "columns"}
    assert ticked == set(ALL), "exactly the three personal fields and the record's own"
    waiting = desk.get(ask(desk, str(link)).headers["Location"])
    assert waiting.headers["Refresh"] == f"3; url={waiting.request.path}?by_itself=1"
    assert "waits to be made" in page_of(waiting).text
    assert Runner(app).run_now("exports")
    ready = desk.get(waiting.request.path)
    assert "Refresh" not in ready.headers
    text = page_of(ready).text
    assert "ready to be saved" in text
    assert "Rows 2" in text
    listed = page_of(desk.get(PAGE)).text
    assert all(person.name not in listed + text for person in PEOPLE[:3])


def test_each_format_holds_the_same_and_phones_keep_their_plus(app: Flask, desk: Desk) -> None:
    """Read back by the csv module, by openpyxl, by json."""
    answers = {kind: save(desk, made(desk, format=kind)) for kind in ("csv", "xlsx", "json")}
    for kind, answer in answers.items():
        assert answer.headers["Content-Disposition"].endswith(f'.{kind}"')
        assert answer.status_code == 200
    text = answers["csv"].get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    sheet = load_workbook(io.BytesIO(answers["xlsx"].get_data())).worksheets[0]
    cells = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert table == cells
    sent = {person.e164: person for person in PEOPLE[:2]}
    assert sorted(row[ALL.index("phone")] for row in table[1:]) == sorted(sent)
    whole = json.loads(answers["json"].get_data())
    assert (whole["purpose"], whole["left_out"]) == ("support", {"not_consented": 1})
    assert list(whole["submissions"][0]) == ALL
    for number, record in enumerate(whole["submissions"]):
        assert {name: record[name] for name in PERSONAL_FIELDS} == {
            "name": sent[record["phone"]].name,
            "second_name": sent[record["phone"]].second_name,
            "phone": record["phone"],
        }
        assert table[number + 1][:1] == [record["reference"]]
        assert (record["topic"], record["mailing"], record["state"], record["tags"]) == (
            "support",
            False,
            "active",
            [],
        )


def test_only_the_chosen_columns_go_out(desk: Desk) -> None:
    path = made(desk, columns=["phone", "reference", "shoe_size"], format="json")
    assert {tuple(one) for one in json.loads(save(desk, path).get_data())["submissions"]} == {("reference", "phone")}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"purpose": ""}, "Choose what the data are exported for"),
        ({"purpose": "selling"}, "Choose what the data are exported for"),
        ({"columns": []}, "Choose one column at least"),
        ({"columns": ["sealed_content"]}, "Choose one column at least"),
        ({"format": "exe"}, "Choose a format"),
        ({"password": "wrong"}, "Password or code is wrong"),
        ({"app_code": "000000"}, "Password or code is wrong"),
        ({"purpose": "", "password": ""}, "Enter your password"),
        ({"app_code": ""}, "Enter the six digits the app shows now"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(app: Flask, desk: Desk, fields: dict, said: str) -> None:
    answer = ask(desk, **fields)
    assert answer.status_code == 422
    assert said in page_of(answer).text
    assert PASSWORD not in answer.get_data(as_text=True)
    assert count(app, "exports") == 0


def test_what_is_left_empty_is_no_wrong_try(desk: Desk) -> None:
    for _ in range(6):
        ask(desk, password="", app_code="")
    assert ask(desk).status_code == 303


def test_wrong_tries_pause_and_a_code_opens_once(app: Flask, desk: Desk) -> None:
    for _ in range(5):
        ask(desk, password="wrong")  # it is wrong
    assert "Too many wrong tries" in page_of(ask(desk)).text


def test_a_blocked_record_takes_the_export_away_and_the_page_says_why(app: Flask, desk: Desk) -> None:
    path = made(desk)
    query = "SELECT reference FROM receipts JOIN export_records USING (submission_id)"
    (reference,) = rows(app, query)[0]
    token = desk.page("/operator").value("csrf_token")
    desk.post("/operator/bulk/do", {"csrf_token": token, "act": "block", "row": reference})
    page = page_of(desk.get(path))
    assert "A submission in it was blocked" in page.text
    assert "Save the file" not in page.text
    answer = desk.post(f"{path}/file", {"csrf_token": page.value("csrf_token")})
    assert answer.status_code == 409
    assert count(app, "export_pieces") == 0


def test_the_person_sees_that_their_data_were_exported(app: Flask, desk: Desk, visitor: Visitor) -> None:
    receipt = Visitor(strict_client(app)).send(PEOPLE[4], topic="support").headers["Location"]
    made(desk)
    mine = visitor.page(receipt.replace("/receipt/", "/my/"))
    assert "The Operator exported your data. For:" in mine.text
    (reference,) = rows(app, "SELECT reference FROM receipts JOIN export_records USING (submission_id)")[0]
    record = desk.page(f"/operator/submissions/{reference}")
    assert "The data were put into an export." in record.text


def test_another_operator_does_not_see_it_and_looking_changes_nothing(
    app: Flask, desk: Desk, clock: FixedClock
) -> None:
    path = made(desk)
    other = Desk(strict_client(app), app, clock).whole("болат")
    before = everything(app)
    assert other.get(path).status_code == 404
    assert PAGE not in [a.get("href") for a in other.page(PAGE).elements("tbody")]
    token = other.page(PAGE).value("csrf_token")
    for verb in ("file", "remove"):
        assert other.client.post(f"{path}/{verb}", data={"csrf_token": token}, base_url=ORIGIN).status_code == 404
    assert everything(app) == before
    assert rows(app, "SELECT saved FROM exports") == [(0,)]


def test_a_search_is_carried_sealed_and_forgotten_with_the_export(app: Flask, desk: Desk) -> None:
    token = desk.page("/operator").value("csrf_token")
    found = desk.post("/operator/search", {"csrf_token": token, "text": PEOPLE[0].name}).headers["Location"]
    path = made(desk, found.replace("/operator/submissions?", f"{PAGE}?"), columns=["name"], format="json")
    assert [one["name"] for one in json.loads(save(desk, path).get_data())["submissions"]] == [PEOPLE[0].name]
    assert f"Search: {PEOPLE[0].name}" in desk.page(path).text
    assert PEOPLE[0].name not in str(rows(app, "SELECT scope FROM exports"))
    desk.post(f"{path}/remove", {"csrf_token": desk.page(path).value("csrf_token")})
    page = desk.page(path)
    assert "You removed it." in page.text
    assert "Search: not kept any more" in page.text


def test_a_correction_takes_older_exports_away_and_says_so(desk: Desk, visitor: Visitor) -> None:
    secret = visitor.send(PEOPLE[3], topic="support").headers["Location"].rpartition("/")[2]
    path = made(desk)
    handing_over.correct(visitor, secret)
    assert "was corrected or completed since" in desk.page(path).text
    assert save(desk, path).status_code == 409
    assert "Айнұр" in save(desk, made(desk)).get_data().decode()
