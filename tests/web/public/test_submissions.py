"""The form and its receipt: anything may be sent; only good data are stored, once, and what was typed comes back."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kelisim.domain.consents import Category
from kelisim.domain.documents import Kind, Library
from kelisim.domain.names import NameProblem, parse_name
from kelisim.domain.operators import Operator, Role
from kelisim.domain.phones import PhoneProblem, parse_phone
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PERSONAL_FIELDS, secret_from_text, secret_to_text
from kelisim.services.submissions import open_record
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from kelisim.web.house import place
from kelisim.web.revisions import Revisions
from kelisim.web.words import SIGN_PROBLEMS, TOPICS
from tests.conftest import FixedClock, dispose, migrated
from tests.support.pages import Page
from tests.support.people import PEOPLE, Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import noon, strict_client
from tests.web.rows import count, house_of, rows
from tests.web.strict import page_of

# The first form of a site also enters, in the journal, the statements it was shown with.
TABLES = ("submissions", "consents", "receipts", "journal")


def stored(app: Flask) -> list[int]:
    return [count(app, table) for table in TABLES]


def opened(app: Flask, reference: str) -> tuple[str, str, str]:
    """The three fields of a stored submission, opened with the Operator's key."""
    house = house_of(app)
    with app.app_context():
        record = open_record(
            db.session(), reference, operator=Operator(1, "x", Role.OPERATOR), keys=house.keys, now=house.now
        )
    assert record is not None
    return record.submission.personal.name, record.submission.personal.second_name, record.submission.personal.phone


