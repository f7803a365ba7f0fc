"""The commands: one line that says what was done or what is wrong, never a trace."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from kelisim.app import create_app
from kelisim.invitation import first_link
from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.desk import NAME, Desk
from tests.web.rows import connect, count, rows

LINK = re.compile(rf"{re.escape(ORIGIN)}/operator/set-up/[0-9a-f]{{48}}")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def failed(result: Result) -> str:
    """The one line of a command that could not do it."""
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    assert "Traceback" not in result.output
    return result.output


@pytest.mark.parametrize("name", ["aigerim", NAME, "a.b_c@d", "Zoë O'Connor-Smith", "山田"])
def test_an_operator_is_added_with_a_link_that_works_once(app: Flask, desk: Desk, name: str) -> None:
    result = run(app, "operators", "add", name)
    link, note, role = result.output.splitlines()
    assert result.exit_code == 0
    assert LINK.fullmatch(link)
    assert (note, role) == ("The link works once, for 24 hours.", "Role: administrator.")
    assert desk.get(link.removeprefix(ORIGIN)).status_code == 200
    assert rows(app, "SELECT name FROM operators") == [(name.casefold(),)]
    assert link.rpartition("/")[2] not in str(rows(app, "SELECT * FROM set_up_links"))


@pytest.mark.parametrize("name", ["", " ", "a\nb\x00", "x" * 65, "<b>", "/", "🙂", "a;b", "\u202e"])
def test_what_is_no_name_is_refused(app: Flask, name: str) -> None:
    assert "cannot be a name" in failed(run(app, "operators", "add", name))
    assert count(app, "operators") == 0


def test_the_same_name_is_not_added_twice_however_it_is_written(app: Flask) -> None:
    run(app, "operators", "add", NAME)
    for again in (NAME, NAME.upper(), f"  {NAME}"):
        assert "is there already" in failed(run(app, "operators", "add", again))
    assert count(app, "operators") == 1


def test_a_reset_needs_somebody_to_reset(app: Flask) -> None:
    assert "There is no operator 'nobody'" in failed(run(app, "operators", "reset", "nobody"))


def test_the_journal_is_verified(app: Flask, visitor: Visitor, person: Person) -> None:
    assert run(app, "journal", "verify").output == "The journal holds: 0 entries.\n"
    for _ in range(3):
        visitor.send(person)
    assert run(app, "journal", "verify").output == "The journal holds: 7 entries.\n"
    with closing(connect(app)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE journal SET actor = 'operator:9' WHERE number = 4")
    assert "the journal does not hold from entry 4 on" in failed(run(app, "journal", "verify"))


@pytest.mark.parametrize("words", [("operators", "add", "x"), ("operators", "reset", "x"), ("journal", "verify")])
def test_a_database_that_does_not_answer_is_said_in_one_line(settings: Settings, words: tuple[str, ...]) -> None:
    app = create_app(settings)
    assert "the database does not answer (no such table" in failed(run(app, *words))
    dispose(app)


def test_the_first_link_is_given_until_somebody_has_finished_a_set_up(app: Flask, desk: Desk) -> None:
    first, second = first_link(app), first_link(app)
    assert first is not None
    assert second is not None
    assert LINK.fullmatch(first)
    assert desk.get(first.removeprefix(ORIGIN)).status_code == 404, "a later one puts it out of use"
    desk.set_up(desk.link())
    assert first_link(app) is None
    assert count(app, "operators") == 2
    assert rows(app, "SELECT count(*) FROM operators WHERE password_hash IS NOT NULL") == [(1,)]


def test_there_is_no_account_before_somebody_makes_one(app: Flask) -> None:
    assert count(app, "operators") == 0


def test_a_link_lasts_as_long_as_the_settings_say(settings: Settings, clock: FixedClock) -> None:
    app = migrated(replace(settings, set_up_hours=2, site_address="https://consent.example.kz"), clock=clock)
    result = run(app, "operators", "add", "x")
    assert result.output.startswith("https://consent.example.kz/operator/set-up/")
    assert "for 2 hours" in result.output
    expires = rows(app, "SELECT expires_at FROM set_up_links")[0][0]
    assert expires.startswith(str((clock.at + timedelta(hours=2)).replace(tzinfo=None)))
    dispose(app)


def test_the_choices_are_verified_and_end_as_counts(app: Flask, visitor: Visitor, clock: FixedClock) -> None:
    token = visitor.page("/").value("token")
    visitor.post("/cookies", {"token": token, "answer": "accept"})
    assert run(app, "choices", "verify").output == "The choices hold: 1 records.\n"
    clock.at += timedelta(days=1000)
    assert run(app, "jobs", "run", "choices").exit_code == 0
    assert "1 ended, 2 counted and gone" in run(app, "jobs", "list").output
    visitor.client.delete_cookie("__Host-choice", domain="localhost")
    visitor.post("/cookies", {"token": visitor.page("/").value("token"), "answer": "reject"})
    with closing(connect(app)) as connection:
        connection.execute("DROP TRIGGER choices_no_update")
        connection.execute("UPDATE choices SET language = 'kk'")
        connection.commit()
    assert failed(run(app, "choices", "verify")) == "Error: the records of choices from number 3 do not hold\n"
    clock.at += timedelta(days=1000)
    assert run(app, "jobs", "run", "choices").exit_code == 1
    assert count(app, "choices") == 2, "nothing is counted away; the end of its term is noted"
