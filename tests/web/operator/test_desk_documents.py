"""The documents at the desk: revisions, approvals, who stands on what, and what was damaged."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.support.documents import write_revision
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.rows import connect, everything
from tests.web.test_cli import run

pytestmark = pytest.mark.usefixtures("prepared")

PATH = "/operator/documents"


@pytest.fixture
def desk(desk: Desk, prepared: Prepared) -> Desk:
    desk.secret = prepared.secret
    return desk


def test_the_desk_sees_revisions_states_hashes_and_counts_and_changes_nothing(
    app: Flask, visitor: Visitor, desk: Desk, tmp_path: Path
) -> None:
    visitor.send(PEOPLE[0])
    visitor.send(PEOPLE[1])
    run(app, "documents", "publish", "--yes", *write_revision(tmp_path, "2026-12-01", date(2026, 12, 1)))
    run(app, "documents", "approve", "consent", "2023-07-20", "--by", "A. Lawyer")
    desk.sign_in()
    desk.page(PATH)
    before = everything(app)
    page = desk.page(PATH)
    assert everything(app) == before
    found = [" ".join(" ".join(row.itertext()).split()) for row in page.elements("tbody")[0]]
    begins = ("Consent 2026-12-01", "Consent 2023-07-20", "Policy 2026-11-22", "Cookies 2026-11-22")
    assert [row.startswith(begin) for row, begin in zip(found, begins, strict=True)] == [True] * 4
    assert "published 1 December 2026 not in force yet 0 kk draft" in found[0]
    assert "shipped with the site 20 July 2023 in force 2 kk approved by A. Lawyer" in found[1]
    assert "in force – kk draft" in found[3]
    assert "Every published, shown and approved text is what it was" in page.text
    assert "Documents were damaged" not in page.text


def test_the_desk_says_which_text_was_damaged(app: Flask, visitor: Visitor, desk: Desk) -> None:
    visitor.send(PEOPLE[0])
    with closing(connect(app)) as connection:
        connection.execute("DROP TRIGGER shown_texts_no_update")
        connection.execute("UPDATE shown_texts SET plain = 'x' WHERE kind = 'consent'")
    page = desk.sign_in().page(PATH)
    assert "Documents were damaged" in page.text
    assert "The kept text is not what was shown: consent 2023-07-20 (en)." in page.text
    assert "is what it was" not in page.text