def the_reference(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts")[0][0])


# --- The page --------------------------------------------------------------------------------------------------------


def visible_inputs(page: Page) -> dict[str, dict[str, str]]:
    found = {str(e.get("name")): dict(e.attrib) for e in page.elements("input") if e.get("type") != "hidden"}
    return {name: given for name, given in found.items() if given.get("tabindex") != "-1"}


def test_the_form_asks_for_three_personal_fields_and_no_other(visitor: Visitor) -> None:
    page = visitor.page("/")
    fields = visible_inputs(page)
    personal = [name for name, given in fields.items() if given.get("type") != "checkbox"]
    assert tuple(personal) == PERSONAL_FIELDS == tuple(category.value for category in Category)
    assert [fields[name]["autocomplete"] for name in personal] == ["given-name", "family-name", "tel"]
    assert fields["phone"]["inputmode"] == "tel"
    assert fields["name"]["spellcheck"] == fields["second_name"]["spellcheck"] == "false"
    assert [name for name in fields if name not in personal] == ["consent", "mailing"]
    assert page.elements("textarea") == []
    assert "file" not in {given.get("type") for given in fields.values()}
    assert "placeholder" not in page.source


def test_no_box_is_ticked_and_no_topic_chosen_before_the_person_does_it(visitor: Visitor) -> None:
    for path in ("/", "/cookies"):
        page = visitor.page(path)
        assert [e.get("name") for e in page.elements("input") if e.get("checked") is not None] == []
        assert [e.get("value") for e in page.elements("option") if e.get("selected") is not None] in ([], [""])


def test_the_topics_are_the_six_purposes_in_words(visitor: Visitor) -> None:
    options = {str(e.get("value")): "".join(e.itertext()) for e in visitor.page("/").elements("option")}
    assert list(options) == ["", *(purpose.value for purpose in Purpose)]
    assert all(options[purpose.value] == str(TOPICS[purpose]) for purpose in Purpose)


def test_each_field_says_why_it_is_asked(visitor: Visitor) -> None:
    page = visitor.page("/")
    for name in PERSONAL_FIELDS:
        assert visible_inputs(page)[name]["aria-describedby"] == f"{name}-hint"
        assert f'id="{name}-hint"' in page.source


def test_what_is_agreed_to_can_be_read_without_losing_what_was_typed(visitor: Visitor) -> None:
    form = next(form for form in visitor.page("/").elements("form") if form.get("action") == "/")
    links = list(form.iter("a"))
    assert {str(link.get("href")) for link in links} == {"/consent/2023-07-20", "/policy", "/recipients"}
    assert all(link.get("target") == "_blank" and link.get("rel") == "noopener" for link in links)


# --- Good data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("somebody", PEOPLE, ids=lambda person: person.second_name)
def test_every_person_is_taken_as_they_write_themselves(app: Flask, visitor: Visitor, somebody: Person) -> None:
    answer = visitor.send(somebody)
    assert answer.status_code == 303
    assert stored(app) == [1, 1, 1, 3]
    assert opened(app, the_reference(app)) == (somebody.name, somebody.second_name, somebody.e164)


@pytest.mark.parametrize("state", ["unasked", "accepted", "rejected", "blocked"])
def test_the_form_works_in_every_state_of_the_cookies(app: Flask, person: Person, state: str) -> None:
    visitor = Visitor(app.test_client(use_cookies=False) if state == "blocked" else strict_client(app))
    if state != "unasked":
        answer = {"accepted": "accept"}.get(state, "reject")
        visitor.post("/cookies", {"token": visitor.page("/cookies").value("token"), "answer": answer})
    answer = visitor.send(person)
    assert visitor.get(answer.headers["Location"]).status_code == 200
    assert stored(app) == [1, 1, 1, 3]


def test_only_the_three_fields_and_the_consent_are_required(app: Flask, visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    for optional in ("topic", "website"):
        del fields[optional]
    assert visitor.post("/", fields).status_code == 303
    assert rows(app, "SELECT topic, mailing FROM submissions") == [(None, 0)]


def test_the_topic_and_the_mailing_are_two_decisions(app: Flask, visitor: Visitor, person: Person) -> None:
    visitor.send(person, topic="support")
    visitor.send(person, topic="support", mailing="yes")
    visitor.send(person, topic="mailing", mailing="yes")
    purposes = [json.loads(row[0]) for row in rows(app, "SELECT purposes FROM consents ORDER BY rowid")]
    assert purposes == [
        ["personal_pages", "feedback", "support"],
        ["personal_pages", "mailing", "feedback", "support"],
        ["personal_pages", "mailing", "feedback"],
    ]
    refused = visitor.send(person, topic="mailing")
    assert refused.status_code == 422
    assert "tick the box for them too" in page_of(refused).text
    assert count(app, "submissions") == 3


def test_the_consent_record_holds_what_was_on_the_page(app: Flask, visitor: Visitor, person: Person) -> None:
    text = visitor.page("/").text
    visitor.send(person)
    columns = "revision, sha256, language, method, person_states, operator_states"
    revision, sha256, language, method, person_states, operator_states = rows(app, f"SELECT {columns} FROM consents")[0]
    assert (revision, language, method) == ("2023-07-20", "en", "site_form")
    assert sha256 in visitor.page("/consent").text
    said = json.loads(person_states) + json.loads(operator_states)
    assert len(said) == 10
    assert [statement for statement in said if " ".join(statement.split()) not in text] == []


# --- Errors ----------------------------------------------------------------------------------------------------------


def error_lines(page: Page) -> list[tuple[str, str]]:
    summary = next(e for e in page.elements("div") if e.get("class") == "summary")
    return [(str(a.get("href")), "".join(a.itertext())) for a in summary.iter("a")]


def test_an_empty_form_says_what_to_enter_where(app: Flask, visitor: Visitor) -> None:
    answer = visitor.post("/", {"token": visitor.page("/").value("token", -1)})
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert error_lines(page) == [
        ("#name", "Enter your name"),
        ("#second_name", "Enter your second name"),
        ("#phone", "Enter your phone number"),
        ("#consent", "Tick the box to give your consent: without it we may not keep your data"),
    ]
    assert page.source.index("There is a problem") < page.source.index("<h1")
    inputs = {str(e.get("id")): e for e in page.elements("input") if e.get("id")}
    for target, words in error_lines(page):
        field = target.removeprefix("#")
        described = str(inputs[field].get("aria-describedby")).split()
        assert f"{field}-error" in described
        assert inputs[field].get("aria-invalid") == "true"
        beside = next(e for e in page.elements("div") if e.get("id") == f"{field}-error")
        assert "".join(beside.itertext()).strip() == words
    assert stored(app) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("name", "  \t ", "empty"), ("name", "a" * 101, "long"), ("name", "Ай\u202eгерім", "hidden"),
        ("name", "Ай\x00герім", "hidden"), ("name", "Robert'); DROP TABLE submissions;--", "signs"),
        ("name", "<b>Ай</b>", "signs"), ("name", "🙂", "signs"), ("name", "'’-", "letters"), ("name", "7", "signs"),
        ("second_name", "", "empty"), ("second_name", "х" * 10_000, "long"), ("second_name", "\u200b", "hidden"),
        ("second_name", "{{ 7*7 }}", "signs"),
        ("phone", "", "empty"), ("phone", "8" * 41, "long"), ("phone", "8 701 1\u200e23 45 67", "hidden"),
        ("phone", "call me", "signs"), ("phone", "8 701", "short"), ("phone", "+7 000 000 00 00", "number"),
        ("phone", "112", "short"),
    ],
)  # fmt: skip
def test_each_problem_has_its_own_instruction(
    app: Flask, visitor: Visitor, person: Person, field: str, typed: str, problem: str
) -> None:
    answer = FlaskClient.open(
        visitor.client, "/", method="POST", base_url=ORIGIN, data=visitor.filled(person, **{field: typed})
    )
    text = answer.get_data(as_text=True)
    words = html.escape(str(SIGN_PROBLEMS[field][problem]))
    assert answer.status_code == 422
    assert text.count(words) == 2, "in the summary and beside the field"
    assert stored(app) == [0, 0, 0, 0]


