"""Mails go by TLS to a server that is who it should be, or they wait, are tried again, and say why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.domain.mails import Attachment, Mail, MailFault, MailKind
from kelisim.services import mails
from kelisim.services.mail_server import MailServer
from kelisim.storage.db import db, writing
from tests.services.given import house_of
from tests.support.mail import OPERATOR, Mailbox, mail_server

HEAD = MailKind.JOURNAL_HEAD


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(tmp_path: Path, mailbox: Mailbox) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail", mailbox) as running:
        yield running


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def queue(app: Flask, *subjects: str) -> None:
    with writing(db.session()):
        for subject in subjects:
            mail = Mail(HEAD, subject, "Қазақша мәтін.\n", Attachment("head.json", b"{}"))
            mails.queue(db.session(), mail, now=house_of(app).now)


def send(app: Flask, server: MailServer) -> str:
    return mails.send_due(db.session(), connect=server.connected, now=house_of(app).now)


def test_what_waits_is_sent_once_in_its_order_with_its_file(site: Flask, server: MailServer, mailbox: Mailbox) -> None:
    assert send(site, replace(server, host="nobody.invalid")) == "", "nothing waits: nobody is asked"
    queue(site, "Журнал 1", "Журнал 2")
    assert send(site, server) == "2 sent"
    assert send(site, server) == ""
    first, second = mailbox.taken
    assert (first["Subject"], second["Subject"]) == ("Журнал 1", "Журнал 2")
    assert (first["From"], first["To"]) == ("site@consent.kz", OPERATOR)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] != second["Message-ID"]
    body, file = first.iter_parts()
    assert body.get_content().split() == ["Қазақша", "мәтін."]
    assert (file.get_filename(), file.get_content()) == ("head.json", b"{}")
    state = mails.newest(db.session(), HEAD)
    assert state is not None
    assert (state.sent_at, state.fault, state.tries) == (house_of(site).now, None, 1)


def test_what_the_server_refuses_holds_nothing_else_up(site: Flask, server: MailServer, mailbox: Mailbox) -> None:
    mailbox.refuses = "bad"
    queue(site, "bad", "good")
    assert send(site, server) == "1 sent"
    waiting = mails.longest_waiting(db.session())
    assert waiting is not None
    assert (waiting.fault, waiting.tries) == (MailFault.REFUSED, 1)
    assert [mail["Subject"] for mail in mailbox.taken] == ["good"]


def test_a_server_that_is_away_is_asked_less_and_less_often_and_then_gets_everything(
    site: Flask, server: MailServer, mailbox: Mailbox
) -> None:
    clock = house_of(site).clock
    away = replace(server, port=1)
    queue(site, "a", "b")
    pauses = []
    for _ in range(9):
        assert send(site, away) == "0 sent, 2 wait"
        waiting = mails.longest_waiting(db.session())
        assert waiting is not None
        assert waiting.fault is MailFault.AWAY
        pauses.append((waiting.due - house_of(site).now) / timedelta(minutes=1))
        assert send(site, away) == "", "not before it is due"
        clock.at = waiting.due  # type: ignore[attr-defined]  # the tests' clock
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert send(site, server) == "2 sent"
    assert mails.longest_waiting(db.session()) is None
    assert len(mailbox.taken) == 2


@pytest.mark.parametrize("tls", ["starttls", "first"])
def test_both_ways_of_tls_are_known(app: Flask, tmp_path: Path, mailbox: Mailbox, tls: str) -> None:
    with app.app_context(), mail_server(tmp_path / "mail", mailbox, tls) as server:
        queue(app, "a")
        assert send(app, server) == "1 sent"


@pytest.mark.parametrize(
    ("tls", "other", "fault"),
    [
        ("none", {"user": ""}, MailFault.TLS),
        ("starttls", {"authority": ""}, MailFault.CERTIFICATE),
        ("first", {"authority": ""}, MailFault.CERTIFICATE),
        ("starttls", {"host": "127.0.0.2"}, MailFault.AWAY),
        ("starttls", {"user": "somebody"}, MailFault.LOGIN),
        ("starttls", {"password_file": "/nowhere"}, MailFault.LOGIN),
    ],
)
def test_nothing_is_sent_in_the_clear_or_to_another(
    app: Flask, tmp_path: Path, mailbox: Mailbox, tls: str, other: dict[str, str], fault: MailFault
) -> None:
    with app.app_context(), mail_server(tmp_path / "mail", mailbox, tls) as server:
        queue(app, "a")
        assert send(app, replace(server, **other)) == "0 sent, 1 wait"
        waiting = mails.longest_waiting(db.session())
        assert waiting is not None
        assert waiting.fault is fault
    assert mailbox.taken == []
