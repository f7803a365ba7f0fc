"""Reports of browsers: the broken directive is logged, anything else is dropped, nothing breaks."""

import json

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Log
from tests.web.rows import everything

REPORT = {
    "type": "csp-violation",
    "url": "https://localhost:8443/receipt/secret",
    "user_agent": "Agent-Of-Mine/1.0",
    "body": {"effectiveDirective": "script-src-elem", "documentURL": "https://localhost:8443/receipt/secret"},
}
KIND = "application/reports+json"


def test_a_report_is_logged_by_its_directive_alone(app: Flask, visitor: Visitor, log: Log) -> None:
    before = everything(app)
    # Browsers send reports without an origin of a page, some without any.
    answer = visitor.client.post("/reports", base_url=ORIGIN, data=json.dumps([REPORT]), content_type=KIND)
    assert (answer.status_code, answer.data) == (204, b"")
    assert [line["directive"] for line in log.events("policy-report")] == ["script-src-elem"]
    assert "secret" not in log.text
    assert "Agent-Of-Mine" not in log.text
    assert everything(app) == before


@pytest.mark.parametrize("said", ["Айгүл +77011234567", "script-src 7f3a9c", "script-src\n", "", "x" * 41])
def test_what_is_no_directive_is_not_in_the_log(visitor: Visitor, log: Log, said: str) -> None:
    report = [{"body": {"effectiveDirective": said}}]
    answer = visitor.client.post("/reports", base_url=ORIGIN, data=json.dumps(report), content_type=KIND)
    assert answer.status_code == 204
    assert [line["directive"] for line in log.events("policy-report")] == ["other"]


@pytest.mark.parametrize(
    "body",
    [b" ", b"x", b"null", b"{}", b"[1, null, {}]", b'[{"body": 1}]', b'[{"body": {"effectiveDirective": {}}}]',
     b"\xff\xfe", b"[" * 60_000, b'{"a":' * 12_000, b"1" * 60_000, b'"\\ud800"', json.dumps(REPORT).encode()],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_what_is_no_report_is_dropped(visitor: Visitor, log: Log, body: bytes) -> None:
    answer = visitor.post("/reports", body, content_type=KIND, headers={"Content-Length": str(len(body))})
    assert answer.status_code == 204
    assert log.events("policy-report") == []
    assert log.events("fault") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["body", "effectiveDirective", "x"]), inner, max_size=2)
    ),
    max_leaves=8,
)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON, max_size=4))
def test_any_json_is_answered_alike(app: Flask, sent: list[object]) -> None:
    answer = app.test_client().post("/reports", base_url=ORIGIN, data=json.dumps(sent), content_type=KIND)
    assert answer.status_code in {204, 429}
