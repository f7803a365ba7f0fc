"""What the desk says of its proofs: the journal, the seals, the versions, and its own error pages."""

from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import FixedClock
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, count, rows
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

JOURNAL = "/operator/journal"


@pytest.fixture
def at_desk(visitor: Visitor, desk: Desk, prepared: Prepared) -> Desk:
    """Two people have sent the form; an operator is signed in."""
    for person in PEOPLE[:2]:
        visitor.send(person)
    desk.secret = prepared.secret
    return desk.sign_in()


def reference(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts ORDER BY submission_id LIMIT 1")[0][0])


def change(app: Flask, *statements: str) -> None:
    """What somebody who owns the file can do."""
    with closing(connect(app)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_a_journal_that_was_changed_is_told_on_every_page_of_the_desk_until_it_holds(
    app: Flask, at_desk: Desk, clock: FixedClock
) -> None:
    assert "does not hold" not in at_desk.page(JOURNAL).text
    actor = rows(app, "SELECT actor FROM journal WHERE number = 3")[0][0]
    change(app, "UPDATE journal SET actor = 'operator:9' WHERE number = 3")
    clock.at += timedelta(minutes=14)
    assert "does not hold" not in at_desk.page("/operator").text, "the check of before still counts"
    token = at_desk.page(JOURNAL).value("csrf_token", -1)
    assert at_desk.post(JOURNAL, {"csrf_token": token}).status_code == 303
    for path in ("/operator", "/operator/requests", "/operator/days", JOURNAL, "/operator/nothing"):
        assert "From entry 3 on" in page_of(at_desk.get(path)).text, path
    change(app, f"UPDATE journal SET actor = '{actor}' WHERE number = 3")
    at_desk.post(JOURNAL, {"csrf_token": token})
    assert "does not hold" not in at_desk.page("/operator").text


def test_one_damaged_seal_closes_one_row_and_is_told(app: Flask, at_desk: Desk) -> None:
    first = reference(app)
    sealed = rows(app, "SELECT hex(sealed_content) FROM submissions ORDER BY id LIMIT 1")[0][0]
    turned = f"{int(sealed[-2:], 16) ^ 1:02X}"
    where = "WHERE id = (SELECT submission_id FROM receipts ORDER BY submission_id LIMIT 1)"
    change(app, f"UPDATE submissions SET sealed_content = X'{sealed[:-2]}{turned}' {where}")
    before = count(app, "journal")
    text = at_desk.page("/operator/submissions").text
    assert "cannot be opened" in text
    assert "A seal is damaged" in text
    assert first in text
    assert text.count("+7 ••• ••") == 1, "the other row is there"
    record = at_desk.page(f"/operator/submissions/{first}").text
    assert "They cannot be opened" in record
    assert "A seal is damaged" in at_desk.page("/operator/days").text
    assert count(app, "journal") == before, "nothing was opened"
    change(app, f"UPDATE submissions SET sealed_content = X'{sealed}' {where}")
    assert "A seal is damaged" not in at_desk.page("/operator/submissions").text


def test_the_person_of_a_damaged_seal_sees_the_rest_and_can_withdraw(app: Flask, at_desk: Desk, person: Person) -> None:
    visitor = Visitor(strict_client(app))
    link = visitor.send(person, mailing="yes").headers["Location"].replace("/receipt/", "/my/")
    named = visitor.page(link.replace("/my/", "/receipt/")).text.partition("Reference ")[2][:8]
    for column in ("sealed_content", "key_for_person"):
        change(app, f"UPDATE submissions SET {column} = X'00' WHERE id = (SELECT max(id) FROM submissions)")
        before = count(app, "journal")
        page = visitor.page(link)
        assert "They cannot be opened: what is stored was changed or damaged." in page.text
        assert "Subscribed" in page.text
        assert count(app, "journal") == before, "nothing was opened"
    answers = [visitor.get(f"{link}/correct"), visitor.get(f"{link}/complete")]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "The data of this record cannot be opened" in page_of(answers[0]).text
    text = at_desk.page("/operator/days").text
    assert "A seal is damaged" in text
    assert named in text
    token = visitor.page(f"{link}/withdraw").value("token")
    assert visitor.post(f"{link}/withdraw", {"token": token}).status_code == 303
    assert rows(app, "SELECT state FROM submissions WHERE id = (SELECT max(id) FROM submissions)") == [("blocked",)]


def test_the_versions_of_the_statements_are_listed(at_desk: Desk) -> None:
    text = at_desk.page("/operator/statements").text
    assert "Version 1 First used on 22 November 2026" in text
    assert "Your data do not leave Kazakhstan." in text


def test_a_person_sees_the_version_beside_the_form_in_the_receipt_and_in_my_data(
    visitor: Visitor, person: Person
) -> None:
    assert "Version 1 of these statements" in visitor.page("/").text
    receipt = visitor.send(person).headers["Location"]
    assert "Version 1." in visitor.page(receipt).text
    assert "Version 1." in visitor.page(receipt.replace("receipt", "my")).text


def test_an_error_at_the_desk_wears_its_frame_and_offers_the_way_out(at_desk: Desk) -> None:
    answers = {
        404: at_desk.get("/operator/submissions/34679CDF"),
        400: at_desk.post(JOURNAL, {"csrf_token": "x"}),
        403: at_desk.client.post(
            JOURNAL, base_url="https://localhost:8443", headers={"Sec-Fetch-Site": "cross-site"}, data={"x": "y"}
        ),
        405: at_desk.client.delete("/operator", base_url="https://localhost:8443"),
    }
    for status, answer in answers.items():
        page = page_of(answer)
        assert answer.status_code == status
        assert [form.get("action") for form in page.elements("form")] == ["/operator/sign-out"], status
        assert "Nothing was saved" in page.text or status == 404
    assert "opened in another session" in page_of(answers[400]).text
    token = page_of(answers[404]).value("csrf_token")
    assert at_desk.post("/operator/sign-out", {"csrf_token": token}).status_code == 303
    assert "Sign out" not in page_of(at_desk.get("/nothing")).text


def test_the_record_says_how_its_consent_stands_and_what_was_done(app: Flask, at_desk: Desk) -> None:
    path = f"/operator/submissions/{reference(app)}"
    assert "Consent State Given" in at_desk.page(path).text
    assert at_desk.get(f"{path}/evidence.zip").status_code == 200
    text = at_desk.page(path).text
    assert "The evidence was downloaded." in text
    assert text.count("The record was opened at the desk.") == 2
    change(
        app,
        "UPDATE submissions SET consent_state = 'withdrawn', state = 'blocked', consent_ended_at = '2026-11-22 11:00:00'",
    )
    text = at_desk.page(path).text
    assert "State blocked" in text
    assert "Consent State Withdrawn 22 November 2026, 16:00" in text
