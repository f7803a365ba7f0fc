"""The head of the journal on its way out: the job, the public page, the mail, the desk, the command."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from tests.conftest import FixedClock, dispose, migrated
from tests.support.mail import OPERATOR, Mailbox, mail_server
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, rows

PAGE = "/.well-known/kelisim-journal.json"


def verify(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["journal", "verify", *words])


def test_the_public_page_has_the_heads_and_nothing_of_what_the_entries_say(
    app: Flask, visitor: Visitor, person: Person, clock: FixedClock
) -> None:
    visitor.send(person)
    assert visitor.get(PAGE).get_json() == {
        "heads": [],
        "keys": "https://localhost:8443/.well-known/kelisim-receipts.json",
        "earlier": None,
    }
    for _ in range(2):
        assert Runner(app).run_now("journal")
    clock.at += timedelta(days=1)
    assert Runner(app).run_now("journal")
    found = visitor.get(PAGE).get_json()["heads"]
    heads = [one["journal-head"] for one in found]
    assert [(one["day"], one["entries"]) for one in heads] == [("2026-11-23", "5"), ("2026-11-22", "4")]
    assert visitor.get(f"{PAGE}?before=2026-11-23").get_json()["heads"] == found[1:]
    assert visitor.get(f"{PAGE}?before=x").status_code == 404
    assert rows(app, "SELECT actor, details FROM journal ORDER BY number DESC LIMIT 1") == [
        ("site", '{"register": "journal", "what": "checked", "entries": "4"}')
    ]


def test_a_saved_page_shows_a_cut_tail_and_names_the_day(
    app: Flask, visitor: Visitor, person: Person, tmp_path: Path
) -> None:
    visitor.send(person)
    assert Runner(app).run_now("journal")
    saved = tmp_path / "saved.json"
    saved.write_bytes(visitor.get(PAGE).get_data())
    good = verify(app, "--head", str(saved))
    assert (good.exit_code, good.output.splitlines()) == (
        0,
        ["The journal holds: 4 entries.", "It fits its published heads: 1.", "It fits the file."],
    )
    database = connect(app)
    for table in ("journal", "heads"):
        database.execute(f"DROP TRIGGER {table}_no_delete")
    database.execute("DELETE FROM journal WHERE number = 4")
    gone = "Error: the journal does not fit its head of 2026-11-22, of 4 entries: the last of them is gone"
    assert verify(app).output.startswith(gone)
    database.execute("DELETE FROM heads")
    database.close()
    assert verify(app).exit_code == 0, "nobody here knows any more"
    told = verify(app, "--head", str(saved))
    assert (told.exit_code, told.output.startswith(gone)) == (1, True)
    (tmp_path / "other").write_text("{}")
    other = verify(app, "--head", str(tmp_path / "other"))
    assert (other.exit_code, "the file cannot be compared" in other.output) == (1, True)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def test_the_head_is_mailed_and_the_desk_says_what_became_of_it(
    prepared: Prepared, tmp_path: Path, clock: FixedClock, mailbox: Mailbox
) -> None:
    instance = prepared.copied(tmp_path / "instance")
    with mail_server(tmp_path / "mail", mailbox) as server:
        settings = Settings(
            instance=instance,
            operator_email=OPERATOR,
            smtp_host=server.host,
            smtp_port=1,
            smtp_user=server.user,
            smtp_password_file=server.password_file,
            smtp_authority=server.authority,
        )
        app = migrated(settings, clock=clock)
        desk = Desk(strict_client(app), app, clock)
        desk.secret = prepared.secret
        desk.sign_in()
        assert "No head is published yet" in desk.page("/operator/journal").text
        assert Runner(app).run_now("journal")
        assert "Its mail is about to be sent." in desk.page("/operator/journal").text
        assert Runner(app).run_now("mails")
        waits = desk.page("/operator/journal").text
        assert "has not come through yet: the mail server does not answer. Tries: 1." in waits
        assert "No mail server is set" not in waits
        dispose(app)
        clock.at += timedelta(minutes=5)
        app = migrated(replace(settings, smtp_port=server.port), clock=clock)
        assert Runner(app).run_now("mails")
        desk.client = strict_client(app)
        desk.app = app
        assert "The last one was mailed: 22 November 2026" in desk.sign_in().page("/operator/journal").text
        dispose(app)
    (mail,) = mailbox.taken
    text, file = mail.iter_parts()
    assert mail["To"] == OPERATOR
    assert "flask journal verify --head FILE" in text.get_content()
    assert file.get_filename() == "kelisim-journal-2026-11-22.json"
    (tmp_path / "kept.json").write_bytes(file.get_content())
    assert verify(app, "--head", str(tmp_path / "kept.json")).exit_code == 0


def test_without_a_mail_server_the_desk_says_that_the_head_is_only_on_the_page(app: Flask, desk: Desk) -> None:
    assert Runner(app).run_now("journal")
    assert Runner(app).run_now("mails")
    assert rows(app, "SELECT count(*) FROM mails") == [(0,)]
    assert "No mail server is set, so the heads are only on that page." in desk.whole().page("/operator/journal").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"smtp_from": "x"}, "smtp_from is no mailbox"),
        ({"smtp_user": "x"}, "smtp_password_file is empty"),
        ({"mail_language": "de"}, "mail_language must be empty or one of kk, ru, en"),
        ({"smtp_authority": "/nowhere"}, "smtp_authority names /nowhere"),
    ],
)
def test_settings_that_cannot_send_stop_the_start(instance: Path, wrong: dict[str, str], words: str) -> None:
    variables = {f"KELISIM_{name.upper()}": value for name, value in wrong.items()}
    with pytest.raises(SettingsError, match=words):
        Settings.load(instance, variables)
