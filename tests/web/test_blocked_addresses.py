"""Blocked means blocked, at every address: what the desk, My data, transfers, exports and bulk acts can still do.

Each address of the desk and of My data stands in one of the lists below: whoever adds one says here how it was thought
of, and the tests try it on a record that was handed over, exported, asked about and then blocked.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kelisim.domain.bulk import BulkAct
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.rights import RequestKind
from kelisim.runner import Runner
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web import handing_over
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.operator.test_exports import ask, made, save
from tests.web.operator.test_uses import filled
from tests.web.rows import rows
from tests.web.strict import page_of
from tests.web.test_blocked import FORMS, RECORD, held

pytestmark = pytest.mark.usefixtures("prepared")

ROUTES = Path(__file__).with_name("routes.txt")
# What shows, or may show, something of a record; and what does something to one. Each is tried below.
LOOKS = {
    "/operator",
    "/operator/bulk/result",
    "/operator/exports",
    "/operator/exports/<uuid:export_id>",
    "/operator/journal",
    "/operator/journal.csv",
    "/operator/recipients/<uuid:recipient_id>",
    "/operator/recipients/tasks",
    "/operator/recipients/tasks/<int:number>",
    "/operator/requests",
    "/operator/requests/<uuid:request_id>",
    "/operator/requests/<uuid:request_id>/letter",
    "/operator/requests/<uuid:request_id>/meet",
    "/operator/requests/<uuid:request_id>/refuse",
    "/operator/requests/new",
    "/operator/retention",
    "/operator/submissions",
    RECORD,
    f"{RECORD}/acts/<act>",
    f"{RECORD}/contact",
    f"{RECORD}/destruction",
    f"{RECORD}/destruction.json",
    f"{RECORD}/evidence.zip",
    f"{RECORD}/keep",
    f"{RECORD}/tags",
    f"{RECORD}/transfer",
    "/operator/transfers",
    "/operator/transfers/<uuid:transfer_id>",
}
DOES = {
    "/my",  # the way in from paper
    "/my/<secret>/<act>",
    "/operator/bulk",
    "/operator/bulk/do",
    "/operator/exports",
    "/operator/exports/<uuid:export_id>/file",
    "/operator/exports/<uuid:export_id>/remove",
    "/operator/journal",  # the check
    "/operator/recipients/tasks/<int:number>",
    "/operator/requests/<uuid:request_id>",
    "/operator/requests/<uuid:request_id>/meet",
    "/operator/requests/<uuid:request_id>/refuse",
    "/operator/requests/new",
    "/operator/search",
    "/operator/transfers/<uuid:transfer_id>",
    "/operator/transfers/<uuid:transfer_id>/file",
    "/operator/transfers/files",
}
# The person's own pages: access to one's own data goes on (Art. 24(1)), and the proof of a destruction.
OWN = {
    "/my",
    "/my/<secret>",
    "/my/<secret>/<act>",
    "/my/<secret>/answers/<uuid:request_id>",
    "/my/<secret>/destruction",
    "/my/<secret>/destruction.json",
}
# These know no record: lists of settings, documents, people of the Operator, numbers without names; a new record.
NO_RECORD_LOOKS = {
    "/operator/account",
    "/operator/account/app",
    "/operator/account/codes",
    "/operator/account/passkeys/<int:number>/remove",
    "/operator/account/passkeys/challenge",
    "/operator/account/passkeys/new",
    "/operator/account/password",
    "/operator/keys",
    "/operator/people",
    "/operator/people/<int:number>/<act>",
    "/operator/compliance",
    "/operator/days",
    "/operator/documents",
    "/operator/incidents",
    "/operator/incidents/<uuid:incident_id>",
    "/operator/incidents/<uuid:incident_id>/notice",
    "/operator/incidents/new",
    "/operator/recipients",
    "/operator/recipients/<uuid:recipient_id>/end",
    "/operator/recipients/new",
    "/operator/set-up/<token>",
    "/operator/sign-in",
    "/operator/sign-in/code",
    "/operator/sign-in/passkey",
    "/operator/statements",
    "/operator/statistics",
    "/operator/statistics.csv",
    "/operator/submissions/new",
    "/operator/tags",
}
NO_RECORD_DOES = {
    "/operator/account/app",
    "/operator/account/codes",
    "/operator/account/passkeys",
    "/operator/account/passkeys/<int:number>/remove",
    "/operator/account/passkeys/new",
    "/operator/account/password",
    "/operator/account/sessions",
    "/operator/people",
    "/operator/people/<int:number>/<act>",
    "/operator/compliance",
    "/operator/days",
    "/operator/incidents/<uuid:incident_id>",
    "/operator/incidents/new",
    "/operator/recipients/<uuid:recipient_id>",
    "/operator/recipients/<uuid:recipient_id>/end",
    "/operator/recipients/<uuid:recipient_id>/undertakings",
    "/operator/recipients/<uuid:recipient_id>/webhook",
    "/operator/recipients/new",
    "/operator/set-up/<token>",
    "/operator/sign-in",
    "/operator/sign-in/code",
    "/operator/sign-in/passkey",
    "/operator/sign-out",
    "/operator/submissions/new",
    "/operator/tags",
}
# What the person may ask for while the record is blocked; asking may end the consent and touches nothing else.
ASKS = {OwnAct.WITHDRAW, OwnAct.DELETE, OwnAct.OBJECT, OwnAct.NOT_SENDER, OwnAct.ACCESS, OwnAct.UNBLOCK}
# A request that is met with these ends the block itself: by the person's own wish, decided by an operator.
LIFT = {RequestKind.UNBLOCK, RequestKind.DELETE, RequestKind.WITHDRAW, RequestKind.NOT_SENDER}
WHO = PEOPLE[0]
OTHER = {"name": "Other", "second_name": "Person", "phone": "+7 702 000 00 01"}


class Blocked:
    """A record that was handed over by file and by webhook, exported, asked about, and then blocked by a report."""

    def __init__(self, app: Flask, desk: Desk, visitor: Visitor, clock: FixedClock) -> None:
        self.app, self.desk, self.visitor = app, desk, visitor
        path = handing_over.recipient(desk)
        handing_over.webhook(desk, path)
        clock.at += timedelta(seconds=1)
        self.secret = visitor.send(WHO, topic="feedback", mailing="yes").headers["Location"].rpartition("/")[2]
        ((self.reference,),) = rows(app, "SELECT reference FROM receipts")
        self.file = handing_over.transfer(desk, self.reference, path)
        self.webhook = handing_over.transfer(desk, self.reference, path, way="webhook")
        assert self.post(f"{self.file}/file", token=desk.page(self.file).value("csrf_token", -1)).status_code == 200
        self.export = made(desk, purpose="feedback")
        own = [act for act in OwnAct if act is not OwnAct.UNBLOCK]
        self.own = {act: visitor.page(f"/my/{self.secret}/{act.value}").value("token") for act in own}
        self.requests = {kind: self.asked(kind) for kind in (RequestKind.CORRECT, RequestKind.COMPLETE)}
        way = f"/operator/submissions/{self.reference}/acts/block"
        assert desk.post(way, filled(desk, way, code="report")).status_code == 303
        self.at = clock.at
        self.recipient = path
        ((self.task,),) = rows(app, "SELECT number FROM recipient_tasks")
        self.token = desk.page("/operator/submissions").value("csrf_token")

    def asked(self, kind: RequestKind) -> str:
        """A letter that was taken in and up."""
        letter = {
            "kind": kind.value,
            "channel": "letter",
            "received": "2026-11-22",
            "reference": self.reference,
            "identity": "signature",
            "language": "en",
            "objection": "purpose" if kind is RequestKind.OBJECTION else "",
        }
        path = handing_over.post(self.desk, "/operator/requests/new", letter)
        self.post(path, token=self.desk.page(path).value("csrf_token", -1), step="take_up")
        return path

    def post(self, path: str, *, token: str = "", **fields: object) -> TestResponse:
        return self.desk.post(path, {"csrf_token": token or self.token, **fields})

    @property
    def data(self) -> list[object]:
        """What is held of the record but for its consent: state, seal, keys, what was changed, noted and handed out."""
        found = "SELECT state, topic, sealed_content, key_for_operator, key_for_person FROM submissions"
        return [rows(self.app, found), held(self.app)[2:]]


@pytest.fixture
def blocked(app: Flask, desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock) -> Blocked:
    desk.secret = prepared.secret
    return Blocked(app, desk.sign_in(), visitor, clock)


def test_every_address_is_in_one_of_the_lists(app: Flask) -> None:
    lines = ROUTES.read_text(encoding="utf-8").splitlines()
    reviewed = [line.rsplit(maxsplit=2)[0].split(maxsplit=1) for line in lines if not line.startswith("#")]
    listed = {(method, path) for method, path in reviewed}
    served = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}}
    assert served == listed
    ours = {(method, path) for method, path in served if path.startswith(("/operator", "/my"))}
    looks, does = LOOKS | OWN | NO_RECORD_LOOKS, DOES | FORMS | NO_RECORD_DOES
    assert {path for method, path in ours if method == "GET"} == looks
    assert {path for method, path in ours if method == "POST"} == does


def test_no_page_and_no_file_of_the_desk_shows_what_is_blocked(app: Flask, blocked: Blocked) -> None:
    ((request,), *_) = rows(app, "SELECT id FROM requests")
    parts = {
        "<reference>": blocked.reference,
        "<act>": "unblock",
        "<int:number>": str(blocked.task),
        "<uuid:request_id>": str(request),
        "<uuid:transfer_id>": blocked.file.rpartition("/")[2],
        "<uuid:recipient_id>": blocked.recipient.rpartition("/")[2],
        "<uuid:export_id>": blocked.export.rpartition("/")[2],
    }
    before = held(app)
    for rule in sorted(LOOKS):
        path = rule
        for part, value in parts.items():
            path = path.replace(part, value)
        answer = blocked.desk.get(path)
        assert answer.status_code in {200, 404, 409}, path
        for value in (WHO.name, WHO.second_name, WHO.e164, WHO.e164[-7:]):
            assert value.encode() not in answer.get_data(), path
    assert held(app) == before, "looking changes nothing"
    sought = blocked.post("/operator/search", text=WHO.second_name).headers["Location"]
    assert "No submission fits" in blocked.desk.page(sought).text


def test_what_was_made_before_the_block_does_not_leave_after_it(app: Flask, blocked: Blocked) -> None:
    tried = "SELECT tries, outcome FROM deliveries ORDER BY transfer_id"
    before, sent = blocked.data, rows(app, tried)
    assert blocked.post(f"{blocked.file}/file").status_code == 409
    for step in ("again", "give_up"):
        assert blocked.post(blocked.file, step=step).status_code == 409
    assert blocked.post(blocked.webhook, step="again").status_code == 409
    fields = {"recipient": blocked.recipient.rpartition("/")[2].replace("-", ""), "at": blocked.at.isoformat()}
    assert blocked.post("/operator/transfers/files", **fields).status_code == 404
    assert blocked.data == before
    assert Runner(app).run_now("transfers")
    assert rows(app, tried) == sent, "neither the file nor the webhook went out again"
    assert save(blocked.desk, blocked.export).status_code in {404, 409, 410}
    new = made(blocked.desk, purpose="feedback")
    assert WHO.second_name.encode() not in save(blocked.desk, new).get_data()
    assert rows(app, "SELECT count(*) FROM export_records") == [(0,)]
    assert ask(blocked.desk, purpose="mailing").status_code in {303, 422}
    blocked.post(f"{new}/remove")
    assert rows(app, "SELECT state FROM submissions") == [("blocked",)]


def test_no_bulk_act_and_no_other_form_touches_it(app: Flask, blocked: Blocked) -> None:
    before = blocked.data
    others = {"day": "2026-11-22", "way": "call", "outcome": "answered", "purpose": "feedback", "tag": "1"}
    for act in BulkAct:
        page = blocked.post("/operator/bulk", act=act.value, row=blocked.reference)
        assert WHO.second_name not in page_of(page).text
        if act is not BulkAct.UNBLOCK:
            chosen = handing_over.chosen(blocked.recipient) if act is BulkAct.TRANSFER else others
            assert blocked.post("/operator/bulk/do", **chosen, act=act.value, row=blocked.reference).status_code in {
                303,
                422,
            }
        assert blocked.data == before, act
    blocked.post(f"/operator/recipients/tasks/{blocked.task}", outcome="told", day="2026-11-22")
    blocked.post("/operator/journal")
    assert blocked.data == before


def test_the_person_changes_nothing_while_it_is_blocked_and_may_still_ask(app: Flask, blocked: Blocked) -> None:
    way_in = {
        "token": blocked.visitor.page("/my").value("token"),
        "reference": blocked.reference,
        "secret": blocked.secret,
    }
    assert blocked.visitor.post("/my", way_in).status_code == 303
    before, everything = blocked.data, held(app)
    for act, token in blocked.own.items():
        sent = blocked.visitor.post(
            f"/my/{blocked.secret}/{act.value}", {"token": token, "objection": "other", **OTHER}
        )
        assert sent.status_code in ({303, 409} if act in ASKS else {409, 422}), act
        assert blocked.data == before, act
        if act not in ASKS:
            assert held(app) == everything, act
    kinds = {kind for (kind,) in rows(app, "SELECT kind FROM requests")}
    assert {"withdraw", "objection", "not_sender", "access"} <= kinds, "asking goes on"
    assert blocked.visitor.get(f"/my/{blocked.secret}").status_code == 200


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - LIFT))
def test_a_request_that_is_met_or_refused_does_nothing_to_a_blocked_record(blocked: Blocked, kind: RequestKind) -> None:
    path = blocked.requests.get(kind) or blocked.asked(kind)
    before = blocked.data
    met = {**OTHER} if kind in {RequestKind.CORRECT, RequestKind.COMPLETE} else {}
    answer = blocked.post(f"{path}/meet", **met)
    assert answer.status_code in {303, 409, 422}
    assert blocked.data == before
    letter = blocked.desk.get(f"{path}/letter")
    assert WHO.second_name.encode() not in letter.get_data()
    for ground in ("no_documents", "violation_not_confirmed", "no_data", "storage_by_law"):
        blocked.post(f"{path}/refuse", ground=ground, until="2027-01-01")
        assert blocked.data == before, ground


@pytest.mark.parametrize("kind", sorted(LIFT))
def test_until_a_request_that_lifts_the_block_is_met_nothing_is_done(blocked: Blocked, kind: RequestKind) -> None:
    before = blocked.data
    blocked.asked(kind)
    assert blocked.data == before
