"""What the desk did about the made-up people: calls, tags, requests, decisions, transfers, exports, incidents."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyrage
from pyotp import TOTP

from kelisim.domain.consents import Category
from kelisim.domain.contacts import Contact, Outcome, Way
from kelisim.domain.deadlines import local_day
from kelisim.domain.desk_acts import BlockReason, DeskAct, reasons_of
from kelisim.domain.exports import Column, Format, Wanted
from kelisim.domain.grounds import KeepingGround, RefusalGround
from kelisim.domain.incidents import Facts as IncidentFacts
from kelisim.domain.incidents import IncidentKind, IncidentStep, Measure, Step
from kelisim.domain.incidents import Outcome as Ended
from kelisim.domain.objections import Objection
from kelisim.domain.operators import Role
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipient_tasks import How
from kelisim.domain.recipients import Facts, Undertaking
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.domain.transfers import Way as Handing
from kelisim.domain.webhooks import Pauses
from kelisim.services import (
    contacts,
    deliveries,
    desk_acts,
    exports,
    incidents,
    keepings,
    operators,
    recipient_tasks,
    recipients,
    request_reading,
    requests,
    staff,
    submissions,
    tags,
    transfers,
)
from kelisim.services.records import SITE_ACTOR, By
from kelisim.services.webhooks import Reach
from kelisim.web.issuer import transfer_paper
from scripts.made_up.stage import Stage
from scripts.made_up.visitors import Sent

PEOPLE = (
    ("Айнұр Бекова", Role.OPERATOR),
    ("Павел Тен", Role.OPERATOR),
    ("Gulnara Akhmetova", Role.VIEWER),
    ("Ерлан Сәрсенов", Role.AUDITOR),
)
TAGS = ("перезвонить", "договор отправлен", "тыңдамады: кейін", "VIP зал", "call in the evening")
RECIPIENTS = (
    ("Call Centre LLP", "180640000125", Purpose.FEEDBACK, Purpose.SUPPORT),
    ("Astana Travel LLP", "910740000094", Purpose.PRODUCTS, Purpose.MAILING),
    ("Old Printer LLP", "150940012342", Purpose.MAILING),
)
_FIRST = "operator:1"
_HOOK = "https://hooks.callcentre.example/kelisim"


@dataclass
class Desk:
    """The Operator's side. ``workers``: who works with records."""

    stage: Stage
    workers: tuple[str, ...] = (_FIRST,)
    centre: UUID = field(default_factory=lambda: UUID(int=0))

    def open(self, password: str) -> tuple[str, ...]:
        """The first operator and the others come in, recipients and tags are entered. The first one's recovery codes."""
        stage, house, way = self.stage, self.stage.house, self._way
        token = operators.invite_first(stage.session, now=stage.clock.at, **way)
        if token is None:
            raise RuntimeError("a new instance has no operator")
        codes = self._come_in(token, password)
        for name, role in PEOPLE:
            self._come_in(
                staff.invite(stage.session, name, role, by=stage.by(SITE_ACTOR), **way).token, f"{password}-{role}"
            )
        staff.invite(stage.session, "Жанна Ли", Role.VIEWER, by=stage.by(SITE_ACTOR), **way)
        self.workers = (_FIRST, "operator:2", "operator:3")
        for words in TAGS:
            tags.add(stage.session, words, by=stage.by(_FIRST))
        self.centre, _, over = (self._recipient(*facts) for facts in RECIPIENTS)
        recipients.end(stage.session, over, by=stage.by(_FIRST))
        recipients.set_webhook(stage.session, self.centre, _HOOK, keys=house.keys, by=stage.by(_FIRST), **stage.tools)
        house.revisions.look(at_once=True)
        return codes

    # --- Records ---

    def call(self, sent: Sent, outcome: Outcome = Outcome.ANSWERED, way: Way = Way.CALL) -> None:
        """A contact about the topic, or to answer."""
        self.look(sent)
        day, purpose = local_day(self.stage.clock.at), sent.topic or Purpose.FEEDBACK
        contacts.log(
            self.stage.session, sent.reference(self.stage), Contact(day, way, outcome, purpose), by=self._somebody()
        )

    def look(self, sent: Sent) -> None:
        """Open the record."""
        number = int(self._somebody().actor.rpartition(":")[2])
        person = staff.member(self.stage.session, number)
        if person is None:
            raise RuntimeError("workers are in the register")
        submissions.open_record(
            self.stage.session,
            sent.reference(self.stage),
            operator=person.operator,
            keys=self.stage.house.keys,
            now=self.stage.clock.at,
        )

    def tag(self, sent: Sent, *numbers: int) -> None:
        """Put tags on."""
        tags.put_on(self.stage.session, sent.reference(self.stage), numbers, by=self._somebody())

    def decide(self, sent: Sent, act: DeskAct) -> None:
        """A decision about a record, on the first reason that there is."""
        stage, reference = self.stage, sent.reference(self.stage)
        standing = desk_acts.standing(stage.session, reference, by=stage.by(_FIRST))
        reasons = [code for code in reasons_of(act, standing.consent) if code != BlockReason.STATE_BODY]
        desk_acts.carry_out(stage.session, reference, act, reasons[0] if reasons else "", by=stage.by(_FIRST))

    def keep(self, sent: Sent, ground: KeepingGround, days: int) -> None:
        """Keep the data on a ground of the law."""
        until = local_day(self.stage.now) + timedelta(days=days)
        keepings.keep(self.stage.session, sent.reference(self.stage), ground, until, by=self.stage.by(_FIRST))

    # --- Requests ---

    def request_of(self, sent: Sent) -> UUID:
        """The newest request about a record."""
        return request_reading.of_submission(self.stage.session, sent.holder(self.stage).submission_id)[0].id

    def take_up(self, request: UUID) -> None:
        """Begin to work on it."""
        requests.take_up(self.stage.session, request, by=self._somebody())

    def meet(self, request: UUID) -> None:
        """Answer it, or do what was asked."""
        self.take_up(request)
        requests.meet(self.stage.session, request, by=self._somebody())

    def refuse(self, request: UUID, ground: RefusalGround, *, kept_days: int = 0) -> None:
        """Refuse it, on a ground that keeps the data where days are given."""
        self.take_up(request)
        until = local_day(self.stage.now) + timedelta(days=kept_days) if kept_days else None
        requests.refuse(self.stage.session, request, ground, until=until, by=self._somebody())

    def letter(
        self, kind: RequestKind, sent: Sent | None, channel: Channel = Channel.LETTER, *, known: bool = True
    ) -> UUID:
        """Enter a letter, an e-mail or a visit; its sender may not be known yet."""
        stage = self.stage
        identity = Identity.DOCUMENT_SHOWN if channel is Channel.IN_PERSON else Identity.CALL_BACK
        return requests.take_in(
            stage.session,
            reference=sent.reference(stage) if sent is not None else "",
            kind=kind,
            channel=channel,
            identity=identity if known else None,
            received=local_day(stage.clock.at),
            language=sent.made.language if sent is not None else "ru",
            terms=stage.house.settings.terms,
            by=self._somebody(),
            objection=Objection.RECIPIENT if kind is RequestKind.OBJECTION else None,
            **stage.tools,
        )

    def correct(self, request: UUID) -> None:
        """Put the second name right that a letter asks for."""
        self.take_up(request)
        requests.correct(
            self.stage.session,
            request,
            {"second_name": "Әбілқасымова"},
            keys=self.stage.house.keys,
            by=self._somebody(),
            **self.stage.tools,
        )

    # --- Recipients ---

    def hand_over(self, sent: Sent, way: Handing = Handing.FILE, *, saved: bool = True) -> UUID:
        """Hand a record over; a file is saved at once, or waits."""
        stage, by = self.stage, self._somebody()
        given = transfers.hand_over(
            stage.session,
            sent.reference(stage),
            self.centre,
            Purpose.FEEDBACK,
            way,
            paper=transfer_paper(),
            keys=stage.house.keys,
            file_term=timedelta(hours=stage.house.settings.transfer_file_hours),
            by=by,
            **stage.tools,
        )
        if saved and way is Handing.FILE:
            deliveries.save_file(stage.session, given, keys=stage.house.keys, by=by)
        return given

    def deliver(self) -> None:
        """Try what waits for a webhook, once: nothing is asked of the network, and nothing arrives."""
        stage = self.stage
        once, reach = Pauses(1, timedelta(minutes=1), timedelta(minutes=1)), Reach(look_up=_nowhere)
        deliveries.deliver_due(
            stage.session, keys=stage.house.keys, pauses=once, seconds=1, clock=stage.clock, reach=reach
        )

    def end_files(self) -> None:
        """Files that were saved, or can be saved no more, are removed, as the worker does."""
        deliveries.end_files(self.stage.session, now=self.stage.clock.at)

    def give_up(self, transfer: UUID) -> None:
        """End a webhook that did not arrive."""
        deliveries.give_up(self.stage.session, transfer, by=self.stage.by(_FIRST))

    def tell_recipients(self, many: int) -> None:
        """Close so many of the tasks that are open."""
        today, stage = local_day(self.stage.clock.at), self.stage
        term = stage.house.settings.recipient_days
        for tab in ("overdue", "due"):
            for task in recipient_tasks.queue(stage.session, tab, today=today, term=term, skip=0, rows=many):
                recipient_tasks.close(stage.session, task.number, How.EMAIL, today, by=self._somebody())

    # --- Exports and incidents ---

    def export(self, scope: dict[str, str], wanted: Format, purpose: Purpose) -> UUID:
        """Ask for an export."""
        stage = self.stage
        return exports.ask(
            stage.session,
            Wanted(scope, tuple(Column), wanted, purpose),
            keys=stage.house.keys,
            by=stage.by(_FIRST),
            term=timedelta(hours=stage.house.settings.export_hours),
            most=stage.house.settings.exports_most,
            **stage.tools,
        )

    def incident(self, kind: IncidentKind, persons: int, *, told: bool, ended: Ended | None) -> None:
        """Register an incident, and what was done about it."""
        stage, by = self.stage, self.stage.by(_FIRST)
        facts = IncidentFacts((Category.NAME, Category.PHONE), persons)
        new = incidents.register(
            stage.session, kind, by.now - timedelta(hours=3), facts,
            measures=(Measure.ACCESS_CLOSED,), note="", by=by, **stage.tools,
        )  # fmt: skip  # one call
        taken: list[Step] = []
        if told:
            day = local_day(by.now)
            taken.append(Step(IncidentStep.NOTIFY, by.now, by.actor, told_on=day, number=f"ЗТ-{day.day}-{persons}"))
        if ended is not None:
            taken.append(Step(IncidentStep.CLOSE, by.now, by.actor, (Measure.FAULT_MENDED,), outcome=ended))
        for step in taken:
            incidents.take(stage.session, new, step, by=by)

    # --- Inside ---

    @property
    def _way(self) -> dict[str, Any]:
        return {"settings": self.stage.house.settings, "keys": self.stage.house.keys, **self.stage.tools}

    def _come_in(self, token: str, password: str) -> tuple[str, ...]:
        stage, house = self.stage, self.stage.house
        invited = operators.invitation(stage.session, token, keys=house.keys, now=stage.clock.at)
        return operators.set_up(
            stage.session,
            token,
            password=password,
            code=TOTP(invited.secret).at(stage.clock.at),
            passwords=house.passwords,
            now=stage.clock.at,
            **self._way,
        )

    def _recipient(self, name: str, number: str, *purposes: Purpose) -> UUID:
        facts = Facts(name=name, country="KZ", number=number, purposes=purposes, contact="law@recipient.example")
        stage, by = self.stage, self.stage.by(_FIRST)
        made, today = recipients.add(stage.session, facts, by=by, **stage.tools), local_day(by.now)
        recipients.undertake(
            stage.session, made, Undertaking(today, today + timedelta(days=365), facts.purposes), by=by
        )
        key = str(pyrage.x25519.Identity.generate().to_public())
        recipients.set_contact(stage.session, made, facts.contact, key, by=by)
        return made

    def _somebody(self) -> By:
        return self.stage.by(self.stage.chance.choice(self.workers))


def _nowhere(*_: object, **__: object) -> list[tuple[object, ...]]:
    raise OSError("a demo reaches nobody")
