"""Accepting a form writes all of it or nothing, once (promise P1)."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kelisim.domain.purposes import Purpose
from kelisim.services import journal, submissions
from kelisim.storage.db import DATABASE_AWAY, db, writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.documents import ShownText
from kelisim.storage.tables.submissions import ReceiptRow
from tests.services.given import OF_ONE_FORM, STATEMENTS, TABLES, consent, counts, failing_insert, house_of, send, shown
from tests.support.people import Person

FORM = b"f" * 16
NOTHING = dict.fromkeys(OF_ONE_FORM, 0)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def test_a_sent_form_writes_its_five_kinds_of_rows_and_no_other(site: Flask, person: Person) -> None:
    accepted = send(site, person)
    assert not accepted.repeated
    assert counts() == {**dict.fromkeys(TABLES, 0), **OF_ONE_FORM}
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


def test_the_consent_record_points_to_the_very_words_that_were_shown(site: Flask, person: Person) -> None:
    send(site, person, topic=Purpose.SUPPORT, mailing=True)
    row = db.session.scalars(select(ConsentRow)).one()
    text_shown, policy = shown(site, house_of(site).now)
    kept = {found.sha256: found.plain for found in db.session.scalars(select(ShownText))}
    assert (kept[row.sha256], kept[row.policy_sha256]) == (text_shown.plain, policy.plain)
    assert (row.person_states, row.operator_states) == ([*STATEMENTS.person], [*STATEMENTS.operator])
    assert row.purposes == ["personal_pages", "mailing", "feedback", "support"]
    assert (row.method, row.language, row.given_at) == ("site_form", "en", house_of(site).now)


def test_a_text_is_kept_once(site: Flask, person: Person) -> None:
    send(site, person)
    send(site, person)
    assert counts(*OF_ONE_FORM) == {**{table: 2 * rows for table, rows in OF_ONE_FORM.items()}, "shown_texts": 2}


@pytest.mark.parametrize("first_are_there", [False, True])
def test_a_fault_at_any_statement_leaves_nothing_of_the_form(
    site: Flask, person: Person, first_are_there: bool
) -> None:
    if first_are_there:
        send(site, person)
    before = counts()
    for table in OF_ONE_FORM if not first_are_there else sorted(set(OF_ONE_FORM) - {"shown_texts"}):
        with failing_insert(table):
            with pytest.raises(DBAPIError, match="injected fault"):
                send(site, person, form_id=FORM)
            assert counts() == before, table
    assert not send(site, person, form_id=FORM).repeated
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None


def test_a_fault_at_the_commit_itself_leaves_nothing_of_the_form(site: Flask, person: Person) -> None:
    with writing(db.session()):
        db.session.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
        late = "REFERENCES parents DEFERRABLE INITIALLY DEFERRED"
        db.session.execute(text(f"CREATE TABLE orphans (id INTEGER {late})"))
        body = "BEGIN INSERT INTO orphans VALUES (1); {} END"
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text(f"CREATE TRIGGER fault AFTER INSERT ON receipts {body.format('')}"))
        else:
            db.session.execute(
                text(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ {body.format('RETURN NEW;')} $$")
            )
            db.session.execute(
                text("CREATE TRIGGER fault AFTER INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION fault()")
            )
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        send(site, person)
    assert counts(*OF_ONE_FORM) == NOTHING


# A file has no connection that could die: the crash tests kill the whole process instead.
@pytest.mark.parametrize("each_database", ["postgresql"], indirect=True)
def test_a_connection_that_dies_in_the_middle_leaves_nothing_of_the_form(site: Flask, person: Person) -> None:
    with writing(db.session()):
        body = "BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END"
        db.session.execute(text(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        db.session.execute(text("CREATE TRIGGER fault AFTER INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION fault()"))
    with pytest.raises(DATABASE_AWAY):
        send(site, person)
    assert counts(*OF_ONE_FORM) == NOTHING


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
def test_randomness_that_fails_leaves_nothing_of_the_form(app: Flask, person: Person, fails_at: int) -> None:
    calls: list[int] = []

    def failing(count: int) -> bytes:
        calls.append(count)
        if len(calls) == fails_at:
            raise OSError("no randomness")
        return secrets.token_bytes(count)

    with app.app_context():
        with pytest.raises(OSError, match="no randomness"):
            send(app, person, randomness=failing)
        assert counts(*OF_ONE_FORM) == NOTHING


def test_the_same_form_again_gives_the_first_receipt_whatever_it_says(site: Flask, person: Person) -> None:
    first = send(site, person, form_id=FORM)
    second = send(site, person._replace(name="Другая"), form_id=FORM, mailing=True)
    assert (second.secret, second.repeated) == (first.secret, True)
    assert counts(*OF_ONE_FORM) == OF_ONE_FORM
    keys = house_of(site).keys
    assert submissions.repeated(db.session(), FORM, keys) == second
    assert submissions.repeated(db.session(), b"g" * 16, keys) is None


def test_sixteen_clicks_at_once_are_one_submission(app_on_each: Flask, person: Person) -> None:
    together = Barrier(16)

    def click(_: int) -> submissions.Accepted:
        with app_on_each.app_context():
            consent(app_on_each, house_of(app_on_each).now)
            together.wait()
            return send(app_on_each, person, form_id=FORM)

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(click, range(16)))
    assert len({answer.secret for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False, *[True] * 15]
    with app_on_each.app_context():
        assert counts(*OF_ONE_FORM) == OF_ONE_FORM


def test_sixteen_people_at_once_are_sixteen_submissions_in_one_whole_journal(
    app_on_each: Flask, person: Person
) -> None:
    def click(_: int) -> str:
        with app_on_each.app_context():
            return send(app_on_each, person).secret

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(click, range(16)))) == 16
    with app_on_each.app_context():
        assert counts("submissions", "journal", "shown_texts") == {"submissions": 16, "journal": 32, "shown_texts": 2}
        assert journal.verify(db.session(), key=house_of(app_on_each).keys.site.journal) is None


def test_a_reference_that_is_taken_is_drawn_again(site: Flask, person: Person) -> None:
    drawn = iter([bytes(16), bytes(16), bytes(16), b"\x01" * 16])

    def repeating(count: int) -> bytes:
        return next(drawn) if count == 16 else secrets.token_bytes(count)

    for _ in range(2):
        assert not send(site, person, randomness=repeating).repeated
    references = set(db.session.scalars(select(ReceiptRow.reference)))
    assert len(references) == 2
    assert "33333333" in references
    assert counts("submissions", "journal") == {"submissions": 2, "journal": 4}
    with pytest.raises(RuntimeError, match="not random"):
        send(site, person, randomness=lambda count: bytes(count) if count == 16 else secrets.token_bytes(count))
    assert counts("submissions", "journal") == {"submissions": 2, "journal": 4}