@pytest.mark.parametrize("tick", ["", "no", "on", "true", "YES", "yes ", "1", "yes\x00"])
def test_a_box_is_ticked_by_its_own_value_alone(app: Flask, visitor: Visitor, person: Person, tick: str) -> None:
    answer = visitor.send(person, consent=tick)
    assert answer.status_code == 422
    assert "Tick the box to give your consent" in page_of(answer).text
    visitor.send(person, mailing=tick)
    assert rows(app, "SELECT mailing FROM submissions") == [(0,)]


def test_a_box_that_was_ticked_stays_ticked_after_an_error(visitor: Visitor, person: Person) -> None:
    for boxes in ({"consent": "yes"}, {"consent": "yes", "mailing": "yes"}, {"mailing": "yes", "consent": ""}):
        page = page_of(visitor.send(person, **{"phone": "1", "topic": "support", **boxes}))
        ticked = {str(e.get("name")): "yes" for e in page.elements("input") if e.get("checked") is not None}
        assert ticked == {name: value for name, value in boxes.items() if value}
        assert [e.get("value") for e in page.elements("option") if e.get("selected") is not None] == ["support"]


@pytest.mark.parametrize("field", ["name", "second_name", "phone", "topic", "consent", "mailing"])
def test_a_field_that_came_twice_is_refused(app: Flask, visitor: Visitor, person: Person, field: str) -> None:
    fields = visitor.filled(person, topic="support", mailing="yes")
    answer = visitor.post("/", {**fields, field: [fields[field], fields[field]]})
    assert answer.status_code == 422
    assert "This field came twice" in page_of(answer).text
    assert stored(app) == [0, 0, 0, 0]


def test_unknown_fields_are_dropped(app: Flask, visitor: Visitor, person: Person) -> None:
    answer = visitor.send(person, email="a@b.kz", iin="900101300123", state="blocked", id="1", suspicions="[]")
    assert answer.status_code == 303
    everything = "".join(str(row) for table in TABLES for row in rows(app, f"SELECT * FROM {table}"))
    assert "a@b.kz" not in everything
    assert "900101300123" not in everything


