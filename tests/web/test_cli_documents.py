"""``flask documents``: what a lawyer's wording goes through, each refusal one line, nothing written."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from kelisim.cli_documents import marked
from kelisim.domain.differences import difference
from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.support.documents import write_revision
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.rows import connect, count, everything, house_of, rows
from tests.web.test_cli import failed, run

DAY = date(2026, 12, 1)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return write_revision(tmp_path, "2026-12-01", DAY)


def test_a_dry_run_says_what_would_be_and_writes_nothing(
    app: Flask, files: list[str], visitor: Visitor, person: Person
) -> None:
    visitor.send(person)
    before = everything(app)
    printed = run(app, "documents", "publish", *files)
    assert printed.exit_code == 0
    for words in (
        "consent 2026-12-01 (en) follows 2023-07-20, in force from 2026-12-01",
        "{+", "[-", "SHA-256 ",
        "- Visitors with a form open are asked to tick the box again; what they typed is kept.",
        "- 1 standing consents stay on 2023-07-20 and are not moved.",
        "flask documents approve consent 2026-12-01 --by NAME",
        "This was a dry run: nothing is written. Add --yes to publish.",
    ):  # fmt: skip
        assert words in printed.output, words
    assert everything(app) == before


def test_what_is_published_holds_the_facts_of_that_day_whatever_is_set_later(
    app: Flask, files: list[str], settings: Settings, clock: FixedClock
) -> None:
    assert "Published: 3 texts" in run(app, "documents", "publish", "--yes", *files).output
    changed = migrated(replace(settings, operator_name="Another Company", retention_years=9), clock=clock)
    page = Visitor(changed.test_client()).page("/consent/2026-12-01")
    assert "You give your data to Private Company Artsofte.KZ Limited." in page.text
    assert (
        "They are kept for 3 years from the day of sending, or from the last contact with you if that was later."
        in page.text
    )
    dispose(changed)


def test_a_list_names_every_text(app: Flask, files: list[str]) -> None:
    run(app, "documents", "publish", "--yes", *files)
    run(app, "documents", "approve", "policy", "2026-11-22", "--by", "A. Lawyer")
    lines = [line.split() for line in run(app, "documents", "list").output.splitlines()]
    assert len(lines) == 12
    assert [line[:4] for line in lines[:4]] == [
        ["consent", "2026-12-01", "2026-12-01", "coming"],
        ["consent", "2026-12-01", "2026-12-01", "coming"],
        ["consent", "2026-12-01", "2026-12-01", "coming"],
        ["consent", "2023-07-20", "2023-07-20", "in"],
    ]
    assert [line[-2] for line in lines] == [*["draft"] * 6, *["approved"] * 3, *["draft"] * 3]
    assert {line[-1] for line in lines} == {document.sha256 for document in house_of(app).library}


def mended(path: str, before: str, after: str) -> None:
    source = Path(path).read_text(encoding="utf-8")
    assert before in source
    Path(path).write_text(source.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("$operator_name", "$operator_phone", "'operator_phone' is not stated or not a known fact"),
        ('kind = "consent"', 'kind = "contract"', "'contract' is not a valid Kind"),
        ("+++\nkind", "kind", "has no front matter"),
        ('title = "', 'titel = "', "'title' is not stated"),
        ("in_force = 2026-12-01", "in_force = 2026-11-21", "its languages differ in in_force"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_written(
    app: Flask, files: list[str], before: str, after: str, says: str
) -> None:
    mended(files[2], before, after)
    there = everything(app)
    for words in (("publish",), ("publish", "--yes")):
        assert says in failed(run(app, "documents", *words, *files))
    assert everything(app) == there


def test_what_may_not_be_is_refused_in_one_line(app: Flask, files: list[str], tmp_path: Path) -> None:
    run(app, "documents", "publish", "--yes", *files)
    there = everything(app)
    changed = tmp_path / "changed"
    changed.mkdir()
    cases = (
        ([], "name the files to publish"),
        (files, "is there already, word for word"),
        (files[:2], "en is missing"),
        (write_revision(changed, "2026-12-01", DAY, words="Changed.\n"), "other words and never changes"),
        (write_revision(changed, "2023-07-20", DAY), "consent 2023-07-20 is there with other words"),
        (write_revision(changed, "old", date(2026, 11, 21)), "nothing is back-dated"),
        ([str(tmp_path / "nothing.md")], "cannot be read as UTF-8"),
    )
    for paths, says in cases:
        assert says in failed(run(app, "documents", "publish", "--yes", *paths))
    for words, says in (
        (("consent", "2027", "--by", "A"), "there is no consent '2027'"),
        (("consent", "2026-12-01", "--by", " "), "say who approves"),
    ):
        assert says in failed(run(app, "documents", "approve", *words))
    assert everything(app) == there


def test_today_is_the_day_in_almaty(app: Flask, clock: FixedClock, tmp_path: Path) -> None:
    paths = write_revision(tmp_path, "r", DAY)
    clock.at = clock.at.replace(month=12, day=1, hour=19, minute=0)
    assert "today is 2026-12-02; nothing is back-dated" in failed(run(app, "documents", "publish", "--yes", *paths))
    clock.at = clock.at.replace(hour=18, minute=59)
    assert run(app, "documents", "publish", "--yes", *paths).exit_code == 0


@pytest.fixture
def published(app: Flask, files: list[str]) -> Flask:
    run(app, "documents", "publish", "--yes", *files)
    return app


def test_a_damaged_text_is_named_and_the_exit_code_says_so(
    published: Flask, visitor: Visitor, person: Person, settings: Settings, clock: FixedClock
) -> None:
    visitor.send(person)
    said = "The documents hold: 3 published texts, 2 texts that were shown or approved.\n"
    assert run(published, "documents", "verify").output == said
    changed = migrated(replace(settings, operator_address="Astana, Kenesary Street 40"), clock=clock)
    noted = run(changed, "documents", "verify")
    assert noted.exit_code == 0
    assert "Note: consent 2023-07-20 (en) reads otherwise than it was shown" in noted.output
    dispose(changed)
    with closing(connect(published)) as connection:
        connection.execute("DROP TRIGGER published_documents_no_update")
        connection.execute("UPDATE published_documents SET title = 'Other' WHERE language = 'ru'")
    line = failed(run(published, "documents", "verify"))
    assert line == "Error: consent 2026-12-01 (ru): the published text is not what was published\n"


def test_approving_is_said_and_journalled(published: Flask) -> None:
    printed = run(published, "documents", "approve", "consent", "2026-12-01", "--by", "A. Lawyer").output
    assert printed.count("Approved: consent 2026-12-01 (") == 3
    assert count(published, "journal") == 6
    assert "A. Lawyer" not in str(rows(published, "SELECT details, actor FROM journal"))


def test_a_difference_is_readable_in_a_terminal() -> None:
    kept = "What stays is not repeated at length, since nobody reads it twice. " * 4
    old, new = f"{kept}\n\nKept for one year.\n", f"{kept}\n\nKept for three years.\n"
    shown = marked(difference(old, new))
    assert "Kept for [-one year.-] {+three years.+}" in shown
    assert shown.startswith("… ")
    assert len(shown) < 250
    assert marked(difference("One line.\n", "One\nline.\n")) == "No word changed."
