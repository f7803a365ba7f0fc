"""Requests of persons: taking one in, and its steps. They are read in ``request_reading``."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.deadlines import Trigger, local_day
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.objections import Objection
from kelisim.domain.requests import Channel, Identity, RequestState, Step, advance, receive
from kelisim.domain.requests import identify as identified
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import is_reference, record_id
from kelisim.services import days, request_effects
from kelisim.services.records import By
from kelisim.services.request_effects import RequestObstacle
from kelisim.services.request_rows import Event, note, put, request_of
from kelisim.storage.db import forget, take_turn, writing
from kelisim.storage.tables.requests import RequestRow
from kelisim.storage.tables.submissions import ReceiptRow
from kelisim.vault.keys import Keys

_ID_RANDOM_BYTES = 10
# The place in the database whose holder may take a step: two at once would each see the request before the other's.
_STEPS = 0x4B454C53


class EnteredBefore(Exception):
    """The same letter was entered before in the same form. ``id``: its request."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__(request_id)
        self.id = request_id


def open_request(
    session: Session,
    *,
    submission_id: UUID | None,
    kind: RequestKind,
    channel: Channel,
    identity: Identity | None,
    received: date,
    language: str,
    author: str,
    terms: Mapping[Trigger, int],
    now: datetime,
    randomness: Callable[[int], bytes],
    new_id: UUID | None = None,
    objection: Objection | None = None,
) -> UUID:
    """Write a request that came in, inside the caller's transaction; its effects on the record are the caller's.

    ``received``: the day it arrived, in Almaty. ``author``: who entered it. ``new_id``: the id it is to have, None for
    a fresh one; ``objection``: what an objection is about. Raises RequestProblem.
    """
    request = receive(
        kind,
        channel,
        received=received,
        today=local_day(now),
        calendar=days.calendar(session),
        identity=identity,
        objection=objection,
        terms=terms,
    )
    row = RequestRow(id=new_id or fresh_id(now, randomness), submission_id=submission_id, language=language, author="")
    put(row, request)
    session.add(row)
    note(session, row, Event.RECEIVE, author, now)
    if identity is not None:
        note(session, row, Event.IDENTIFY, author, now)
    return row.id


def take_in(
    session: Session,
    *,
    reference: str,
    kind: RequestKind,
    channel: Channel,
    identity: Identity | None,
    received: date,
    language: str,
    terms: Mapping[Trigger, int],
    by: By,
    randomness: Callable[[int], bytes],
    entry: UUID | None = None,
    objection: Objection | None = None,
) -> UUID:
    """A letter or an e-mail as an Operator enters it. ``reference`` empty: its sender has not been found yet.

    ``entry`` (a UUID of version 7) was given out with the form: the same letter sent again in it raises
    EnteredBefore. Once it is known who asks, what the kind does at once is done. Raises RequestProblem, RequestObstacle
    (``reference``: no such submission).
    """
    with writing(session):
        take_turn(session, _STEPS)
        letter = (reference, kind.value, channel.value, received.isoformat(), language)
        own_id = _id_of(entry or fresh_id(by.now, randomness), letter)
        if session.get(RequestRow, own_id) is not None:
            raise EnteredBefore(own_id)
        new_id = open_request(
            session,
            submission_id=_submission_of(session, reference),
            kind=kind,
            channel=channel,
            identity=identity,
            received=received,
            language=language,
            author=by.actor,
            terms=terms,
            now=by.now,
            randomness=randomness,
            new_id=own_id,
            objection=objection,
        )
        session.flush()
        request_effects.at_once(session, _row(session, new_id), by)
    return new_id


def fresh_id(now: datetime, randomness: Callable[[int], bytes]) -> UUID:
    """The id of a request to come: a UUID of version 7."""
    return record_id(now, randomness(_ID_RANDOM_BYTES))


def identify(session: Session, request_id: UUID, identity: Identity, *, reference: str, by: By) -> None:
    """Note how it was checked who asks, and of which submission where that was not known yet.

    Raises RequestProblem, RequestObstacle (``reference``: no such submission).
    """
    with writing(session):
        take_turn(session, _STEPS)
        row = _row(session, request_id)
        known = row.identity is not None and row.submission_id is not None
        put(row, identified(request_of(row), identity))
        if row.submission_id is None:
            row.submission_id = _submission_of(session, reference)
        note(session, row, Event.IDENTIFY, by.actor, by.now)
        session.flush()
        if not known:
            request_effects.at_once(session, row, by)