def test_only_the_fields_of_a_form_are_read(app: Flask, visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    as_json = visitor.post("/", json.dumps(fields), content_type="application/json")
    in_address = visitor.client.post("/", base_url=ORIGIN, query_string=fields, data={"x": "y"})
    as_files = visitor.post("/", {**fields, "name": (BytesIO(b"x"), "name.txt")})
    as_text = visitor.post("/", b"name=x", content_type="text/plain")
    assert [a.status_code for a in (as_json, in_address, as_files, as_text)] == [422] * 4
    assert stored(app) == [0, 0, 0, 0]
    uploaded = visitor.post("/", {**fields, "photo": (BytesIO(b"\x89PNG" + b"x" * 9000), "photo.png")})
    assert uploaded.status_code == 303, "a file beside the fields is not read and not kept"
    assert b"PNG" not in (house_of(app).settings.instance / "kelisim.sqlite3").read_bytes()


def test_a_body_of_too_many_parts_is_refused(app: Flask, visitor: Visitor) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n'
    many = b"".join(part % number for number in range(101)) + b"--x--\r\n"
    assert visitor.post("/", many, content_type="multipart/form-data; boundary=x").status_code == 413
    broken = visitor.post("/", b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in {400, 422}
    assert visitor.post("/", b"--x", content_type="multipart/form-data").status_code in {400, 422}
    assert stored(app) == [0, 0, 0, 0]


# --- Anything in any field -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all examples, without a limit on how often."""
    instance = tmp_path_factory.mktemp("anything")
    make_missing(instance / "keys")
    app = migrated(Settings(instance=instance, form_limit="", form_least_seconds=0), clock=noon)
    yield app
    dispose(app)


NASTY = ["", " ", "yes", "\x00", "\r\n", "\u202e", "\u200b", "\ud800", "\ufffd", "🙂👩‍👩‍👧", "'; DROP TABLE submissions;--",
         "<script>alert(1)</script>", "\"'><b", "&amp;&#0;", "{{ 7*7 }}", "%s%n", "../../etc/passwd", "=1+1", "ﷺ" * 50,
         "a" * 10_000, "e\u0301" * 30, "٠٧٠١١٢٣٤٥٦٧", "1e9", "null", "[]", "ß" * 101, "İ"]  # fmt: skip
TEXT = st.sampled_from(NASTY) | st.text(max_size=40) | st.text(st.characters(categories=["Cc", "Cf", "Zs", "Mn"]))
RAW = TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=30)
GOOD = st.sampled_from(PEOPLE)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, list[bytes]]:
    """A form as bytes: good data with some fields replaced by anything, doubled, dropped, or made up."""
    person = draw(GOOD)
    body = {
        "name": [person.name.encode()],
        "second_name": [person.second_name.encode()],
        "phone": [person.phone.encode()],
        "topic": [draw(st.sampled_from(["", "support", "contract", "mailing"])).encode()],
        "consent": [b"yes"],
    }
    names = st.sampled_from(
        ["name", "second_name", "phone", "topic", "consent", "mailing", "website", "token", "x", ""]
    )
    for name in draw(st.lists(names, max_size=3)):
        body[name] = draw(st.lists(RAW, max_size=2))
    return body


def encoded(body: dict[str, list[bytes]]) -> str:
    return "&".join(
        f"{quote_from_bytes(n.encode())}={quote_from_bytes(v)}" for n, values in body.items() for v in values
    )


def first(body: dict[str, list[bytes]], name: str) -> str:
    """What the application reads of a field: UTF-8; a byte that is none stays in percent signs, as it was sent."""
    return (body.get(name) or [b""])[0].decode("utf-8", "werkzeug.url_quote")


def is_good(body: dict[str, list[bytes]]) -> bool:
    try:
        for name in ("name", "second_name"):
            parse_name(first(body, name), 100)
        parse_phone(first(body, "phone"), 40)
    except (NameProblem, PhoneProblem):
        return False
    once = all(len(body.get(name, [])) <= 1 for name in (*PERSONAL_FIELDS, "topic", "consent", "mailing", "token"))
    topic, mailing = first(body, "topic"), body.get("mailing") == [b"yes"]
    topic_is_good = topic in {"", *Purpose} and (topic != "mailing" or mailing)
    return once and topic_is_good and body.get("consent") == [b"yes"] and "token" not in body


def shown(source: str, name: str) -> str:
    found = re.search(rf'<input id="{name}" name="{name}" value="([^"]*)"', source)
    assert found is not None
    return html.unescape(found[1].replace("&#0;", ""))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies())
