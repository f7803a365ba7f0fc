"""Revisions over time: announced, in force, ended; what changed; and old consents that stay where they are."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.domain.differences import difference
from kelisim.domain.documents import Kind
from kelisim.settings import Settings
from kelisim.web.public.archive import paragraphs
from tests.conftest import FixedClock, dispose, migrated
from tests.support.documents import write_revision
from tests.support.pages import Page
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.rows import connect, house_of, rows
from tests.web.strict import page_of
from tests.web.test_cli import run

DAY = date(2026, 12, 1)
DRAFT = "Draft: the Operator has not approved this text yet."
TRIAL = "This is a trial"


@pytest.fixture
def published(app: Flask, tmp_path: Path) -> Flask:
    """A revision that comes into force in nine days."""
    done = run(app, "documents", "publish", "--yes", *write_revision(tmp_path, "2026-12-01", DAY))
    assert done.exit_code == 0, done.output
    return app


def links(page: Page) -> dict[str, str]:
    return {" ".join("".join(a.itertext()).split()): str(a.get("href")) for a in page.elements("a")}


def test_the_archive_of_what_was_shipped_has_one_revision_and_no_change(visitor: Visitor) -> None:
    for kind in Kind:
        page = visitor.page(f"/{kind}/archive")
        assert len(page.elements("tbody")[0]) == 1
        assert "in force, draft" in page.text
        assert "what changed" not in links(page)


def test_a_coming_revision_is_announced_and_can_be_read(published: Flask, visitor: Visitor) -> None:
    current, coming, archive = (visitor.page(f"/consent{at}") for at in ("", "/2026-12-01", "/archive"))
    assert "A new revision comes into force on 1 December 2026." in current.text
    assert links(current)["Read it now"] == "/consent/2026-12-01"
    assert "This revision is not in force yet: it comes into force on 1 December 2026." in coming.text
    assert "In force from 1 December 2026" in coming.text
    assert links(coming)["What changed in this one"] == "/consent/2026-12-01/since/2023-07-20"
    rows_shown = [" ".join("".join(row.itertext()).split()) for row in archive.elements("tbody")[0]]
    assert [("not in force yet" in row, "in force" in row) for row in rows_shown] == [(True, True), (False, True)]
    assert "30 November 2026" in rows_shown[1]
    assert "comes into force" not in visitor.page("/policy").text


def test_what_changed_is_marked_in_words_and_signs_not_in_colour_alone(published: Flask, visitor: Visitor) -> None:
    page = visitor.page("/consent/2026-12-01/since/2023-07-20")
    removed, added = page.elements("del"), page.elements("ins")
    assert len(removed) > 5
    assert "".join(added[1].itertext()).startswith("Put in: [+ ")
    assert "".join(removed[1].itertext()).startswith("Taken out: [− ")
    assert "You give your data to Private Company Artsofte.KZ Limited." in page.text
    for path in (
        "/consent/2023-07-20/since/2026-12-01",
        "/consent/2023-07-20/since/2023-07-20",
        "/consent/2026-12-01/since/x",
        "/policy/2026-11-22/since/2023-07-20",
    ):
        assert visitor.get(path).status_code == 404


def test_a_difference_is_shown_by_paragraphs_without_the_marks_of_its_source() -> None:
    old = (
        "# Title\n\nOne\nline **1.1.** of [the\nsite](/a).\n\n- first\n- phone number.\n\nStays.\n\nGone.\n\nThe end.\n"
    )
    new = "# Title\n\nOne line\n**1.1.** of [the site](/a).\n\n- first\n- phone number, with a code.\n\nStays.\n\nThe end.\n"
    found = list(paragraphs(difference(old, new)))
    assert [paragraph.heading for paragraph in found] == [True, *[False] * 6]
    assert [[(piece.kind, piece.text) for piece in paragraph.pieces] for paragraph in found] == [
        [("same", "Title")],
        [("same", "One line 1.1. of the site (/a).")],
        [("same", "first")],
        [("same", "phone"), ("removed", "number."), ("added", "number, with a code.")],
        [("same", "Stays.")],
        [("removed", "Gone.")],
        [("same", "The end.")],
    ]


def test_every_language_has_every_page(published: Flask, visitor: Visitor) -> None:
    for language in ("kk", "ru", "en"):
        for path in ("/consent/archive", "/consent/2026-12-01", "/consent/2026-12-01/since/2023-07-20"):
            assert visitor.page(f"/{language}{path}").root.get("lang") == language
    assert "Our Consent (kk)" in visitor.page("/kk/consent/2026-12-01").heading


def test_old_consents_are_never_moved(published: Flask, visitor: Visitor, clock: FixedClock, person: Person) -> None:
    path = visitor.send(person).headers["Location"]
    own = f"/my/{path.rpartition('/')[2]}"
    before = [rows(published, "SELECT * FROM consents"), visitor.get(f"{path}/receipt.json").data]
    at_first, own_at_first = visitor.page(path).text, links(visitor.page(own))
    sha256 = rows(published, "SELECT sha256 FROM consents")[0][0]
    clock.at += timedelta(days=9)
    assert visitor.page("/consent").heading == "Our Consent (en)"
    assert [rows(published, "SELECT * FROM consents"), visitor.get(f"{path}/receipt.json").data] == before
    assert (visitor.page(path).text, links(visitor.page(own))) == (at_first, own_at_first)
    assert sha256 in at_first
    for page in (visitor.page(path), visitor.page(own)):
        assert links(page)["Consent of the user for processing of personal data"] == "/en/consent/2023-07-20"
    ended = visitor.page("/consent/2023-07-20")
    assert "This revision is no longer in force. Who consented under it stays with it." in ended.text
    assert sha256 in ended.text
    numbers = {"".join(code.itertext()) for code in visitor.page(path).elements("code")}
    (file_sha256,) = {number for number in numbers if len(number) == 64} - {sha256}
    (reference,) = rows(published, "SELECT reference FROM receipts")[0]
    token = visitor.page("/receipts/check").value("token", -1)
    asked = {"way": "paper", "reference": reference, "sha256": file_sha256, "token": token}
    assert "This site issued" in page_of(visitor.post("/receipts/check", asked)).text
    visitor.send(PEOPLE[0])
    assert rows(published, "SELECT revision FROM consents ORDER BY given_at") == [("2023-07-20",), ("2026-12-01",)]


def test_a_form_that_was_open_asks_again_at_once_in_every_worker(
    app: Flask, settings: Settings, clock: FixedClock, visitor: Visitor, person: Person, tmp_path: Path
) -> None:
    today = clock.at.date()
    fields = visitor.filled(person)
    another = migrated(settings, clock=clock)
    run(another, "documents", "publish", "--yes", *write_revision(tmp_path, "today", today))
    answer = visitor.post("/", fields)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "What you consent to has changed since you opened this page" in page.text
    assert page.value("name") == person.name
    assert "Revision today" in page.text
    dispose(another)


def test_a_running_worker_picks_up_what_another_process_published(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    seconds, queries = [0.0], []
    worker, command = migrated(settings, clock=clock), migrated(settings, clock=clock)
    revisions = house_of(worker).revisions
    revisions._tick = lambda: seconds[0]  # type: ignore[method-assign]  # its clock, which is an argument otherwise
    asked = revisions._ask
    revisions._ask = lambda: queries.append(1) or asked()  # type: ignore[method-assign, func-returns-value]  # counted
    visitor = Visitor(worker.test_client())
    first = visitor.page("/consent").heading
    for _ in range(5):
        visitor.page("/consent")
    run(command, "documents", "publish", "--yes", *write_revision(tmp_path, "now", clock.at.date()))
    seconds[0] = 2.9
    assert visitor.page("/consent").heading == first
    assert len(queries) == 1, "one question in a few seconds, whatever is asked for"
    seconds[0] = 3.0
    assert visitor.page("/consent").heading == "Our Consent (en)"
    assert len(queries) == 2
    assert DRAFT in visitor.page("/consent").text
    run(command, "documents", "approve", "consent", "now", "--by", "A. Lawyer")
    seconds[0] = 6.0
    assert DRAFT not in visitor.page("/consent").text
    dispose(worker)
    dispose(command)


def test_while_the_database_is_away_the_site_shows_what_it_knows(
    app: Flask, published: Flask, visitor: Visitor, settings: Settings
) -> None:
    heading = visitor.page("/consent/2026-12-01").heading
    app.extensions["kelisim"].revisions._next_look = 0.0
    (settings.instance / "kelisim.sqlite3").rename(settings.instance / "away")
    assert visitor.page("/consent/2026-12-01").heading == heading
    assert not house_of(app).revisions.is_due
    (settings.instance / "away").rename(settings.instance / "kelisim.sqlite3")


@pytest.mark.parametrize("path", ["/", "/consent", "/policy", "/cookies", "/consent/2023-07-20"])
def test_a_draft_is_said_once_until_it_is_approved_and_a_trial_never_twice(
    app: Flask, visitor: Visitor, path: str
) -> None:
    page = visitor.page(path)
    assert page.text.count("Draft") == 1
    assert page.text.count(TRIAL) == 1
    for kind, revision in (("consent", "2023-07-20"), ("policy", "2026-11-22"), ("cookies", "2026-11-22")):
        assert run(app, "documents", "approve", kind, revision, "--by", "A. Lawyer").exit_code == 0
    page = visitor.page(path)
    assert "Draft" not in page.text
    assert page.text.count(TRIAL) == 1


def test_an_approval_is_of_the_very_words(app: Flask, settings: Settings, clock: FixedClock) -> None:
    run(app, "documents", "approve", "consent", "2023-07-20", "--by", "A. Lawyer")
    changed = migrated(replace(settings, operator_address="Astana, Kenesary Street 40"), clock=clock)
    assert DRAFT in Visitor(changed.test_client()).page("/consent").text
    dispose(changed)


def test_a_receipt_leads_to_the_words_of_its_day(
    app: Flask, visitor: Visitor, person: Person, settings: Settings, clock: FixedClock
) -> None:
    path = visitor.send(person).headers["Location"]
    sha256 = rows(app, "SELECT sha256 FROM consents")[0][0]
    then = visitor.get("/consent/2023-07-20.txt").data
    changed = migrated(replace(settings, operator_address="Astana, Kenesary Street 40"), clock=clock)
    later = Visitor(strict_client(changed))
    address = links(later.page(path))["Consent of the user for processing of personal data"]
    assert address == f"/texts/{sha256}.txt"
    assert later.get(address).data == then != later.get("/consent/2023-07-20.txt").data
    assert later.get(f"/texts/{'0' * 64}.txt").status_code == 404
    dispose(changed)


def test_markup_in_a_difference_stays_text(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    words = "<script>alert(1)</script> & <ins>not ours</ins>\n"
    run(app, "documents", "publish", "--yes", *write_revision(tmp_path, "x", DAY, words=words))
    page = visitor.page("/consent/x/since/2023-07-20")
    assert words.strip() in page.text


def test_the_damage_of_a_published_text_does_not_take_the_site_down(published: Flask, visitor: Visitor) -> None:
    connection = connect(published)
    for verb in ("update", "replace"):
        connection.execute(f"DROP TRIGGER published_documents_no_{verb}")
    connection.execute("UPDATE published_documents SET kind = 'terms'")
    connection.close()
    fresh = migrated(house_of(published).settings, clock=house_of(published).clock)
    other = Visitor(fresh.test_client())
    assert other.page("/consent").heading == "Consent of the user for processing of personal data"
    assert other.get("/consent/2026-12-01").status_code == 404
    dispose(fresh)
