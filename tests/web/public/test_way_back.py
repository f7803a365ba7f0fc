"""Where an answer leads back to: whatever ``next`` says, a page of this origin."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from kelisim.settings import Settings
from kelisim.vault.keys import make_missing
from tests.conftest import dispose, migrated
from tests.support.visitor import Visitor
from tests.web.conftest import noon, strict_client

PIECES = st.sampled_from(["/", "\\", "//", ".", "..", ":", "@", "?", "#", "[", "]", "evil.example", "https:", "http://",
                          "javascript:", "\t", "\r\n", "\x00", " ", "%2F", "%5C", "%0a", "cookies", "é", "\u202e"])  # fmt: skip
ANYTHING = st.one_of(
    st.text(),
    st.tuples(st.sampled_from(["", "/", "//", "///", "/\\"]), st.lists(PIECES, max_size=8).map("".join)).map("".join),
)


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, dict[str, str]]]:
    """A visitor of one application for all examples, and a form that is right but for its ``next``."""
    folder = tmp_path_factory.mktemp("way-back")
    make_missing(folder / "keys")
    app: Flask = migrated(Settings(instance=folder, choice_limit=""), clock=noon)
    visitor = Visitor(strict_client(app))
    yield visitor, {"token": visitor.page("/cookies").value("token"), "answer": "accept", "appearance": "dark"}
    dispose(app)


@example(text="//evil.example", sent_to="/cookies")
@example(text="//evil.example", sent_to="/appearance")
@example(text="/consent?x=https://evil.example#y", sent_to="/cookies")
@given(text=ANYTHING, sent_to=st.sampled_from(["/cookies", "/kk/cookies", "/appearance"]))
def test_no_next_leads_off_the_site(answering: tuple[Visitor, dict[str, str]], text: str, sent_to: str) -> None:
    visitor, fields = answering
    answer = visitor.post(sent_to, {**fields, "next": text})
    assert answer.status_code == 303
    location = answer.headers["Location"]
    # What a browser makes of it (WHATWG URL): tabs and line ends dropped, a backslash is a slash.
    seen = "".join(sign for sign in location if sign not in "\t\r\n").replace("\\", "/").strip()
    assert seen.startswith("/")
    assert not seen.startswith("//")
    assert (urlsplit(location).scheme, urlsplit(location).netloc) == ("", "")
    assert location.isascii()
    assert location.isprintable()
    if sent_to != "/appearance":
        assert urlsplit(location).query == "said=1", "nothing of what came stands in the query of the answer"
