"""The log says what happened in codes: never who, from where, or what was asked for."""

import json
import logging
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kelisim.web.log import JsonLines, TextLines, say, say_fault
from tests.conftest import FixedClock
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log
from tests.web.desk import NAME, PASSWORD, Desk
from tests.web.rows import connect, rows

SENDER, MASKED = "203.0.113.77", "203.0.113.0"
FROM = {"environ_overrides": {"REMOTE_ADDR": SENDER}}


def test_a_whole_day_at_the_site_leaves_no_name_no_secret_no_path_and_no_address(
    app: Flask, visitor: Visitor, desk: Desk, person: Person, log: Log
) -> None:
    answer = visitor.post("/", visitor.filled(person, topic="support"), **FROM)
    secret = answer.headers["Location"].rpartition("/")[2]
    visitor.get(f"/receipt/{secret}", **FROM)
    visitor.post("/", visitor.filled(person, phone="8 701 LETTERS", website="робот"), **FROM)
    visitor.get(f"/{person.name}/nothing?name={person.second_name}", **FROM)
    visitor.get(f"/cookies/{person.name}", **FROM)
    visitor.post("/reports", json.dumps([{"body": {"effectiveDirective": "img-src", "documentURL": "https://x/ж"}}]))
    link = desk.link()
    desk.set_up(link)
    desk.give_password(password="неверный пароль совсем")
    desk.sign_in()
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    desk.get(f"/operator/submissions/{reference}")
    desk.get(f"/operator/submissions?before={person.name}")
    session = desk.cookie
    desk.post("/operator/sign-out", {"csrf_token": desk.page("/operator").value("csrf_token")}, **FROM)
    app.jinja_env.cache.clear()  # type: ignore[union-attr]  # it is there
    assert len(log.lines) > 20
    assert all(line.keys() >= {"at", "level", "event"} for line in log.lines)
    kept = "".join(json.dumps(line, ensure_ascii=False) for line in log.lines)
    told = [person.name, person.second_name, person.e164[2:], person.phone, "LETTERS", "робот", SENDER, MASKED, secret]
    told += [str(session), reference, NAME, NAME.casefold(), PASSWORD, "неверный", link.rpartition("/")[2], "x/ж"]
    told += [desk.secret, "localhost", "nothing", "before=", str(app.root_path), "Mozilla", "werkzeug"]
    assert [text for text in told if text in kept] == []
    assert {line["route"] for line in log.events("request")} >= {"/", "/receipt/<secret>", None}


def test_what_matters_for_watching_is_there(app: Flask, desk: Desk, visitor: Visitor, log: Log) -> None:
    desk.set_up(desk.link())
    desk.give_password(password="неверный пароль совсем")
    desk.sign_in()
    desk.post("/operator/sign-out", {"csrf_token": "x"})
    desk.post("/operator/sign-out", {"csrf_token": desk.page("/operator").value("csrf_token")})
    visitor.client.post("/", base_url=ORIGIN, data={"x": "y"}, headers={"Sec-Fetch-Site": "cross-site"})
    said = [{name: line[name] for name in line if name not in {"at", "level", "ms", "request"}} for line in log.lines]
    ways = {"set-up": "/operator/set-up/<token>", "sign-out": "/operator/sign-out", "form": "/"}
    ways |= {"password": "/operator/sign-in", "code": "/operator/sign-in/code"}
    assert {"event": "set-up", "route": ways["set-up"], "operator": 1} in said
    assert {"event": "sign-in", "route": ways["password"], "result": "refused", "factor": "password"} in said
    assert {"event": "sign-in", "route": ways["code"], "result": "full", "operator": 1} in said
    assert {"event": "refused", "route": ways["sign-out"], "why": "token"} in said
    assert {"event": "refused", "route": ways["form"], "why": "foreign"} in said
    assert {"event": "sign-out", "route": ways["sign-out"]} in said
    assert {"event": "request", "method": "POST", "route": "/operator/sign-out", "status": 303} in said


def test_each_wall_says_that_it_refused(visitor: Visitor, log: Log) -> None:
    visitor.client.get("/", base_url="https://evil.example")
    visitor.client.post("/", base_url="http://localhost:8080", data={"x": "y"})
    for _ in range(61):
        visitor.get("/receipt/x")
    assert [line["why"] for line in log.events("refused")] == ["host", "plain", "limit"]
    assert "evil" not in log.text


