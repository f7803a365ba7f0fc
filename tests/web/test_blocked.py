"""Blocked means blocked: every form of the desk about a record, every job and every command is tried on one.

The lists are reviewed: whoever adds a form, a job or a command says here that it was thought of.
"""

from datetime import timedelta

import pytest
from flask import Flask

from kelisim.domain.bulk import BulkAct
from kelisim.domain.desk_acts import DeskAct
from kelisim.jobs import JOBS
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web import handing_over
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.operator.test_records import newest_first
from tests.web.operator.test_uses import filled
from tests.web.rows import rows

pytestmark = pytest.mark.usefixtures("prepared")

RECORD = "/operator/submissions/<reference>"
# Forms about one record. Keeping is a decision about storing, which a block does not stop; it changes nothing else.
FORMS = {
    f"{RECORD}/acts/<act>",
    f"{RECORD}/acts/<act>/do",
    f"{RECORD}/contact",
    f"{RECORD}/keep",
    f"{RECORD}/tags",
    f"{RECORD}/transfer",
}
JOB_NAMES = {
    "tidy",
    "retention",
    "sweep",
    "erasures",
    "backup",
    "search",
    "choices",
    "journal",
    "journal-check",
    "notices",
    "mails",
    "visits",
    "transfers",
    "exports",
    "export-ends",
}
COMMANDS = {
    "operators",
    "jobs",
    "choices",
    "documents",
    "journal",
    "retention",
    "rights",
    "erasures",
    "backup",
    "restore",
    "keys",
    "doctor",
    "db",
}
# What lies in these of a record must be the same before and after.
TABLES = ("submissions", "receipts", "changes", "contacts", "record_tags", "transfers", "deliveries", "destructions")
FIELDS = {
    "day": "2026-11-22",
    "way": "call",
    "outcome": "answered",
    "purpose": "feedback",
    "tag": "1",
}


@pytest.fixture
def blocked(desk: Desk, prepared: Prepared, visitor: Visitor) -> str:
    """The reference of a blocked record; somebody is at the desk."""
    visitor.send(PEOPLE[0], topic="support", mailing="yes")
    desk.secret = prepared.secret
    desk.sign_in()
    (reference,) = newest_first(desk.app)
    way = f"/operator/submissions/{reference}/acts/block"
    assert desk.post(way, filled(desk, way, code="report")).status_code == 303
    return str(reference)


def held(app: Flask) -> list[object]:
    """Everything that is held of records."""
    return [rows(app, f"SELECT * FROM {table}") for table in TABLES]


def test_the_lists_are_reviewed(app: Flask) -> None:
    forms = {rule.rule for rule in app.url_map.iter_rules() if "<reference>" in rule.rule and "POST" in rule.methods}
    assert forms == FORMS
    assert {job.name for job in JOBS} == JOB_NAMES
    own = set(app.cli.commands) | {"db"}
    assert own == COMMANDS


def test_no_form_of_the_desk_does_anything_to_a_blocked_record(app: Flask, desk: Desk, blocked: str) -> None:
    chosen = handing_over.chosen(handing_over.recipient(desk))
    before, record = held(app), f"/operator/submissions/{blocked}"
    token = filled(desk, f"{record}/keep")
    codes = ("court", "counts_only", "report", "")
    tried = [
        (f"{record}/acts/{act.value}{more}", {"code": code})
        for act in DeskAct
        if act is not DeskAct.UNBLOCK
        for more in ("", "/do")
        for code in codes
    ]
    tried += [(f"{record}/{form}", dict(FIELDS)) for form in ("contact", "tags")]
    tried.append((f"{record}/transfer", chosen))
    tried += [
        ("/operator/bulk/do", {**FIELDS, "act": act.value, "row": blocked})
        for act in BulkAct
        if act is not BulkAct.UNBLOCK
    ]
    for path, fields in tried:
        answer = desk.post(path, {**token, **fields})
        assert answer.status_code in {303, 404, 409, 422}, path
        assert held(app) == before, path
    for path in ("/operator/submissions", record):
        assert PEOPLE[0].second_name not in desk.page(path).text
    assert desk.get(f"{record}/evidence.zip").status_code == 200
    assert held(app) == before, "looking changes nothing"


def test_no_job_and_no_command_does_anything_to_a_blocked_record(
    app: Flask, desk: Desk, blocked: str, clock: FixedClock
) -> None:
    before = held(app)
    clock.at += timedelta(days=365 * 20)
    for job in JOBS:
        with app.app_context():
            job.work(app.extensions["kelisim"])
        assert held(app) == before, job.name
    for command in (("retention", "run"), ("retention", "preview"), ("journal", "verify")):
        assert blocked not in desk.command(*command)
        assert held(app) == before, command
