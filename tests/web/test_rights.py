"""The public site with a database account of its own, which may do what the site does and nothing more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege

from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.storage.rights import PUBLIC_SITE
from kelisim.web.visit_writer import VisitWriter
from tests.conftest import FixedClock, dispose, lent, migrated
from tests.support.people import Person
from tests.support.postgres import PostgresServer
from tests.support.rights import asked
from tests.support.schema import migrate_database
from tests.support.visitor import Visitor
from tests.web import handing_over
from tests.web.conftest import strict_client
from tests.web.desk import Desk

ACCOUNT = "kelisim_site"


@pytest.fixture
def owner(instance: Path, postgres: PostgresServer) -> Iterator[Settings]:
    """Settings of the desk, whose account owns the tables."""
    address, give_back = postgres.lend(migrate_database)
    with psycopg.connect(plain(address), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ACCOUNT} LOGIN")
    yield Settings(instance=instance, database_url=address)
    with psycopg.connect(plain(address), autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ACCOUNT}")
        connection.execute(f"DROP ROLE {ACCOUNT}")
    give_back()


def plain(address: str) -> str:
    return address.replace("+psycopg", "", 1)


def of_the_site(address: str) -> str:
    """The same database, for the site's account."""
    return address.replace("//postgres:", f"//{ACCOUNT}:", 1)


@pytest.fixture
def whole(owner: Settings, clock: FixedClock) -> Iterator[Flask]:
    """A process of the desk."""
    with lent(owner, clock) as app:
        yield app


@pytest.fixture
def public(whole: Flask, owner: Settings, clock: FixedClock) -> Iterator[Flask]:
    """A process of the public site, on an account with the rights that ``flask rights`` prints."""
    done = whole.test_cli_runner().invoke(args=["rights", ACCOUNT])
    assert done.exit_code == 0, done.output
    with psycopg.connect(plain(owner.database_url), autocommit=True) as connection:
        connection.execute(done.output)
    built = migrated(replace(owner, role="public", database_url=of_the_site(owner.database_url)), clock=clock)
    yield built
    dispose(built)


def test_the_site_works_on_an_account_of_its_own(
    public: Flask, whole: Flask, clock: FixedClock, person: Person
) -> None:
    with public.app_context():
        assert db.session.scalar(db.text("SELECT current_user")) == ACCOUNT
    desk = Desk(strict_client(whole), whole, clock).whole()
    handing_over.tell_of_a_partner(whole)
    visitor = Visitor(strict_client(public))
    answer = {"answer": "accept", "token": visitor.page("/cookies").value("token", -1), "next": "/"}
    assert visitor.post("/cookies", answer).status_code == 303
    secret = visitor.send(person, topic="feedback").headers["Location"].rpartition("/")[2]
    assert visitor.get(f"/receipt/{secret}").status_code == 200
    assert visitor.get(f"/receipt/{secret}/evidence.zip").status_code == 200
    reference = desk.page("/operator/submissions").elements("code")[0].text or ""
    handing_over.transfer(desk, reference, handing_over.recipient(desk))
    handing_over.correct(visitor, secret)
    for act in ("block", "unblock", "withdraw"):
        path = f"/my/{secret}/{act}"
        fields = {"token": visitor.page(path).value("token"), "reason": "unlawful"}
        assert visitor.post(path, fields).status_code == 303, act
    assert person.second_name not in visitor.page("/receipts/check").text
    for path in ("/rights", "/recipients", "/consent", "/.well-known/kelisim-journal.json", "/readyz"):
        assert visitor.get(path).status_code == 200, path
    VisitWriter(public).write()
    with public.app_context():
        assert db.session.scalar(db.text("SELECT count(*) FROM visit_counts"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM operators",
        "SELECT * FROM operator_sessions",
        "INSERT INTO set_up_links SELECT * FROM set_up_links",
        "UPDATE operators SET role = 'administrator'",
        "DELETE FROM submissions",
        "UPDATE receipts SET secret_hash = ''",
        "DELETE FROM journal",
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "CREATE TABLE mine (number INTEGER)",
        "TRUNCATE visits",
    ],
)
def test_the_account_may_not_do_what_is_the_desks(public: Flask, owner: Settings, statement: str) -> None:
    with (
        psycopg.connect(of_the_site(plain(owner.database_url))) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_a_right_that_is_not_in_the_table_is_noticed() -> None:
    assert asked("UPDATE submissions SET state=? WHERE submissions.id = ?") == {("submissions", "UPDATE")}
    assert asked("DELETE FROM exports WHERE id IN (SELECT id FROM operators)") == {
        ("exports", "DELETE"),
        ("operators", "SELECT"),
    }
    assert "operators" not in PUBLIC_SITE


@pytest.mark.parametrize("name", ["Site", "kelisim site", "x; DROP TABLE journal", ""])
def test_a_name_that_would_need_quoting_is_refused(whole: Flask, name: str) -> None:
    done = whole.test_cli_runner().invoke(args=["rights", name])
    assert (done.exit_code, "is no plain name" in done.output) == (1, True)


def test_on_sqlite_there_are_no_rights_to_give(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["rights", ACCOUNT])
    assert (done.exit_code, "is no PostgreSQL" in done.output) == (1, True)