@example({"name": [b"\xed\xa0\x80"], "second_name": [b"\xff"], "phone": [b"\x00"], "consent": [b"yes"]})
@example({"name": [b"a" * 10_000], "second_name": ["х".encode() * 10_000], "phone": [b"8" * 10_000]})
def test_anything_in_any_field_is_stored_well_or_shown_back(open_house: Flask, body: dict[str, list[bytes]]) -> None:
    client = open_house.test_client()
    visitor = Visitor(client)
    before = stored(open_house)
    sent = {"token": [visitor.page("/").value("token", -1).encode()], **body}
    answer = visitor.post("/", encoded(sent), content_type="application/x-www-form-urlencoded")
    if is_good(body):
        assert answer.status_code == 303
        grown = (1, 1, 1, 2 if before[0] else 3)
        assert stored(open_house) == [number + plus for number, plus in zip(before, grown, strict=True)]
        newest = rows(open_house, "SELECT reference FROM receipts ORDER BY rowid DESC LIMIT 1")[0][0]
        names = [parse_name(first(body, name), 100) for name in ("name", "second_name")]
        assert opened(open_house, newest) == (*names, parse_phone(first(body, "phone"), 40))
    else:
        assert answer.status_code == (413 if len(encoded(sent)) > 65_536 else 422)
        assert stored(open_house) == before
        if answer.status_code == 422:
            source = answer.get_data(as_text=True)
            assert {name: shown(source, name) for name in PERSONAL_FIELDS} == {
                name: first(body, name) for name in PERSONAL_FIELDS
            }
            assert "Traceback" not in source


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
       "application/json", "text/plain", "multipart/form-data", "", "a/b; charset=utf-7", "x" * 300]))  # fmt: skip
def test_any_bytes_of_any_kind_are_no_form(open_house: Flask, body: bytes, kind: str) -> None:
    before = stored(open_house)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Length": str(len(body))}
    answer = open_house.test_client().post("/", base_url=ORIGIN, data=body, content_type=kind, headers=headers)
    assert answer.status_code in {400, 411, 413, 422}
    assert stored(open_house) == before


# --- Tokens ----------------------------------------------------------------------------------------------------------


