"""Each module with a clock says what is due at the desk."""

import secrets
from datetime import date, timedelta
from uuid import UUID

from flask import Flask

from kelisim.domain.consents import Category
from kelisim.domain.deadlines import STATUTORY_TERMS
from kelisim.domain.due import DueNoun
from kelisim.domain.incidents import Facts, IncidentKind
from kelisim.domain.operators import SessionTerms, Stage
from kelisim.domain.recipient_tasks import TaskKind
from kelisim.domain.requests import Channel
from kelisim.domain.rights import RequestKind
from kelisim.services import due, incidents, requests, sessions, visits_at_desk
from kelisim.services.due import Asked
from kelisim.services.records import By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.recipients import RecipientRow, RecipientTaskRow
from kelisim.storage.tables.submissions import SubmissionRow
from tests.services.given import add_operator, house_of, send
from tests.support.people import PEOPLE

RECIPIENT = UUID(int=5)


def test_requests_incidents_and_recipients_tasks_stand_in_one_list(app_on_each: Flask) -> None:
    house = house_of(app_on_each)  # Sunday, 22 November 2026
    with app_on_each.app_context():
        by = By("operator:1", house.keys.site.journal, house.now)
        send(app_on_each, PEOPLE[0])
        for received in (date(2026, 11, 20), date(2026, 11, 2)):
            requests.take_in(
                db.session(), reference="", kind=RequestKind.ACCESS, channel=Channel.LETTER, identity=None,
                received=received, language="ru", terms=STATUTORY_TERMS, by=by, randomness=secrets.token_bytes,
            )  # fmt: skip  # one letter
        incidents.register(
            db.session(), IncidentKind.LOSS, house.now - timedelta(days=9), Facts((Category.PHONE,), 1),
            measures=(), note="", by=by, randomness=secrets.token_bytes,
        )  # fmt: skip  # one incident
        with writing(db.session()):
            db.session.add(
                RecipientRow(
                    id=RECIPIENT,
                    name="ТОО",
                    country="DE",
                    number="1",
                    purposes=["support"],
                    contact="x",
                    age_key="",
                    webhook="",
                    added_at=house.now,
                )
            )
            db.session.flush()
            submission = db.session.query(SubmissionRow).one()
            for opened in (date(2026, 11, 20), date(2026, 10, 1)):
                kind = TaskKind.BLOCK if opened.month == 11 else TaskKind.CHANGE
                db.session.add(
                    RecipientTaskRow(
                        recipient_id=RECIPIENT, submission_id=submission.id, kind=kind.value, opened=opened
                    )
                )
        asked = Asked(date(2026, 11, 22), STATUTORY_TERMS, 3, rows=4)
        found = due.everything(db.session(), asked)
        assert [(one.noun, one.kind) for one in found.items] == [
            (DueNoun.RECIPIENT_TASK, "change"),
            (DueNoun.REQUEST, "access"),
            (DueNoun.INCIDENT, "loss"),
            (DueNoun.RECIPIENT_TASK, "block"),
        ]
        assert (found.waiting, found.overdue) == (2, 3)


def test_what_came_while_an_operator_was_away_is_new(app_on_each: Flask) -> None:

    house, terms = house_of(app_on_each), SessionTerms(timedelta(minutes=15), timedelta(hours=10), 3)

    def sign_in() -> str:
        return sessions.start(
            db.session(), operator, Stage.FULL, {}, replaces=None, key=house.keys.desk.session, terms=terms, now=house.now,
            randomness=secrets.token_bytes,
        )  # fmt: skip  # one sign-in

    def later(**much: int) -> None:
        house.clock.at += timedelta(**much)  # type: ignore[attr-defined]  # the tests' clock

    def new() -> int:
        return visits_at_desk.news(db.session(), operator.id, most=9).submissions

    with app_on_each.app_context():
        operator = add_operator(app_on_each)[0]
        send(app_on_each, PEOPLE[0])
        later(seconds=1)
        token = sign_in()
        assert (new(), visits_at_desk.news(db.session(), operator.id, most=9).since) == (1, None), "the first visit"
        later(minutes=5)
        sessions.find(db.session(), token, key=house.keys.desk.session, terms=terms, now=house.now)
        seen = house.now
        sign_in()
        assert visits_at_desk.news(db.session(), operator.id, most=9).since is None, "another browser is the same visit"
        later(minutes=1)
        send(app_on_each, PEOPLE[1])
        later(days=1)
        sign_in()
        assert (new(), visits_at_desk.news(db.session(), operator.id, most=9).since) == (1, seen)
        later(days=1)
        sign_in()
        assert new() == 0
