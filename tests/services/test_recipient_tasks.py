"""What recipients have to be told, in the database: opened in the transaction of the act, closed by a person."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import STATUTORY_TERMS
from kelisim.domain.objections import Objection
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipient_tasks import How, TaskKind, TaskProblem
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import PersonalData
from kelisim.services import deliveries, holders, journal, my, recipient_tasks, recipients, requests
from kelisim.services.recipient_tasks import Tab, Task
from kelisim.services.transfers import Transfer
from kelisim.storage.db import db
from kelisim.storage.tables.requests import RequestRow
from tests.conftest import FixedClock
from tests.services.given import counts, failing_insert, house_of, send
from tests.services.handing_over import FACTS, by, hand_over, recipient, reference
from tests.support.people import PEOPLE

CORRECTED = PersonalData("Айнұр", "Серікқызы", "+77015553137")
FRIDAY = date(2026, 12, 11)


class Site:
    """One record, handed over as a file that was saved; its person can act on it."""

    def __init__(self, app: Flask, clock: FixedClock) -> None:
        self.app, self.clock = app, clock
        self.secret = send(app, PEOPLE[0], mailing=True).secret
        clock.at = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
        self.to = recipient(app)
        self.one = self.handed(Purpose.FEEDBACK)

    def handed(self, purpose: Purpose) -> Transfer:
        made = hand_over(self.app, self.to, purpose=purpose)
        deliveries.save_file(db.session(), made.id, keys=house_of(self.app).keys, by=by(self.app))
        return made

    def tasks(self, tab: Tab = "due", today: date = FRIDAY) -> list[Task]:
        db.session.rollback()
        return list(recipient_tasks.queue(db.session(), tab, today=today, term=1, skip=0, rows=50))

    def kinds(self, tab: Tab = "due") -> list[TaskKind]:
        return [task.kind for task in self.tasks(tab)]

    def ask(self, act: OwnAct) -> None:
        my.ask(
            db.session(),
            self.holder,
            act,
            language="en",
            terms=STATUTORY_TERMS,
            by=self.person,
            randomness=secrets.token_bytes,
        )

    def correct(self) -> None:
        my.correct(db.session(), self.holder, CORRECTED, by=self.person, randomness=secrets.token_bytes)

    def unsubscribe(self) -> None:
        my.unsubscribe(db.session(), self.holder, by=self.person)

    def letter(self, kind: RequestKind) -> UUID:
        taken = requests.take_in(
            db.session(),
            reference=reference(),
            kind=kind,
            channel=Channel.LETTER,
            identity=Identity.SIGNATURE,
            received=FRIDAY,
            language="en",
            terms=STATUTORY_TERMS,
            by=by(self.app),
            randomness=secrets.token_bytes,
            objection=Objection.RECIPIENT if kind is RequestKind.OBJECTION else None,
        )
        requests.take_up(db.session(), taken, by=by(self.app))
        return taken

    @property
    def holder(self) -> holders.Holder:
        who = holders.holder(db.session(), self.secret)
        assert who is not None
        return who

    @property
    def person(self) -> my.By:
        return my.person(house_of(self.app).keys.site.journal, self.clock.at)


@pytest.fixture
def site(app_on_each: Flask, clock: FixedClock) -> Iterator[Site]:
    with app_on_each.app_context():
        yield Site(app_on_each, clock)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Site.correct, TaskKind.CHANGE),
        (lambda site: site.ask(OwnAct.BLOCK), TaskKind.BLOCK),
        (lambda site: site.ask(OwnAct.WITHDRAW), TaskKind.WITHDRAW),
        (lambda site: site.ask(OwnAct.DELETE), TaskKind.WITHDRAW),
        (lambda site: requests.meet(db.session(), site.letter(RequestKind.DELETE), by=by(site.app)), TaskKind.DESTROY),
        (lambda site: requests.meet(db.session(), site.letter(RequestKind.OBJECTION), by=by(site.app)), TaskKind.BLOCK),
    ],
    ids=["correct", "block", "withdraw", "delete", "destroy", "objection"],
)
def test_each_act_opens_one_task_for_who_was_told(site: Site, act: Callable[[Site], object], kind: TaskKind) -> None:
    act(site)
    (task,) = site.tasks()
    assert (task.kind, task.recipient_id, task.opened, task.due) == (kind, site.to, FRIDAY, date(2026, 12, 14))
    assert site.tasks("overdue", date(2026, 12, 15)) == [task]


def test_who_was_handed_nothing_is_told_nothing(site: Site) -> None:
    waiting = hand_over(site.app, other := recipient(site.app, FACTS.__class__(**{**vars(FACTS), "country": "DE"})))
    site.ask(OwnAct.BLOCK)
    assert [task.recipient_id for task in site.tasks()] == [site.to]
    assert waiting.recipient_id == other
    site.ask(OwnAct.UNBLOCK)
    assert site.kinds() == [TaskKind.BLOCK, TaskKind.UNBLOCK]


def test_the_end_of_the_mailing_is_told_to_who_got_the_data_for_it(site: Site) -> None:
    site.unsubscribe()
    assert site.tasks() == []
    site.correct()
    site.ask(OwnAct.BLOCK)
    assert site.kinds() == [TaskKind.CHANGE, TaskKind.BLOCK]


def test_a_mailing_that_was_handed_over_is_ended_there_too(site: Site) -> None:
    site.handed(Purpose.MAILING)
    site.unsubscribe()
    assert site.kinds() == [TaskKind.UNSUBSCRIBE]


def test_an_open_task_is_not_opened_twice_and_the_end_overtakes_the_rest(site: Site) -> None:
    site.correct()
    my.correct(
        db.session(),
        site.holder,
        PersonalData("Айнұр", "Серікқызы", "+77015553138"),
        by=site.person,
        randomness=secrets.token_bytes,
    )
    site.ask(OwnAct.BLOCK)
    assert site.kinds() == [TaskKind.CHANGE, TaskKind.BLOCK]
    site.ask(OwnAct.WITHDRAW)
    assert site.kinds() == [TaskKind.CHANGE, TaskKind.WITHDRAW]
    assert [(task.kind, task.how) for task in site.tasks("closed")] == [(TaskKind.BLOCK, How.OVERTAKEN)]
    request_id = db.session.scalars(select(RequestRow.id).where(RequestRow.kind == "withdraw")).one()
    db.session.rollback()
    requests.take_up(db.session(), request_id, by=by(site.app))
    block = db.session.scalars(select(RequestRow.id).where(RequestRow.kind == "block")).one()
    db.session.rollback()
    requests.take_up(db.session(), block, by=by(site.app))
    requests.meet(db.session(), block, by=by(site.app))
    requests.meet(db.session(), request_id, by=by(site.app))
    assert site.kinds() == [TaskKind.DESTROY]
    assert recipient_tasks.counts(db.session(), today=FRIDAY, term=1) == {"due": 1, "overdue": 0, "closed": 3}


def test_closing_says_how_and_when_and_is_journalled_once(site: Site, clock: FixedClock) -> None:
    site.correct()
    (task,) = site.tasks()
    clock.at = datetime(2026, 12, 14, 7, 0, tzinfo=UTC)
    told = date(2026, 12, 12)
    for how, day in ((How.EMAIL, date(2026, 12, 10)), (How.EMAIL, date(2026, 12, 15)), (How.OVERTAKEN, told)):
        with pytest.raises(TaskProblem, match="told_on"):
            recipient_tasks.close(db.session(), task.number, how, day, by=by(site.app))
    recipient_tasks.close(db.session(), task.number, How.PHONE, told, by=by(site.app))
    (closed,) = site.tasks("closed")
    assert (closed.closed, closed.how, closed.told_on) == (date(2026, 12, 14), How.PHONE, told)
    last = journal.of_subject(db.session(), site.one.submission_id)[-1]
    assert (last.act, last.actor) == (Act.TRANSFER, "operator:3")
    assert last.details == {
        "recipient": site.to.hex,
        "step": "told",
        "task": "change",
        "how": "phone",
        "told_on": "2026-12-12",
    }
    with pytest.raises(TaskProblem, match="closed"):
        recipient_tasks.close(db.session(), task.number, How.PHONE, told, by=by(site.app))
    with pytest.raises(TaskProblem, match="task"):
        recipient_tasks.close(db.session(), 99, How.PHONE, told, by=by(site.app))
    site.unsubscribe()
    assert site.tasks() == []


def test_the_act_and_its_task_are_written_together_or_not_at_all(site: Site) -> None:
    before = counts()
    with failing_insert("recipient_tasks"), pytest.raises(Exception, match="injected fault"):
        site.correct()
    assert counts() == before


def test_who_was_ended_is_still_told(site: Site) -> None:
    recipients.end(db.session(), site.to, by=by(site.app))
    site.correct()
    assert site.kinds() == [TaskKind.CHANGE]
