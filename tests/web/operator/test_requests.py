"""The requests at the desk: the queue, a letter taken in, decided and answered, the days that were moved."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import SubmissionRow
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.desk import NAME, Desk
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

NEW = "/operator/requests/new"


@pytest.fixture
def at_work(visitor: Visitor, desk: Desk, clock: FixedClock, person: Person) -> Desk:
    """An operator signed in on Friday, 11 December 2026; one person has sent the form."""
    visitor.send(person)
    clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
    return desk.whole()


def reference(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts")[0][0])


def letter_fields(desk: Desk, **others: str) -> dict[str, str]:
    return {
        "csrf_token": desk.page(NEW).value("csrf_token"),
        "kind": "withdraw",
        "channel": "letter",
        "received": "2026-12-11",
        "reference": reference(desk.app),
        "identity": "signature",
        "language": "en",
        **others,
    }


def take_in(desk: Desk, **others: str) -> str:
    """Enter a letter: the path of its request."""
    answer = desk.post(NEW, letter_fields(desk, **others))
    assert answer.status_code == 303, page_of(answer).text
    return answer.headers["Location"].removeprefix(ORIGIN)


def send(desk: Desk, path: str, status: int = 303, **fields: str) -> Page:
    page = desk.page(path)
    again = desk.again() if any(field.get("name") == "app_code" for field in page.elements("input")) else {}
    answer = desk.post(path, {"csrf_token": page.value("csrf_token", -1), **again, **fields})
    assert answer.status_code == status, page_of(answer).text
    return page_of(answer) if status != 303 else desk.page(answer.headers["Location"])


def taken_up(desk: Desk, **others: str) -> str:
    path = take_in(desk, **others)
    send(desk, path, step="take_up")
    return path


def state(app: Flask) -> tuple[str, str]:
    return tuple(rows(app, "SELECT state, consent_state FROM submissions")[0])


def put(app: Flask, of_record: str, of_consent: str) -> None:
    """A state that a longer story would lead to."""
    with app.app_context(), writing(db.session()):
        db.session.execute(update(SubmissionRow).values(state=of_record, consent_state=of_consent))


def asks_again(page: Page) -> bool:
    return any(field.get("name") == "app_code" for field in page.elements("input"))


# --- Intake and queue ------------------------------------------------------------------------------------------------


def test_a_letter_of_withdrawal_blocks_at_once_and_starts_its_clock(app: Flask, at_work: Desk) -> None:
    page = at_work.page(take_in(at_work))
    assert state(app) == ("blocked", "withdrawn")
    assert "6 January 2027" in page.text
    assert "15 working days left" in page.text
    assert "a signature on paper" in page.text
    assert NAME.casefold() in page.text
    queue = at_work.page("/operator/requests")
    assert "Due (1)" in queue.text
    assert "Overdue (0)" in queue.text
    assert "(1 due)" in at_work.page("/operator").text


def test_what_is_overdue_comes_first_and_is_said_in_words(at_work: Desk, clock: FixedClock) -> None:
    take_in(at_work, kind="correct", received="2026-12-01")
    take_in(at_work, kind="access", identity="", reference="")
    page = at_work.page("/operator/requests")
    assert "Overdue (1)" in page.text
    assert "Overdue by 7 working days" in page.text
    assert "Not found yet" not in page.text
    due = at_work.page("/operator/requests?tab=due")
    assert "3 working days left" in due.text
    assert "(1 due, 1 overdue)" in due.text
    assert at_work.get("/operator/requests?tab=all").status_code == 404
    assert at_work.get("/operator/requests?skip=-1").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("received", "2026-12-12", "Give the day it arrived: today or before"),
        ("received", "yesterday", "Write the day as 2026-12-31"),
        ("received", "", "Write the day as 2026-12-31"),
        ("reference", "34679CDF", "There is no submission with this reference"),
        ("kind", "everything", "Choose one from the list"),
        ("channel", "site", "Choose one from the list"),
        ("identity", "digital_signature", "Check who asks first"),
        ("language", "tlh", "Choose one from the list"),
    ],
)
def test_a_letter_that_cannot_be_so_is_not_entered_and_what_was_typed_stays(
    app: Flask, at_work: Desk, field: str, value: str, says: str
) -> None:
    fields = letter_fields(at_work, **{field: value})
    before = everything(app)
    answer = at_work.post(NEW, fields)
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert says in page.text
    assert page.value("reference") == fields["reference"]
    assert everything(app) == before


def test_a_day_may_be_written_as_people_write_it(app: Flask, at_work: Desk) -> None:
    take_in(at_work, received="10.12.2026")
    assert rows(app, "SELECT received, due FROM requests") == [("2026-12-10", "2027-01-05")]


# --- The decision ----------------------------------------------------------------------------------------------------


def test_a_withdrawal_is_met_after_two_questions_and_the_record_is_gone(
    app: Flask, at_work: Desk, person: Person
) -> None:
    path = taken_up(at_work)
    question = at_work.page(f"{path}/meet")
    assert question.heading == "Destroy the record"
    assert "Nothing can restore them" in question.text
    assert state(app) == ("blocked", "withdrawn"), "looking does nothing"
    page = send(at_work, f"{path}/meet")
    assert state(app) == ("destroyed", "withdrawn")
    assert "Done" in page.text
    record = at_work.get(f"/operator/submissions/{reference(app)}").get_data(as_text=True)
    assert person.name not in record
    assert "Closed: the state of the record" in record
    assert at_work.get("/operator").status_code == 200
    again = send(at_work, f"{path}/meet", 422)
    assert "This request has moved on" in again.text


@pytest.mark.parametrize(
    ("kind", "way", "fields"), [("unblock", "meet", {}), ("block", "refuse", {"ground": "violation_not_confirmed"})]
)
def test_who_lifts_a_block_that_alone_keeps_the_data_says_once_more_who_they_are(
    app: Flask, at_work: Desk, kind: str, way: str, fields: dict[str, str]
) -> None:
    path = taken_up(at_work, kind=kind)
    put(app, "blocked", "given")
    assert not asks_again(at_work.page(f"{path}/{way}")), "with the consent given nothing goes"
    put(app, "blocked", "achieved")
    page = at_work.page(f"{path}/{way}")
    assert asks_again(page)
    assert "destroyed" in page.text
    answer = at_work.post(f"{path}/{way}", {"csrf_token": page.value("csrf_token", -1), **fields})
    assert (answer.status_code, state(app)) == (422, ("blocked", "achieved"))
    send(at_work, f"{path}/{way}", **fields)
    assert state(app) == ("destroyed", "achieved")


def test_a_blocked_record_is_closed_to_the_desk_and_nothing_is_journalled(
    app: Flask, at_work: Desk, person: Person
) -> None:
    take_in(at_work)
    before = count(app, "journal")
    for path in ("/operator/submissions", f"/operator/submissions/{reference(app)}"):
        source = at_work.get(path).get_data(as_text=True)
        assert person.name not in source
        assert person.e164[-6:] not in source
        assert "blocked" in source
    assert count(app, "journal") == before


def test_a_refused_withdrawal_restricts_the_record_for_a_term_and_the_page_shows_it(app: Flask, at_work: Desk) -> None:
    path = taken_up(at_work)
    for fields, says in (
        ({"ground": "", "until": "2027-06-01"}, "Choose a ground"),
        ({"ground": "unfulfilled_obligation", "until": ""}, "Give the last day the data are kept"),
        ({"ground": "unfulfilled_obligation", "until": "2026-12-10"}, "Give the last day the data are kept"),
        ({"ground": "unfulfilled_obligation", "until": "soon"}, "Write the day as 2026-12-31"),
        ({"ground": "block_stands", "until": "2027-06-01"}, "Choose one from the list"),
        ({"ground": "no_data", "until": ""}, "There are data of this person"),
    ):
        assert says in send(at_work, f"{path}/refuse", 422, **fields).text
    assert state(app)[0] == "blocked"
    page = send(at_work, f"{path}/refuse", ground="unfulfilled_obligation", until="2027-06-01")
    assert "Article 8(2)" in page.text
    assert state(app) == ("restricted", "withdrawn")
    record = at_work.page(f"/operator/submissions/{reference(app)}")
    assert "Kept without consent up to 1 June 2027" in record.text
    assert "Withdrawal of the consent" in record.text


def test_a_sender_found_later_is_checked_and_helped(app: Flask, at_work: Desk) -> None:
    path = take_in(at_work, reference="", identity="")
    assert state(app)[0] == "active"
    page = send(at_work, path, 422, step="identify", identity="signature", reference="34679CDF")
    assert "There is no submission with this reference" in page.text
    send(at_work, path, step="identify", identity="signature", reference=reference(app).lower())
    assert state(app)[0] == "blocked"


def test_a_letter_of_correction_is_done_with_its_request(app: Flask, at_work: Desk) -> None:
    path = taken_up(at_work, kind="correct")
    assert "Fill in what is to be corrected" in send(at_work, f"{path}/meet", 422).text
    assert "The phone number is too short" in send(at_work, f"{path}/meet", 422, phone="+7 701").text
    send(at_work, f"{path}/meet", second_name="Ахметова")
    record = at_work.page(f"/operator/submissions/{reference(app)}")
    assert "Ахметова" in record.text
    assert rows(app, "SELECT state FROM requests") == [("done",)]
    assert count(app, "changes") == 1


def test_data_are_kept_on_a_ground_from_the_page_of_the_record(app: Flask, at_work: Desk) -> None:
    path = f"/operator/submissions/{reference(app)}/keep"
    assert "Give the last day" in send(at_work, path, 422, ground="state_body_case", until="").text
    page = send(at_work, path, ground="state_body_case", until="2027-03-01")
    assert "Kept without consent up to 1 March 2027" in page.text
    assert NAME.casefold() in page.text


# --- The letter ------------------------------------------------------------------------------------------------------


def test_a_letter_carries_the_reference_and_no_data(app: Flask, at_work: Desk, person: Person) -> None:
    path = taken_up(at_work)
    source = at_work.get(f"{path}/letter").get_data(as_text=True)
    assert "decide about it by 6\u00a0January 2027" in source
    send(at_work, f"{path}/refuse", ground="storage_by_law", until="2027-06-01")
    refusal = at_work.get(f"{path}/letter").get_data(as_text=True)
    for text in (reference(app), "11\u00a0December 2026", "Article 12(2)", "up to 1\u00a0June 2027", "or go to court"):
        assert text in refusal
    for value in (person.name, person.second_name, person.e164[-6:]):
        assert value not in source + refusal


def test_a_letter_is_in_the_language_of_the_person(at_work: Desk) -> None:
    path = take_in(at_work, language="ru")
    page = at_work.page(f"{path}/letter")
    (letter,) = page.elements("article")
    assert letter.get("lang") == "ru"
    assert "11 декабря 2026" in page.text
    assert "Частная компания" in page.text


def test_an_answer_carries_the_data_and_opening_them_is_journalled(app: Flask, at_work: Desk, person: Person) -> None:
    path = taken_up(at_work, kind="access")
    send(at_work, f"{path}/meet")
    before = count(app, "journal")
    page = at_work.page(f"{path}/letter")
    assert person.name in page.text
    assert rows(app, "SELECT act FROM journal ORDER BY number DESC LIMIT 1") == [("access",)]
    assert count(app, "journal") == before + 1


def test_an_answer_says_who_opened_the_data_and_for_how_long_they_are_kept(at_work: Desk) -> None:
    path = taken_up(at_work, kind="access")
    send(at_work, f"{path}/meet")
    text = at_work.page(f"{path}/letter").text
    assert "3 years from the day of sending" in text
    assert "11 December 2026, the Operator" in text
    assert NAME.casefold() not in text.partition("Sign out")[2].casefold()


def test_an_answer_about_blocked_data_opens_nothing_and_says_where_they_are_seen(
    app: Flask, at_work: Desk, person: Person
) -> None:
    path = taken_up(at_work, kind="access")
    send(at_work, f"{path}/meet")
    take_in(at_work, kind="block")
    before = count(app, "journal")
    text = at_work.page(f"{path}/letter").text
    assert person.name not in text
    for words in ("They are blocked, so we do not open them", "Name, Second name, Phone number", "(e) answering"):
        assert words in text
    assert "Here is what you asked for" not in text
    assert count(app, "journal") == before


def test_an_answer_about_destroyed_data_says_that_none_are_held(at_work: Desk) -> None:
    question = taken_up(at_work, kind="access")
    withdrawal = taken_up(at_work)
    send(at_work, f"{withdrawal}/meet")
    send(at_work, f"{question}/meet")
    text = at_work.page(f"{question}/letter").text
    assert "We hold no data any more that name you" in text
    assert "Here is what you asked for" not in text


# --- Moved days ------------------------------------------------------------------------------------------------------


def test_a_day_is_moved_and_put_back_and_due_dates_follow(app: Flask, at_work: Desk) -> None:
    take_in(at_work, kind="correct")
    page = send(at_work, "/operator/days", day="2026-12-14", works="no")
    assert "1 moved day" in page.text
    assert rows(app, "SELECT due FROM requests") == [("2026-12-15",)]
    assert "This day is so already" in send(at_work, "/operator/days", 422, day="2026-12-15", works="yes").text
    assert "Choose one from the list" in send(at_work, "/operator/days", 422, day="2026-12-15").text
    assert "Write the day" in send(at_work, "/operator/days", 422, day="x", act="put_back").text
    send(at_work, "/operator/days", day="2026-12-14", act="put_back")
    assert rows(app, "SELECT due FROM requests") == [("2026-12-14",)]


def test_a_letter_that_is_sent_twice_is_one_request_and_another_one_is_another(app: Flask, at_work: Desk) -> None:
    page = at_work.page(NEW)
    fields = letter_fields(at_work, entry=page.value("entry"), csrf_token=page.value("csrf_token"))
    first = at_work.post(NEW, fields).headers["Location"]
    again = at_work.post(NEW, fields).headers["Location"]
    assert again == f"{first}?again=1"
    assert "This letter was entered before" in at_work.page(again).text
    assert count(app, "requests") == 1
    other = at_work.post(NEW, {**fields, "kind": "access"}).headers["Location"]
    assert other.partition("?")[0] != first
    assert at_work.post(NEW, {**fields, "kind": "access"}).headers["Location"] == f"{other}?again=1"
    assert count(app, "requests") == 2
    for entry in ("", "x", "0" * 32):
        at_work.post(NEW, {**fields, "kind": "objection", "objection": "term", "entry": entry})
    assert count(app, "requests") == 5


def test_an_objection_is_entered_with_what_it_is_about_and_the_letter_says_it(app: Flask, at_work: Desk) -> None:
    wrong = at_work.post(NEW, letter_fields(at_work, kind="objection"))
    assert wrong.status_code == 422
    assert "Choose what the objection is about" in page_of(wrong).text
    page = taken_up(at_work, kind="objection", objection="recipient", language="en")
    about = "The data were handed to somebody who should not have them."
    assert about in at_work.page(page).text
    assert f"What you object to: {about}" in at_work.page(f"{page}/letter").text
    take_in(at_work, kind="access", objection="recipient")
    assert rows(app, "SELECT kind, objection FROM requests ORDER BY kind") == [
        ("access", None),
        ("objection", "recipient"),
    ]
