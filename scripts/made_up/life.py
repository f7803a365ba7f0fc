"""The made-up month: who comes when, what becomes of each record and each request, so that the desk shows every state."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from kelisim.domain.contacts import Outcome, Way
from kelisim.domain.deadlines import local_day
from kelisim.domain.desk_acts import DeskAct
from kelisim.domain.exports import Format
from kelisim.domain.grounds import KeepingGround, RefusalGround
from kelisim.domain.incidents import IncidentKind
from kelisim.domain.incidents import Outcome as Ended
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.papers import Paper, PaperPlace
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import Channel
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import Suspicion
from kelisim.domain.transfers import Way as Handing
from kelisim.jobs import end_exports, end_retention, make_exports, publish_head
from kelisim.services import exports
from scripts.made_up import visitors
from scripts.made_up.desk import TAGS, Desk
from scripts.made_up.people import Made, people
from scripts.made_up.stage import Stage
from scripts.made_up.visitors import Sent

# Whoever has a fate came at least so long ago: what happens to them has the time to happen.
_SETTLED = timedelta(days=13)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_CALLED, _TAGGED = 0.4, 0.15
Fate = Callable[["Month", Sent, datetime], None]


@dataclass
class Month:
    """What the fates work with."""

    stage: Stage
    desk: Desk

    def asked(self, sent: Sent, act: OwnAct, at: datetime, *later: tuple[timedelta, Callable[[], None]]) -> None:
        """The person asks for something; what the desk does about it comes so long after."""
        self.stage.at(at, lambda: visitors.ask(self.stage, sent, act))
        for after, do in later:
            self.stage.at(at + after, do)

    def met(self, sent: Sent) -> Callable[[], None]:
        """The newest request of a person is met."""
        return lambda: self.desk.meet(self.desk.request_of(sent))

    def refused(self, sent: Sent, ground: RefusalGround, kept_days: int = 0) -> Callable[[], None]:
        """It is refused."""
        return lambda: self.desk.refuse(self.desk.request_of(sent), ground, kept_days=kept_days)


def before(stage: Stage) -> None:
    """People of three years ago: the terms of some are over, those of others soon."""
    crowd, years = people(stage.chance), stage.house.settings.retention_years * 365
    for number in range(9):
        days = years + 21 if number < 5 else years - 6
        sent = Sent(next(crowd), Purpose.PRODUCTS, mailing=False)
        stage.at(stage.ago(days, hours=-number / 10), partial(visitors.send, stage, sent))
    stage.live()


def live(stage: Stage, desk: Desk, *, many: int, days: int) -> None:
    """So many people in so many days up to now."""
    month, crowd = Month(stage, desk), people(stage.chance)
    moments = sorted(_moment(stage, days) for _ in range(many))
    sent = [_sender(stage, made) for made, _ in zip(crowd, moments, strict=False)]
    settled = [number for number, at in enumerate(moments) if at < stage.now - _SETTLED]
    fates = list(_fates())
    chosen = dict(zip(stage.chance.sample(settled, len(fates)), fates, strict=True))
    for number, (at, one) in enumerate(zip(moments, sent, strict=True)):
        _comes(month, one, at, number)
        if number in chosen:
            one.mailing = True  # so that there is something to end
            chosen[number](month, one, at)
        else:
            _is_called(month, one, at)
    for _ in range(many // 2):
        stage.at(_moment(stage, days), lambda: visitors.answer_about_cookies(stage))
    _of_the_desk(month)
    visitors.come_by(stage, days, max(4, many // 15))
    stage.live(stage.now)


def _moment(stage: Stage, days: int) -> datetime:
    """By day, more often as the month goes on, and not in this minute."""
    back = int(days * (1 - stage.chance.random() ** 0.8))
    at = stage.ago(back).replace(hour=4, minute=0) + timedelta(minutes=stage.chance.randint(0, 660))
    return min(at, stage.now - timedelta(minutes=stage.chance.randint(5, 90)))


def _sender(stage: Stage, made: Made) -> Sent:
    return Sent(made, stage.chance.choice(visitors.TOPICS), stage.chance.random() < 0.3)


def _comes(month: Month, sent: Sent, at: datetime, number: int) -> None:
    """Through the form; a few on paper, a few as a program would."""
    stage, suspicions, paper = month.stage, [], None
    if not (number + 7) % 60:
        suspicions = [stage.chance.choice(tuple(Suspicion))]
    if not (number + 3) % 45:
        place = stage.chance.choice(tuple(PaperPlace))
        paper = Paper(place, f"К-{number:04}", local_day(at - _DAY), month.desk.workers[1])
    stage.at(at, lambda: visitors.send(stage, sent, suspicions=suspicions, paper=paper))


def _is_called(month: Month, sent: Sent, at: datetime) -> None:
    chance, desk = month.stage.chance, month.desk
    later = at + timedelta(hours=chance.randint(2, 50))
    if later < month.stage.now and chance.random() < _CALLED:
        outcome, way = chance.choice(tuple(Outcome)), chance.choice(tuple(Way))
        month.stage.at(later, lambda: desk.call(sent, outcome, way))
    if chance.random() < _TAGGED:
        number = chance.randint(1, len(TAGS))
        month.stage.at(min(later, month.stage.now), lambda: desk.tag(sent, number))


def _fates() -> Iterator[Fate]:
    """What becomes of some: every state of a record, a consent, a request, a transfer and a task."""
    for many, fate in (*_OWN, *_ASKED, *_WRITTEN, *_DECIDED, *_HANDED):
        yield from [fate] * many


def _asks(act: OwnAct, ago: timedelta, *, taken_up: bool = False) -> Fate:
    """It is open: due or overdue, by how long ago."""

    def fate(month: Month, sent: Sent, _: datetime) -> None:
        later = [(_HOUR, lambda: month.desk.take_up(month.desk.request_of(sent)))] if taken_up else []
        month.asked(sent, act, month.stage.now - ago, *later)

    return fate


def _is_met(act: OwnAct, after: timedelta = _DAY) -> Fate:
    return lambda month, sent, at: month.asked(sent, act, at + _DAY, (after, month.met(sent)))


def _is_refused(act: OwnAct, ground: RefusalGround, kept_days: int = 0) -> Fate:
    return lambda month, sent, at: month.asked(sent, act, at + _DAY, (_DAY, month.refused(sent, ground, kept_days)))


def _unblocks(month: Month, sent: Sent, at: datetime) -> None:
    month.asked(sent, OwnAct.BLOCK, at + _DAY)
    month.asked(sent, OwnAct.UNBLOCK, at + 2 * _DAY)


def _asks_in_vain(month: Month, sent: Sent, at: datetime) -> None:
    """The block was granted, and its reason still stands."""
    month.asked(sent, OwnAct.BLOCK, at + _DAY, (_DAY, month.met(sent)))
    month.asked(sent, OwnAct.UNBLOCK, at + 4 * _DAY, (_DAY, month.refused(sent, RefusalGround.BLOCK_STANDS)))


def _writes(kind: RequestKind, then: str, channel: Channel = Channel.LETTER) -> Fate:
    """A letter, and what the desk does about it."""

    def fate(month: Month, sent: Sent, at: datetime) -> None:
        def decide() -> None:
            request = month.desk.letter(kind, sent, channel)
            if then == "correct":
                month.desk.correct(request)
            elif then == "meet":
                month.desk.meet(request)
            else:
                month.desk.refuse(request, RefusalGround(then))

        month.stage.at(at + 3 * _DAY, decide)

    return fate


def _decided(*acts: DeskAct) -> Fate:
    def fate(month: Month, sent: Sent, at: datetime) -> None:
        for number, act in enumerate(acts, start=1):
            month.stage.at(at + 2 * number * _DAY, partial(month.desk.decide, sent, act))

    return fate


def _is_kept(month: Month, sent: Sent, at: datetime) -> None:
    month.stage.at(at + _DAY, lambda: month.desk.keep(sent, KeepingGround.STORAGE_BY_LAW, 365))


def _is_handed(month: Month, sent: Sent, at: datetime) -> None:
    month.stage.at(at + _DAY, lambda: _hand(month, sent))


def _waits(month: Month, sent: Sent, _: datetime) -> None:
    month.stage.at(month.stage.now - 2 * _HOUR, lambda: _hand(month, sent, saved=False))


def _stopped(month: Month, sent: Sent, _: datetime) -> None:
    month.stage.at(month.stage.now - 5 * _HOUR, lambda: _hand(month, sent, saved=False))
    month.stage.at(month.stage.now - 4 * _HOUR, lambda: month.desk.decide(sent, DeskAct.BLOCK))


def _fails(month: Month, sent: Sent, at: datetime) -> None:
    month.stage.at(at + _DAY, lambda: _hand(month, sent, Handing.WEBHOOK))
    month.stage.at(at + _DAY + _HOUR, month.desk.deliver)


def _given_up(month: Month, sent: Sent, at: datetime) -> None:
    def give() -> None:
        transfer = month.desk.hand_over(sent, Handing.WEBHOOK)
        month.desk.deliver()
        month.desk.give_up(transfer)

    month.stage.at(at + _DAY, give)


def _changes_after(ago: timedelta | None) -> Fate:
    """The recipient has the old data: a task, closed, overdue or due by when the data were corrected."""

    def fate(month: Month, sent: Sent, at: datetime) -> None:
        corrected = at + 2 * _DAY if ago is None else month.stage.now - ago
        month.stage.at(at + _DAY, lambda: _hand(month, sent))
        month.stage.at(corrected, lambda: visitors.correct(month.stage, sent))
        if ago is None:
            month.stage.at(corrected + _HOUR, lambda: month.desk.tell_recipients(1))

    return fate


def _hand(month: Month, sent: Sent, way: Handing = Handing.FILE, *, saved: bool = True) -> None:
    month.desk.hand_over(sent, way, saved=saved)


def _own(act: Callable[[Stage, Sent], None]) -> Fate:
    return lambda month, sent, at: month.stage.at(at + 2 * _DAY, lambda: act(month.stage, sent))


_OWN: tuple[tuple[int, Fate], ...] = (
    (5, _own(visitors.correct)),
    (2, _own(visitors.complete)),
    (4, _own(visitors.unsubscribe)),
    (2, _unblocks),
    (1, _asks_in_vain),
)
_ASKED: tuple[tuple[int, Fate], ...] = (
    (3, _is_met(OwnAct.ACCESS)),
    (2, _asks(OwnAct.ACCESS, 4 * _HOUR)),
    (2, _asks(OwnAct.ACCESS, 6 * _HOUR, taken_up=True)),
    (1, _asks(OwnAct.ACCESS, 9 * _DAY)),
    (1, _asks(OwnAct.BLOCK, 3 * _HOUR)),
    (1, _asks(OwnAct.BLOCK, 6 * _DAY, taken_up=True)),
    (1, _is_met(OwnAct.BLOCK)),
    (1, _is_refused(OwnAct.BLOCK, RefusalGround.VIOLATION_NOT_CONFIRMED)),
    (2, _asks(OwnAct.OBJECT, 5 * _HOUR)),
    (1, _asks(OwnAct.OBJECT, 8 * _DAY)),
    (1, _is_met(OwnAct.OBJECT)),
    (2, _is_refused(OwnAct.OBJECT, RefusalGround.VIOLATION_NOT_CONFIRMED)),
    (3, _asks(OwnAct.WITHDRAW, 2 * _DAY)),
    (4, _is_met(OwnAct.WITHDRAW, 3 * _DAY)),
    (2, _is_refused(OwnAct.WITHDRAW, RefusalGround.UNFULFILLED_OBLIGATION, 180)),
    (1, _asks(OwnAct.DELETE, 2 * _HOUR)),
    (1, _asks(OwnAct.DELETE, 7 * _DAY)),
    (2, _is_met(OwnAct.DELETE)),
    (1, _asks(OwnAct.NOT_SENDER, 3 * _HOUR)),
    (1, _is_met(OwnAct.NOT_SENDER)),
    (1, _is_refused(OwnAct.NOT_SENDER, RefusalGround.NOT_THE_PERSON)),
)
_WRITTEN: tuple[tuple[int, Fate], ...] = (
    (2, _writes(RequestKind.ACCESS, "meet", Channel.EMAIL)),
    (2, _writes(RequestKind.CORRECT, "correct")),
    (1, _writes(RequestKind.COMPLETE, "correct", Channel.IN_PERSON)),
    (1, _writes(RequestKind.CORRECT, "no_documents")),
    (1, _writes(RequestKind.WITHDRAW, "meet", Channel.IN_PERSON)),
)
_DECIDED: tuple[tuple[int, Fate], ...] = (
    (2, _decided(DeskAct.BLOCK)),
    (1, _decided(DeskAct.BLOCK, DeskAct.UNBLOCK)),
    (2, _decided(DeskAct.ACHIEVE)),
    (3, _decided(DeskAct.DEPERSONALIZE)),
    (2, _decided(DeskAct.DESTROY)),
    (2, _is_kept),
)
_HANDED: tuple[tuple[int, Fate], ...] = (
    (5, _is_handed),
    (2, _waits),
    (1, _stopped),
    (2, _fails),
    (1, _given_up),
    (2, _changes_after(None)),
    (1, _changes_after(8 * _DAY)),
    (1, _changes_after(3 * _HOUR)),
)


def _of_the_desk(month: Month) -> None:
    """What belongs to no record: letters of strangers, incidents, exports, what the worker does."""
    stage, desk = month.stage, month.desk
    stage.at(stage.ago(1), lambda: _stranger(desk, refused=False))
    stage.at(stage.ago(9), lambda: _stranger(desk, refused=True))
    stage.at(stage.ago(20), lambda: desk.incident(IncidentKind.DISCLOSURE, 1, told=True, ended=Ended.MENDED))
    stage.at(stage.ago(6), lambda: desk.incident(IncidentKind.THEFT, 12, told=True, ended=None))
    stage.at(stage.ago(0, hours=5), lambda: desk.incident(IncidentKind.FOREIGN_ACCESS, 0, told=False, ended=None))
    for days in (30, 5):
        stage.at(stage.ago(days), lambda: end_retention(stage.house))
    for days in (28, 21, 14, 7, 1):
        stage.at(stage.ago(days), desk.end_files)
        stage.at(stage.ago(days), lambda: publish_head(stage.house))
    # Of those to whom nothing happens: what happens to one of its records would end an export before its time.
    lately = {"since": local_day(stage.ago(7)).isoformat()}
    stage.at(stage.ago(3), lambda: _export(month, lately, Format.CSV, Purpose.FEEDBACK))
    stage.at(stage.ago(1), lambda: end_exports(stage.house))
    # Its tag was taken away before the worker came to it.
    stage.at(stage.ago(0, hours=9), lambda: _export(month, {"tag": "999"}, Format.CSV, Purpose.FEEDBACK))
    stage.at(stage.ago(0, hours=8), lambda: _export(month, {}, Format.XLSX, Purpose.FEEDBACK))
    stage.at(stage.ago(0, hours=0.7), lambda: _export(month, {"mailing": "yes"}, Format.CSV, Purpose.MAILING))
    stage.at(stage.ago(0, hours=0.6), lambda: _removed(month))
    stage.at(stage.now, lambda: desk.export({"topic": "products"}, Format.CSV, Purpose.PRODUCTS))


def _stranger(desk: Desk, *, refused: bool) -> None:
    """A letter whose sender is not found; one is refused, since nobody could say who asks."""
    request = desk.letter(RequestKind.ACCESS, None, known=False)
    if refused:
        desk.refuse(request, RefusalGround.IDENTITY_NOT_CONFIRMED)


def _export(month: Month, scope: dict[str, str], wanted: Format, purpose: Purpose) -> None:
    month.desk.export(scope, wanted, purpose)
    make_exports(month.stage.house)


def _removed(month: Month) -> None:
    stage = month.stage
    new = month.desk.export({"topic": "support"}, Format.JSON, Purpose.SUPPORT)
    make_exports(stage.house)
    exports.remove(stage.session, new, by=stage.by("operator:1"))