def take_up(session: Session, request_id: UUID, *, by: By) -> None:
    """Begin to work on a request. Raises RequestProblem."""
    with writing(session):
        _step(session, request_id, Step.TAKE_UP, by)


def meet(session: Session, request_id: UUID, *, by: By) -> None:
    """Answer or finish a request, as its kind ends, and do to the record what was asked.

    Raises RequestProblem; RequestObstacle (see ``request_effects``); ActRefused.
    """
    with writing(session):
        take_turn(session, _STEPS)
        row = _row(session, request_id)
        request_effects.check_record(row)
        step = request_effects.STEP_THAT_MEETS[RequestKind(row.kind)]
        request_effects.met(session, _step(session, request_id, step, by), by)
    forget(session)


def correct(
    session: Session,
    request_id: UUID,
    fields: Mapping[str, str],
    *,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> None:
    """Put what the person asked for in the place of what is held, and finish the request with it.

    ``fields``: by the names of PersonalData; what is not named stays. Raises what ``meet`` raises, and NothingChanged
    and NotReadable.
    """
    with writing(session):
        take_turn(session, _STEPS)
        row = _row(session, request_id)
        request_effects.check_record(row)
        advance(request_of(row), Step.FINISH, author=by.actor)
        request_effects.change(session, row, fields, keys=keys, by=by, randomness=randomness)
        request_effects.met(session, _step(session, request_id, Step.FINISH, by), by)


def refuse(session: Session, request_id: UUID, ground: RefusalGround, *, until: date | None, by: By) -> None:
    """Refuse a request on a coded ground. ``until``: the last day the data are kept where the ground keeps them.

    Raises RequestProblem; RequestObstacle (see ``request_effects``); KeepingProblem.
    """
    with writing(session):
        request_effects.refused(session, _step(session, request_id, Step.REFUSE, by, ground), ground, until, by)
    forget(session)


def in_turn(session: Session) -> None:
    """Inside the caller's transaction, before anything else is held: nobody else takes a step before it ends."""
    take_turn(session, _STEPS)


def begin(session: Session, request_id: UUID, *, by: By) -> None:
    """Inside the caller's transaction: what a request that was opened there does at once."""
    session.flush()
    request_effects.at_once(session, _row(session, request_id), by)


def settle(session: Session, request_id: UUID, *, by: By) -> None:
    """Inside the caller's transaction: take an open request up and meet it. Raises as ``meet`` does."""
    if RequestState(_row(session, request_id).state) is RequestState.RECEIVED:
        _step(session, request_id, Step.TAKE_UP, by)
    row = _row(session, request_id)
    step = request_effects.STEP_THAT_MEETS[RequestKind(row.kind)]
    request_effects.met(session, _step(session, request_id, step, by), by)


def _step(session: Session, request_id: UUID, step: Step, by: By, ground: RefusalGround | None = None) -> RequestRow:
    take_turn(session, _STEPS)
    row = _row(session, request_id)
    put(row, advance(request_of(row), step, author=by.actor, ground=ground))
    note(session, row, Event(step.value), by.actor, by.now, ground)
    session.flush()
    return row


def _row(session: Session, request_id: UUID) -> RequestRow:
    row = session.get(RequestRow, request_id, populate_existing=True)
    if row is None:
        raise RequestObstacle("request")
    return row


def _submission_of(session: Session, reference: str) -> UUID | None:
    if not reference:
        return None
    found = None
    if is_reference(reference):
        found = session.scalar(select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference))
    if found is None:
        raise RequestObstacle("reference")
    return found


def _id_of(entry: UUID, letter: tuple[str, ...]) -> UUID:
    """The id of a letter in the form ``entry``: after Back another letter may be typed into it, which has another."""
    value = bytearray(entry.bytes[:8] + sha256(entry.bytes + "\n".join(letter).encode()).digest()[:8])
    value[8] = value[8] & 0x3F | 0x80
    return UUID(bytes=bytes(value))
