"""The short way of reading a form and the form itself say the same of everything that may be sent."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kelisim.settings import Settings
from kelisim.vault.keys import make_missing
from kelisim.web.forms import issue_token
from kelisim.web.public.sending import PURPOSE, about, read_good
from kelisim.web.public.submissions import SubmissionForm
from tests.conftest import dispose, migrated
from tests.web.conftest import noon

GOOD = {"name": ["Айгерім"], "second_name": ["Қуанышбекқызы"], "phone": ["8 701 123 45 67"], "consent": ["yes"]}
VALUES = {
    "name": ["Әлихан", "", "<b>", "a" * 500, "O’Neil", " Ivan "],
    "second_name": ["Kim", "", "7", "\u200fKim"],
    "phone": ["8 701 123 45 67", "", "123", "+49 30 901820", "call me"],
    "topic": ["", "support", "mailing", "bribes"],
    "consent": ["yes", "on", ""],
    "mailing": ["yes", "no", ""],
    "website": ["", "https://example.com"],
    "token": ["", "x.y.z"],
    "answer": ["", "accept"],
    "other": ["1"],
}
BODIES = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(values), max_size=2) for name, values in VALUES.items()}
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    instance = tmp_path_factory.mktemp("sending") / "instance"
    make_missing(instance / "keys")
    built = migrated(Settings(instance=instance), clock=noon)
    yield built
    dispose(built)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(BODIES)
@example({"topic": ["mailing"], "mailing": ["yes"]})
@example({"topic": ["mailing"]})
@example({"website": ["x"]})
@example({"consent": ["yes", "yes"]})
def test_what_is_good_is_read_alike_and_nothing_else_is_read(app: Flask, changed: dict[str, list[str]]) -> None:
    with app.test_request_context("/", base_url="https://localhost"):
        token = issue_token(PURPOSE, about())
    body = urlencode({"token": [token], **GOOD, **changed}, doseq=True)
    sent = {"method": "POST", "data": body, "content_type": "application/x-www-form-urlencoded"}
    with app.test_request_context("/", base_url="https://localhost", **sent):
        form, read = SubmissionForm(), read_good()
        if read is None:
            # Left to the form: it finds something to mend, or something it alone answers.
            repeated = any(len(values) > 1 for values in changed.values())
            assert repeated or changed.get("answer") or not form.validate()
        else:
            assert form.validate()
            assert read.draft == form.draft()
            assert read.opened == form.opened
