"""``flask doctor``: a sound instance, and each thing that can be ill, with the line that mends it."""

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.core import ROOT
from kelisim.domain.backups import name_of
from kelisim.runner import Runner
from kelisim.serve.certificates import make_ready
from kelisim.services import journal
from kelisim.settings import Settings
from kelisim.storage.db import db
from tests.conftest import FixedClock, dispose, migrated
from tests.support.mail import OPERATOR, Mailbox, mail_server
from tests.support.people import Person
from tests.support.redis import RedisServer
from tests.support.server import AS_ORDINARY_USER
from tests.support.visitor import Visitor
from tests.web.rows import connect, house_of

Examined = dict[str, tuple[str, str, str]]
NAMES = ["settings", "files", "keys", "disk", "certificate", "mail", "backups"]
NAMES += ["database", "migrations", "clock", "worker", "jobs", "journal", "heads", "erasures", "documents"]


def examined(app: Flask) -> Examined:
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    found = {one["name"]: (one["verdict"], one["says"], one["remedy"]) for one in json.loads(done.output)}
    assert done.exit_code == (1 if any(verdict == "mend" for verdict, _, _ in found.values()) else 0)
    assert all(bool(remedy) == (verdict != "ok") for verdict, _, remedy in found.values())
    return found


@pytest.fixture
def clock() -> FixedClock:
    """The real moment: a certificate is checked by OpenSSL, which has a clock of its own."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def sound(app: Flask, visitor: Visitor, person: Person, clock: FixedClock) -> Flask:
    """A trial that has run for a while."""
    instance = house_of(app).settings.instance
    make_ready(instance / "tls", house_of(app).settings.address, clock.at)
    instance.chmod(0o700)
    for file in instance.glob("*.sqlite3*"):
        file.chmod(0o600)
    visitor.send(person)
    for job in ("journal", "retention"):
        assert Runner(app).run_now(job)
    connect(app).execute("DELETE FROM jobs WHERE last_finished IS NULL")
    return app


def ill(app: Flask) -> dict[str, tuple[str, str]]:
    """What is to be mended: what it says and how."""
    return {name: (says, how) for name, (verdict, says, how) in examined(app).items() if verdict == "mend"}


def test_a_folder_that_cannot_be_looked_into_is_named_with_what_mends_it(sound: Flask) -> None:
    instance = house_of(sound).settings.instance
    closed = [instance / "erasures", instance / "backups"]
    for folder in closed:
        folder.mkdir(mode=0, exist_ok=True)
        folder.chmod(0)
    launcher = ["-c", AS_ORDINARY_USER] if os.geteuid() == 0 else []
    done = subprocess.run(
        [sys.executable, *launcher, "-m", "flask", "--app", "wsgi", "doctor", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "site", "KELISIM_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        check=False,
    )
    for folder in closed:
        folder.chmod(0o700)
    found = {one["name"]: (one["says"], one["remedy"]) for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert found["files"][0] == f"cannot be looked into: {closed[0]}, {closed[1]}"
    assert found["files"][1].startswith(f"give them to the owner of {instance} (chown), and ")
    assert "cannot be read (Permission denied)" in found["erasures"][0]
    assert "cannot be read (Permission denied)" in found["backups"][0]


def test_a_sound_trial_needs_no_mending(sound: Flask) -> None:
    found = examined(sound)
    assert list(found) == NAMES
    assert {name for name, (verdict, _, _) in found.items() if verdict == "advice"} == {
        "settings",
        "mail",
        "backups",
        "documents",
    }
    printed = sound.test_cli_runner().invoke(args=["doctor"])
    assert printed.exit_code == 0
    lines = printed.output.splitlines()
    assert len(lines) == len(NAMES)
    assert (
        lines[0]
        == "advice settings: this is a trial. To mend it: set trial = false before real people send their data."
    )
    assert any(line.startswith("ok     certificate: 8") for line in lines)


def test_files_that_others_can_read_are_named(sound: Flask) -> None:
    key = house_of(sound).settings.instance / "keys" / "site.key"
    key.chmod(0o640)
    says, how = ill(sound)["files"]
    assert says == f"others may read or write: {key}"
    assert how.startswith("chmod -R go= ")


def test_a_lost_key_a_bad_certificate_a_full_disk(sound: Flask) -> None:
    instance = house_of(sound).settings.instance
    for name in ("operator.key", "desk.key"):
        (instance / "keys" / name).rename(instance / name)
    (instance / "tls" / "localhost.pem").write_text("none")
    found = ill(sound)
    assert found["keys"][0] == "cannot be read: operator.key, desk.key"
    assert found["certificate"][0].startswith("a browser would refuse it for localhost: ")
    assert found.keys() == {"keys", "certificate"}


def test_a_certificate_for_another_host_or_about_to_end(instance: Path, clock: FixedClock) -> None:
    files = make_ready(instance / "tls", "https://localhost:8443", clock.at)
    shown = Settings(instance=instance, certificate=str(files.certificate), certificate_key=str(files.key))
    app = migrated(shown, clock=clock)
    assert "self-signed" in ill(app)["certificate"][0] or "unable to get" in ill(app)["certificate"][0]
    dispose(app)
    app = migrated(Settings(instance=instance, site_address="https://elsewhere.example"), clock=clock)
    assert "elsewhere.example" in ill(app)["certificate"][0]
    dispose(app)
    clock.at += timedelta(days=80)
    app = migrated(Settings(instance=instance), clock=clock)
    assert ill(app)["certificate"][0].startswith("9 days left")
    dispose(app)


def test_a_schema_of_another_version_and_a_database_that_is_away(sound: Flask) -> None:
    connect(sound).execute("UPDATE alembic_version SET version_num = '0001'")
    found = examined(sound)
    assert found["migrations"][:2] == ("mend", "the schema is 0001")
    assert "journal" not in found
    dispose(sound)
    (house_of(sound).settings.instance / "kelisim.sqlite3").write_bytes(b"no database at all" * 500)
    found = examined(sound)
    assert found["database"][0] == "mend"
    assert "migrations" not in found


def test_a_worker_that_stands_still_and_a_job_that_fails(sound: Flask, clock: FixedClock) -> None:
    clock.at += timedelta(days=3)
    found = ill(sound)
    assert found["worker"][1] == "start the site"
    assert found["jobs"][0] == "late: journal, retention"
    assert found["heads"][1].startswith("flask jobs run journal")
    connect(sound).execute("UPDATE jobs SET failures = 2, last_result = 'failed: OSError' WHERE name = 'journal'")
    assert ill(sound)["jobs"][0] == "failing: journal (failed: OSError)"


def test_a_journal_and_a_clock_that_do_not_fit(sound: Flask, clock: FixedClock) -> None:
    with closing(connect(sound)) as connection:
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("UPDATE journal SET actor = 'nobody' WHERE number = 2")
    clock.at -= timedelta(hours=1)
    found = ill(sound)
    assert found["journal"][0] == "it does not hold from entry 2 on"
    assert "newest entry of the journal is from later" in found["clock"][0]


def test_only_the_tail_of_a_long_journal_is_read(app: Flask, visitor: Visitor, person: Person) -> None:
    visitor.send(person)
    visitor.send(person)
    key = house_of(app).keys.site.journal
    with app.app_context():
        assert journal.verify_tail(db.session(), key=key, at_most=2).number == 5
        assert journal.verify_tail(db.session(), key=key, at_most=9).number == 5
    with closing(connect(app)) as connection:
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("UPDATE journal SET actor = 'nobody' WHERE number = 4")
    with app.app_context():
        assert journal.verify_tail(db.session(), key=key, at_most=2).broken == 4
        assert journal.verify_tail(db.session(), key=key, at_most=1).broken is None


def test_texts_that_were_changed(sound: Flask) -> None:
    with closing(connect(sound)) as connection:
        connection.execute("DROP TRIGGER shown_texts_no_update")
        connection.execute("UPDATE shown_texts SET plain = 'other'")
    assert ill(sound)["documents"] == ("2 are not as they were", "flask documents verify names each")


def test_what_a_real_site_may_not_leave_open(sound: Flask, settings: Settings, clock: FixedClock) -> None:
    dispose(sound)
    real = migrated(replace(settings, trial=False, site_address="https://consent.example.kz"), clock=clock)
    found = ill(real)
    assert found["settings"] == ("the form is closed", "set operator_email in settings.toml")
    assert "nobody has approved: consent 2023-07-20" in found["documents"][0]
    dispose(real)


def test_the_mail_server_is_asked_for_its_tls_and_what_it_says_is_mended(
    instance: Path, tmp_path: Path, clock: FixedClock
) -> None:
    with mail_server(tmp_path / "mail", Mailbox()) as server:
        settings = Settings(
            instance=instance,
            operator_email=OPERATOR,
            smtp_host=server.host,
            smtp_port=server.port,
            smtp_user=server.user,
            smtp_password_file=server.password_file,
            smtp_authority=server.authority,
        )
        app = migrated(settings, clock=clock)
        assert examined(app)["mail"] == ("ok", "localhost answers with TLS", "")
        dispose(app)
        app = migrated(replace(settings, smtp_authority=""), clock=clock)
        assert ill(app)["mail"][0] == "localhost: certificate"
        dispose(app)
        app = migrated(replace(settings, smtp_port=1), clock=clock)
        assert ill(app)["mail"] == ("localhost: away", "check smtp_host, smtp_port and the firewall")
        dispose(app)


def test_backups_that_are_old_or_missing_and_a_folder_that_others_read(
    sound: Flask, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    dispose(sound)
    folder = tmp_path / "elsewhere"
    asked = migrated(replace(settings, backup_hours=6, backup_folder=str(folder)), clock=clock)
    assert ill(asked)["backups"][0] == f"none is in {folder}"
    folder.mkdir(mode=0o700)
    (folder / "notes.txt").touch(mode=0o600)
    (folder / name_of(clock.at - timedelta(hours=30))).touch(mode=0o600)
    assert ill(asked)["backups"][1].startswith("flask jobs run backup")
    (folder / name_of(clock.at - timedelta(hours=11))).touch(mode=0o640)
    found = ill(asked)
    assert "backups" not in found
    assert str(folder) in found["files"][0]
    dispose(asked)


def test_a_ledger_that_lacks_an_act_or_does_not_hold(sound: Flask, visitor: Visitor, person: Person) -> None:
    ledger = house_of(sound).ledger.path
    ledger.parent.mkdir(mode=0o700, exist_ok=True)
    ledger.touch(mode=0o600)
    ledger.write_text("{}\n")
    assert ill(sound)["erasures"] == (
        f"{ledger} does not hold from line 1 on",
        "bring erasures.jsonl back from its newest copy",
    )
    ledger.unlink()
    ledger.mkdir()
    assert "cannot be read (Is a directory)" in ill(sound)["erasures"][0]


def test_the_redis_server_is_asked_and_its_password_is_not_shown(
    sound: Flask, settings: Settings, clock: FixedClock, redis: RedisServer
) -> None:
    dispose(sound)
    for url, said in (
        (redis.url, ("ok", "it answers", "")),
        (
            redis.url.replace("unix://", "unix://me:hidden@"),
            ("mend", "it refuses the name or password", "check them in redis_url"),
        ),
        (
            "redis://:hidden@127.0.0.1:1/0",
            ("mend", "it does not answer: each worker counts limits by itself", "start it, and check redis_url"),
        ),
    ):
        app = migrated(replace(settings, redis_url=url), clock=clock)
        found = examined(app)
        assert found["redis"] == said
        assert "hidden" not in str(found)
        dispose(app)


@pytest.mark.parametrize(
    ("file", "content", "name"),
    [("settings.toml", "trial = 'maybe'", "settings"), ("keys/site.key", "", "keys")],
)
def test_what_keeps_the_site_from_loading_is_a_finding_too(
    settings: Settings, file: str, content: str, name: str
) -> None:
    (settings.instance / file).write_text(content)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "doctor", "--json"]
    environment = {**os.environ, "PYTHONPATH": "site", "KELISIM_INSTANCE": str(settings.instance)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert (found["name"], found["verdict"]) == (name, "mend")
    assert found["says"].startswith("the site does not load: ")
    assert done.stderr.startswith("kelisim: ")