def test_an_expired_page_keeps_what_was_typed_and_gets_a_fresh_token(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    fields = visitor.filled(person, topic="support")
    clock.at += timedelta(hours=24)
    assert visitor.post("/", {**fields, "phone": "1"}).status_code == 422, "still good for a moment"
    clock.at += timedelta(seconds=1)
    answer = visitor.post("/", fields)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "This page was open for too long" in page.text
    assert error_lines(page) == [], "no field is wrong"
    assert stored(app) == [0, 0, 0, 0]
    fresh = page.value("token", -1)
    assert fresh != fields["token"]
    assert page.value("name") == person.name
    assert visitor.post("/", {**fields, "token": fresh}).status_code == 303


def test_a_token_from_the_future_is_not_good(app: Flask, visitor: Visitor, person: Person, clock: FixedClock) -> None:
    fields = visitor.filled(person)
    clock.at -= timedelta(minutes=1)
    assert visitor.post("/", fields).status_code == 422
    assert stored(app) == [0, 0, 0, 0]


def test_an_error_keeps_the_token_so_that_the_form_is_still_one(visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    page = page_of(visitor.post("/", {**fields, "phone": "1"}))
    assert page.value("token", -1) == fields["token"]


def test_the_same_form_again_shows_the_first_receipt_whatever_it_says_now(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    fields = visitor.filled(person)
    first_answer = visitor.post("/", fields)
    clock.at += timedelta(days=3)
    for changes in ({}, {"name": "Другая"}, {"phone": "1"}, {"consent": ""}, {"name": ["a", "b"]}):
        again = visitor.post("/", {**fields, **changes})
        assert again.status_code == 303
        assert again.headers["Location"] == first_answer.headers["Location"] + "?again=1"
    assert stored(app) == [1, 1, 1, 3]
    page = page_of(visitor.get(again.headers["Location"]))
    assert "This form was sent before" in page.text
    assert "Nothing was stored twice" in page.text
    assert opened(app, the_reference(app))[0] == person.name


# --- Other words while the form was open -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"operator_address": "Astana, Kenesary Street 40"}, {"retention_years": 10}, {"cross_border": True},
     {"public_sources": True}, {"responsible_person": "Д. Ахметов"}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_a_form_opened_under_other_words_asks_for_the_consent_again(
    app: Flask, settings: Settings, clock: FixedClock, visitor: Visitor, person: Person, changes: dict[str, object]
) -> None:
    fields = visitor.filled(person, mailing="yes")
    changed = migrated(replace(settings, **changes), clock=clock)
    later = Visitor(strict_client(changed))
    answer = later.post("/", fields)
    page = page_of(answer)
    assert answer.status_code == 422
    assert error_lines(page) == [
        ("#consent", "What you consent to has changed since you opened this page. Read it and tick the box again")
    ]
    assert [e.get("name") for e in page.elements("input") if e.get("checked") is not None] == ["mailing"]
    assert page.value("name") == person.name
    assert stored(app) == [0, 0, 0, 0]
    assert later.post("/", {**fields, "token": page.value("token", -1), "consent": ""}).status_code == 422
    assert later.post("/", {**fields, "token": page.value("token", -1)}).status_code == 303
    said = rows(app, "SELECT operator_states FROM consents")[0][0]
    assert [statement for statement in json.loads(said) if statement not in later.page("/").text] == []
    dispose(changed)


def test_a_setting_that_changes_no_word_of_the_form_asks_nothing_again(
    settings: Settings, clock: FixedClock, visitor: Visitor, person: Person
) -> None:
    fields = visitor.filled(person)
    changed = migrated(replace(settings, page_rows=20, session_hours=2), clock=clock)
    assert Visitor(strict_client(changed)).post("/", fields).status_code == 303
    dispose(changed)


def test_a_revision_that_comes_into_force_while_the_form_is_open(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    house = house_of(app)
    old = house.library.in_force(Kind.CONSENT, "en", date(2026, 11, 22))
    new = replace(old, revision="2027-01-01", in_force=date(2027, 1, 1), text=old.text + "\nNothing else.\n")
    place(app.extensions, replace(house, revisions=Revisions(Library([*house.library, new]))))
    # 31 December, 18:59 and 19:00 UTC: a minute before midnight in Kazakhstan, and midnight.
    clock.at = clock.at.replace(month=12, day=31, hour=18, minute=59)
    fields = visitor.filled(person)
    assert "Revision 2023-07-20" in visitor.page("/").text
    clock.at += timedelta(minutes=1)
    answer = visitor.post("/", fields)
    assert answer.status_code == 422
    assert "has changed since you opened this page" in page_of(answer).text
    assert "Revision 2027-01-01" in page_of(answer).text
    visitor.post("/", {**fields, "token": page_of(answer).value("token", -1)})
    assert rows(app, "SELECT revision FROM consents") == [("2027-01-01",)]
    assert visitor.get("/consent/2023-07-20").status_code == 200


# --- Machines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "website", "suspicions"),
    [
        (60, "", []),
        (2, "", []),
        (1, "", ["too_quick"]),
        (0, "http://spam.example", ["hidden_field", "too_quick"]),
        (60, " ", ["hidden_field"]),
    ],
)
def test_what_looks_like_a_machine_is_stored_and_flagged(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock, seconds: int, website: str, suspicions: list[str]
) -> None:
    fields = visitor.filled(person, website=website)
    clock.at += timedelta(seconds=seconds)
    assert visitor.post("/", fields).status_code == 303
    assert [json.loads(row[0]) for row in rows(app, "SELECT suspicions FROM submissions")] == [suspicions]


def test_the_trap_cannot_be_reached_by_people(visitor: Visitor) -> None:
    trap = next(e for e in visitor.page("/").elements("input") if e.get("name") == "website")
    assert (trap.get("tabindex"), trap.get("autocomplete")) == ("-1", "off")


# --- The receipt -----------------------------------------------------------------------------------------------------


def test_the_receipt_shows_categories_and_never_values(app: Flask, visitor: Visitor, person: Person) -> None:
    answer = visitor.send(person, topic="support", mailing="yes")
    page = page_of(visitor.get(answer.headers["Location"]))
    reference = the_reference(app)
    for words in (reference, "Name", "Second name", "Phone number", "2023-07-20", "Help with something I use",
                  "(d) mailings the person subscribed to", "3 years from the day of sending, or from the last contact with you if that was later",
                  "consent@example.com", "Zhanibek Khandar", f"{ORIGIN}{answer.headers['Location']}",
                  "22 November 2026, 15:00"):  # fmt: skip
        assert words in page.text, words
    for value in (person.name, person.second_name, person.phone, person.e164, person.e164[2:]):
        assert value not in page.source


def test_the_secret_is_in_the_link_alone(app: Flask, visitor: Visitor, person: Person) -> None:
    secret = visitor.send(person).headers["Location"].rpartition("/")[2]
    raw = secret_from_text(secret)
    assert raw is not None
    kept = b"".join(file.read_bytes() for file in house_of(app).settings.instance.glob("kelisim.sqlite3*"))
    assert secret.encode() not in kept
    assert raw not in kept
    page = page_of(visitor.get(f"/receipt/{secret}"))
    links = {str(link.get("href")) for tag in ("a", "link") for link in page.elements(tag)}
    own = {link.removeprefix(ORIGIN).removeprefix(f"/{code}") for link in links for code in ("en", "ru", "kk")}
    held = {link for link in own if secret in link and not link.startswith((ORIGIN, "/en/", "/ru/", "/kk/"))}
    receipt = f"/receipt/{secret}"
    expected = {
        receipt,
        f"{receipt}/receipt.json",
        f"{receipt}/evidence.zip",
        f"/my/{secret}",
        f"/my/{secret}/withdraw",
    }
    assert held <= expected, "the person's own addresses, and no other link"


def test_a_wrong_secret_and_a_broken_one_get_the_same_answer(visitor: Visitor, person: Person) -> None:
    path = visitor.send(person).headers["Location"]
    secret = path.rpartition("/")[2]
    raw = secret_from_text(secret)
    assert raw is not None
    wrong = [secret_to_text(bytes(20)), secret[:-1], secret + "a", secret.upper(), secret[:-1] + "1", "x", "%00", "é" * 32,
             secret_to_text(raw[:-1] + bytes([raw[-1] ^ 1])), f"{secret}%20", "a" * 5000]  # fmt: skip
    answers = [visitor.get(f"/receipt/{text}") for text in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.get_data() for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert visitor.get(path).status_code == 200


def test_a_receipt_stays_what_it_was(
    app: Flask, visitor: Visitor, person: Person, settings: Settings, clock: FixedClock
) -> None:
    fields = visitor.filled(person)
    path = visitor.post("/", fields).headers["Location"]
    at_first = page_of(visitor.get(path)).text
    visitor.post("/", {**fields, "topic": "contract", "mailing": "yes"})
    visitor.send(PEOPLE[0])
    clock.at += timedelta(days=400)
    assert page_of(visitor.get(path)).text == at_first
    assert page_of(visitor.get(path + "?again=1")).text != at_first
    changed = migrated(replace(settings, cross_border=True), clock=clock)
    assert "Your data do not leave Kazakhstan." in page_of(Visitor(strict_client(changed)).get(path)).text
    dispose(changed)


def test_looking_at_a_receipt_changes_nothing(app: Flask, visitor: Visitor, person: Person) -> None:
    path = visitor.send(person).headers["Location"]
    before = stored(app)
    for _ in range(3):
        visitor.get(path)
        visitor.client.head(path, base_url=ORIGIN)
    assert stored(app) == before


def test_a_receipt_is_not_asked_about_cookies(visitor: Visitor, person: Person) -> None:
    page = page_of(visitor.get(visitor.send(person).headers["Location"]))
    assert "optional cookies" not in page.text


# --- The client's address --------------------------------------------------------------------------------------------


def test_no_address_cookie_or_browser_is_stored_with_a_submission(app: Flask, visitor: Visitor, person: Person) -> None:
    visitor.client.set_cookie("tracker", "cookie-of-mine", domain="localhost")
    headers = {"User-Agent": "Agent-Of-Mine/1.0", "X-Forwarded-For": "203.0.113.78", "Referer": f"{ORIGIN}/?ref=mine"}
    visitor.post("/", visitor.filled(person), headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    assert stored(app) == [1, 1, 1, 3]
    kept = b"".join(file.read_bytes() for file in all_files(house_of(app).settings.instance))
    for text in ("203.0.113", "cookie-of-mine", "Agent-Of-Mine", "ref=mine", person.name, person.e164[2:]):
        assert text.encode() not in kept, text


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_answer_is_never_kept_by_a_browser(visitor: Visitor, person: Person) -> None:
    answers: list[TestResponse] = [visitor.get("/"), visitor.send(person), visitor.send(person, phone="1")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
