"""The Operator is told by mail of what happens: each thing once, without a personal value, over TLS."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.domain.languages import LANGUAGES
from kelisim.domain.mails import MailKind
from kelisim.jobs import JOBS, Job
from kelisim.runner import Runner
from kelisim.services import jobs
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, dispose, migrated
from tests.support.mail import OPERATOR, Mailbox, mail_server
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, rows

pytestmark = pytest.mark.usefixtures("prepared")

SUBMISSIONS, CLOCKS = MailKind.SUBMISSIONS, MailKind.CLOCKS
LATE_JOBS, BROKEN_JOURNAL = MailKind.LATE_JOBS, MailKind.BROKEN_JOURNAL
LETTER = {
    "kind": "access",
    "channel": "letter",
    "identity": "secret_link",
    "language": "en",
}


@pytest.fixture
def settings(instance: Path) -> Settings:
    """A mail server is set; nobody has asked it yet."""
    return Settings(instance=instance, operator_email=OPERATOR, smtp_host="mail.invalid", mail_language="en")


@pytest.fixture
def person_at(app: Flask) -> Visitor:
    return Visitor(strict_client(app))


@pytest.fixture
def operator(desk: Desk, prepared: Prepared) -> Desk:
    desk.secret = prepared.secret
    return desk.sign_in()


def told(app: Flask, kind: MailKind) -> list[tuple[str, str]]:
    """Subject and text of every mail of a kind that was queued since the last call."""
    assert Runner(app).run_now("notices")
    found = rows(app, f"SELECT subject, text FROM mails WHERE kind = '{kind.value}' ORDER BY number")
    with closing(connect(app)) as database:
        database.execute("DELETE FROM mails")
    return found


def references(app: Flask) -> list[str]:
    return [row[0] for row in rows(app, "SELECT reference FROM receipts ORDER BY submission_id")]


def test_new_submissions_are_told_by_reference_once_and_gathered(
    app: Flask, person_at: Visitor, operator: Desk, clock: FixedClock
) -> None:
    person_at.send(PEOPLE[0])
    before = references(app)
    assert told(app, SUBMISSIONS) == [], "what came before notices were sent is not news"
    person_at.send(PEOPLE[1])
    ((subject, text),) = told(app, SUBMISSIONS)
    assert subject == "Kelisim: new submissions: 1"
    before, (second,) = references(app), set(references(app)) - set(before)
    link = f"https://localhost:8443/operator/submissions/{second}"
    assert text == f"There is 1 new submission.\n\n{link}\n"
    assert operator.get(link.removeprefix("https://localhost:8443")).status_code == 200
    for one in PEOPLE[2:4]:
        person_at.send(one)
    assert told(app, SUBMISSIONS) == [], "within a quarter of an hour they are gathered"
    clock.at += timedelta(minutes=15)
    ((subject, text),) = told(app, SUBMISSIONS)
    named = {line.rpartition("/")[2] for line in text.splitlines()[2:]}
    assert named == set(references(app)) - set(before)
    clock.at += timedelta(minutes=15)
    assert told(app, SUBMISSIONS) == []
    for one in PEOPLE[:4]:
        for value in (one.name, one.second_name, one.e164):
            assert value not in subject + text


def test_many_submissions_are_counted_behind_the_first_twenty(app: Flask, person_at: Visitor) -> None:
    assert told(app, SUBMISSIONS) == []
    for _ in range(22):
        person_at.send(PEOPLE[0])
    ((_, text),) = told(app, SUBMISSIONS)
    lines = text.splitlines()
    assert lines[0] == "There are 22 new submissions."
    assert lines[-2:] == ["And 2 more:", "https://localhost:8443/operator/submissions"]
    assert len(lines) == 2 + 20 + 3


def test_each_clock_is_told_once_when_it_is_near_and_once_when_it_is_over(
    app: Flask, person_at: Visitor, operator: Desk, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)  # a Friday
    person_at.send(PEOPLE[0])
    operator.sign_in()
    (reference,) = references(app)
    fields = {**LETTER, "reference": reference, "received": "2026-12-11"}
    path = "/operator/requests/new"
    form = {**fields, "csrf_token": operator.page(path).value("csrf_token", -1)}
    assert operator.post(path, form).status_code == 303
    assert told(app, CLOCKS) == [], "three working days are left"
    clock.at = datetime(2026, 12, 14, 7, 0, tzinfo=UTC)
    assert told(app, CLOCKS) == [], "two are left: the 16th is a holiday"
    clock.at = datetime(2026, 12, 15, 7, 0, tzinfo=UTC)
    ((near_subject, near_text),) = told(app, CLOCKS)
    clock.at = datetime(2026, 12, 17, 7, 0, tzinfo=UTC)
    assert told(app, CLOCKS) == []
    clock.at = datetime(2026, 12, 18, 7, 0, tzinfo=UTC)
    ((over_subject, over_text),) = told(app, CLOCKS)
    assert told(app, CLOCKS) == []
    assert (near_subject, over_subject) == ("Kelisim: due soon: 1", "Kelisim: overdue: 1, due soon: 0")
    assert f", {reference}: 17\u00a0December 2026, the term ends soon" in near_text
    assert f", {reference}: 17\u00a0December 2026, the term is over" in over_text
    link = near_text.splitlines()[-1].removeprefix("https://localhost:8443")
    assert operator.sign_in().get(link).status_code == 200
    for value in (PEOPLE[0].name, PEOPLE[0].second_name, PEOPLE[0].e164):
        assert value not in near_text + over_text


def test_every_noun_of_a_clock_has_an_address_that_opens(
    app: Flask, person_at: Visitor, operator: Desk, clock: FixedClock
) -> None:
    person_at.send(PEOPLE[0])
    path = "/operator/incidents/new"
    incident = {"kind": "loss", "day": "2026-11-10", "hour": "10:00", "categories": "phone", "persons": "3"}
    form = {**incident, "csrf_token": operator.page(path).value("csrf_token", -1)}
    assert operator.post(path, form).status_code == 303
    texts = [text for _, text in told(app, CLOCKS)]
    assert Runner(app).run_now("retention")
    clock.at += timedelta(days=3 * 366 - 10)
    assert Runner(app).run_now("retention")
    clock.at += timedelta(days=20)
    texts += [text for _, text in told(app, CLOCKS)]
    operator.sign_in()
    paths = {
        line.removeprefix("https://localhost:8443") for text in texts for line in text.splitlines() if "://" in line
    }
    assert {path.split("/")[2] for path in paths} == {"incidents", "retention"}
    for path in paths:
        assert operator.get(path).status_code == 200, path


def test_a_late_job_is_told_once_until_it_has_run_well(app: Flask, operator: Desk, clock: FixedClock) -> None:
    def fail(_house: object) -> str:
        raise ValueError

    assert told(app, LATE_JOBS) == []
    broken = Job("sweep", lambda _settings: timedelta(hours=1), fail)
    for _ in range(2):
        assert not Runner(app, (broken,)).run_now("sweep")
    assert told(app, LATE_JOBS) == [], "twice is a coincidence"
    assert "None is late." in operator.page("/operator").text
    assert not Runner(app, (broken,)).run_now("sweep")
    ((subject, text),) = told(app, LATE_JOBS)
    assert subject == "Kelisim: jobs are late"
    assert text.startswith("The background worker does not do in time: sweep.")
    assert "Jobs of the worker Late sweep" in operator.page("/operator").text
    assert told(app, LATE_JOBS) == []
    assert Runner(app).run_now("sweep")
    assert told(app, LATE_JOBS) == []
    with app.app_context():
        every = {job.name: job.every(app.extensions["kelisim"].settings) for job in JOBS}
        jobs.enter(db.session(), every, now=clock.at)
        for name in every:
            jobs.put_back(db.session(), name, holder="", now=clock.at)
    clock.at += timedelta(minutes=59)
    assert told(app, LATE_JOBS) == []
    clock.at += timedelta(minutes=2)
    ((_, text),) = told(app, LATE_JOBS)
    assert "sweep" not in text, "it is not due yet"
    assert "export-ends" in text, "nobody has begun it"


def test_a_broken_chain_is_told_once_until_a_check_finds_it_whole(
    app: Flask, person_at: Visitor, operator: Desk, clock: FixedClock
) -> None:
    person_at.send(PEOPLE[0])
    assert told(app, BROKEN_JOURNAL) == []
    (was,) = rows(app, "SELECT act FROM journal WHERE number = 2")
    with closing(connect(app)) as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE journal SET act = 'use' WHERE number = 2")
    clock.at += timedelta(hours=1)
    ((subject, text),) = told(app, BROKEN_JOURNAL)
    assert subject == "Kelisim: the journal does not hold"
    assert text.startswith("The journal does not hold from entry 2 on.")
    operator.sign_in()
    token = operator.page("/operator/journal").value("csrf_token", -1)
    operator.post("/operator/journal", {"csrf_token": token})
    assert told(app, BROKEN_JOURNAL) == [], "the check at the desk finds the same"
    with closing(connect(app)) as database:
        database.execute("UPDATE journal SET act = ? WHERE number = 2", was)
    app.extensions["kelisim"].journal_watch.take(None)
    operator.post("/operator/journal", {"csrf_token": token})
    assert told(app, BROKEN_JOURNAL) == []
    assert rows(app, "SELECT count(*) FROM notices WHERE kind = 'broken_journal'") == [(0,)]


def test_each_kind_can_be_turned_off_and_begins_anew(settings: Settings, clock: FixedClock) -> None:
    quiet = replace(settings, notice_submissions=False, notice_clocks=False, notice_jobs=False, notice_journal=False)
    for now in (settings, quiet, settings):
        app = migrated(now, clock=clock)
        assert told(app, SUBMISSIONS) == []
        kept = rows(app, "SELECT kind FROM notices")
        assert kept == ([("submissions",)] if now is settings else [])
        Visitor(strict_client(app)).send(PEOPLE[0])
        dispose(app)


def test_a_form_that_was_not_taken_is_not_told(app: Flask, person_at: Visitor) -> None:
    assert told(app, SUBMISSIONS) == []
    with closing(connect(app)) as database:
        database.execute("CREATE TRIGGER fault AFTER INSERT ON receipts BEGIN SELECT RAISE(ABORT, 'fault'); END")
    assert person_at.post("/", person_at.filled(PEOPLE[0])).status_code == 500
    assert told(app, SUBMISSIONS) == []


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def test_a_notice_goes_over_tls_in_each_language_and_the_desk_says_how_mail_stands(
    settings: Settings, prepared: Prepared, tmp_path: Path, clock: FixedClock, mailbox: Mailbox
) -> None:
    with mail_server(tmp_path / "mail", mailbox) as server:
        there = replace(
            settings,
            mail_language="",
            smtp_host=server.host,
            smtp_user=server.user,
            smtp_password_file=server.password_file,
            smtp_authority=server.authority,
        )
        texts = []
        for port, words in (
            (1, "A notice has not come through yet: the mail server does not answer."),
            (server.port, "On: notices go to"),
        ):
            app = migrated(replace(there, smtp_port=port), clock=clock)
            assert Runner(app).run_now("notices")
            Visitor(strict_client(app)).send(PEOPLE[0])
            assert Runner(app).run_now("notices")
            clock.at += timedelta(minutes=20)
            assert Runner(app).run_now("mails")
            desk = Desk(strict_client(app), app, clock)
            desk.secret = prepared.secret
            texts.append(desk.sign_in().page("/operator").text)
            assert words in texts[-1]
            dispose(app)
    mail = mailbox.taken[0]
    assert (mail["To"], mail["Auto-Submitted"]) == (OPERATOR, "auto-generated")
    assert str(mail.get_content()).count("/operator/submissions/") == len(LANGUAGES)


def test_without_a_mail_server_the_desk_says_that_mail_is_off(
    instance: Path, prepared: Prepared, clock: FixedClock
) -> None:
    app = migrated(Settings(instance=instance), clock=clock)
    Visitor(strict_client(app)).send(PEOPLE[0])
    assert told(app, SUBMISSIONS) == []
    assert rows(app, "SELECT * FROM notices") == []
    desk = Desk(strict_client(app), app, clock)
    desk.secret = prepared.secret
    assert "Off: no mail server is set (smtp_host)" in desk.sign_in().page("/operator").text
    dispose(app)