def test_a_form_that_looks_like_a_machines_is_said(visitor: Visitor, person: Person, log: Log) -> None:
    visitor.send(person, website="http://spam.example")
    assert [event["suspicions"] for event in log.events("suspect")] == [["hidden_field", "too_quick"]]
    assert "spam" not in log.text


def test_no_input_can_begin_a_line_of_its_own(visitor: Visitor, log: Log) -> None:
    forged = '\r\n{"event": "sign-in", "result": "full"}\u2028\x85'
    before = len(log.lines)
    visitor.get("/" + forged)
    visitor.client.open("/", method="GET" + "\n", base_url=ORIGIN)
    visitor.post("/reports", json.dumps([{"body": {"effectiveDirective": forged}}] * 9))
    assert len(log.text.splitlines()) == len(log.text.split("\n")) - 1
    assert len(log.events("policy-report")) == 5, "as many of one message as are read"
    assert log.events("sign-in") == []
    assert len(log.lines) == before + 3 + 5
    assert [line["method"] for line in log.events("request")][1] == "other"


@pytest.mark.parametrize("event", ["a\nb", "\ud800", "ж\x00", "\u2028"])
def test_a_line_is_ascii_json_with_its_time_and_offset(event: str) -> None:
    record = logging.LogRecord("kelisim", logging.WARNING, __file__, 1, event, None, None)
    line = JsonLines().format(record)
    assert line.isascii()
    assert line.isprintable()
    read = json.loads(line)
    assert (read["event"], read["level"]) == (event, "warning")
    assert datetime.fromisoformat(read["at"]).utcoffset() is not None


def test_a_fault_names_types_and_places_and_never_a_message(log: Log) -> None:
    try:
        try:
            raise ValueError("Айгерім")
        except ValueError as cause:
            raise RuntimeError("+77011234567") from cause
    except RuntimeError as problem:
        say_fault(problem)
    fault = log.events("fault")[0]
    assert fault["types"] == ["RuntimeError", "ValueError"]
    places = fault["places"]
    assert isinstance(places, list)
    assert all(re.fullmatch(r"[\w<>.]+:\d+ \w+", str(place)) for place in places)
    assert "Айгерім" not in log.text
    assert "7701" not in log.text


def test_a_said_fact_is_a_field_of_the_line(log: Log) -> None:
    say("sign-in", result="paused")
    assert log.lines[0].items() >= {"event": "sign-in", "result": "paused", "level": "info"}.items()


def test_static_files_are_not_logged(visitor: Visitor, log: Log) -> None:
    visitor.get("/static/site.css")
    assert log.events("request") == []


def test_every_line_of_a_request_has_its_number_and_so_has_the_page_of_a_fault(
    app: Flask, visitor: Visitor, person: Person, log: Log
) -> None:
    visitor.get("/", headers={"X-Request-Id": "forged"})
    visitor.get("/")
    connect(app).execute("DROP TABLE receipts")
    page = visitor.send(person).get_data(as_text=True)
    faults, requests = log.events("fault"), log.events("request")
    numbers = [str(line["request"]) for line in requests]
    assert all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert faults[0]["request"] == requests[-1]["request"]
    assert faults[0]["route"] == "/"
    assert faults[0]["database"] is True
    assert f"name the number {numbers[-1]}." in page
    assert "forged" not in log.text


def test_what_came_of_a_form_is_said_as_a_code(visitor: Visitor, person: Person, clock: FixedClock, log: Log) -> None:
    fields = visitor.filled(person)
    clock.at += timedelta(seconds=5)
    visitor.post("/", {**fields, "phone": "не число"})
    visitor.post("/", {**fields, "token": "x"})
    visitor.post("/", fields)
    visitor.post("/", fields)
    assert [line["result"] for line in log.events("submission")] == ["field_phone", "token", "accepted", "repeated"]


def test_text_for_a_persons_eye_is_one_line_too() -> None:
    record = logging.LogRecord("kelisim", logging.INFO, "x.py", 1, "sign-in", None, None)
    record.created = 1_795_000_000.5
    record.facts = {"result": "full\n\u2028forged", "operator": 1}
    line = TextLines().format(record)
    assert line == '2026-11-18T11:06:40.500+00:00 info sign-in result="full\\n\\u2028forged" operator=1'


def test_a_library_is_heard_without_its_words(log: Log) -> None:
    logging.getLogger("somebody.else").warning("Айгерім lives at %s", "203.0.113.77")
    (line,) = log.lines
    assert line.items() >= {"event": "library", "level": "warning", "logger": "somebody.else"}.items()
    assert str(line["place"]).startswith("test_log.py:")
    assert "Айгерім" not in log.text
