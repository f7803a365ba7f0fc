"""My data: a person's own record, opened and steered with the secret of its receipt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ConsentState, State, why_not
from kelisim.domain.consents import Receipt
from kelisim.domain.deadlines import Trigger, local_day
from kelisim.domain.grounds import Keeping
from kelisim.domain.journal import Entry
from kelisim.domain.objections import Objection
from kelisim.domain.own_acts import REQUESTS, OwnAct, OwnActRefused, Standing, lengthens, why_not_own
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import PersonalData, secret_to_text
from kelisim.services import changes, destructions, journal, keepings, request_reading, requests, submissions, transfers
from kelisim.services.holders import Holder
from kelisim.services.records import PERSON, By, consent_of, locked
from kelisim.storage.db import writing
from kelisim.storage.tables.submissions import SubmissionRow


class NotLonger(Exception):
    """A field cannot be completed so: what is there is not the beginning of it. ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Own:
    """The person's record. ``personal`` None: nothing is left of it, or it is ``damaged``; ``keeping``: why it is kept without consent."""

    receipt: Receipt
    personal: PersonalData | None
    standing: Standing
    ended_at: datetime | None
    keeping: Keeping | None
    entries: tuple[Entry, ...]
    requests: tuple[request_reading.Kept, ...]
    transfers: tuple[transfers.Transfer, ...]
    destroyed: bool
    damaged: bool = False


def standing(session: Session, who: Holder) -> Standing:
    """What decides about the person's acts now."""
    row = session.scalars(select(SubmissionRow).where(SubmissionRow.id == who.submission_id)).one()
    return _standing(session, row)


def topic(session: Session, who: Holder) -> Purpose | None:
    """The topic of the person's record, None where none was chosen."""
    found = session.scalar(select(SubmissionRow.topic).where(SubmissionRow.id == who.submission_id))
    return Purpose(found) if found is not None else None


def open_own(session: Session, who: Holder, *, by: By) -> Own:
    """Open the person's record with their own key, which is the act of access.

    The entry is written before the data are given out: what cannot be recorded is not shown.
    """
    with writing(session):
        row = locked(session, who.submission_id)
        opens = why_not(State(row.state), Act.ACCESS, consent_of(row), own=True) is None
        personal = _opened(row, who) if opens else None
        if personal is not None:
            deed = journal.Deed(Act.ACCESS, row.id, by.actor, {"by": "secret_link"})
            journal.append(session, [deed], key=by.key, now=by.now)
        receipt = submissions.find_receipt(session, secret_to_text(who.secret))
        if receipt is None:
            raise RuntimeError("a record has its receipt")
        return Own(
            receipt=receipt,
            personal=personal,
            standing=_standing(session, row),
            ended_at=row.consent_ended_at,
            keeping=keepings.standing(session, row.id, local_day(by.now)),
            entries=journal.of_subject(session, row.id),
            requests=request_reading.of_submission(session, row.id),
            transfers=transfers.of_submission(session, row.id),
            destroyed=destructions.of_reference(session, receipt.reference) is not None,
            damaged=opens and personal is None,
        )


def correct(
    session: Session, who: Holder, after: PersonalData, *, by: By, randomness: Callable[[int], bytes]
) -> tuple[str, ...]:
    """Write the person's corrections. The fields that are new. Raises OwnActRefused, NothingChanged, DataDamaged."""
    with writing(session):
        row = _permitted(session, who, OwnAct.CORRECT)
        key = changes.persons_key(row, who.secret)
        return changes.rewrite(session, row, Act.CHANGE, after, key=key, by=by, randomness=randomness)


def complete(
    session: Session,
    who: Holder,
    names: Mapping[str, str],
    topic: Purpose | None,
    *,
    by: By,
    randomness: Callable[[int], bytes],
) -> tuple[str, ...]:
    """Lengthen names that are there in part, and add a topic where there is none. The fields that are new.

    ``names``: ``name`` and ``second_name``. Raises OwnActRefused, NotLonger, NothingChanged, DataDamaged.
    """
    with writing(session):
        row = _permitted(session, who, OwnAct.COMPLETE)
        key = changes.persons_key(row, who.secret)
        before = changes.personal_of(row, key)
        for field, name in names.items():
            if not lengthens(getattr(before, field), name):
                raise NotLonger(field)
        after = PersonalData(names["name"], names["second_name"], before.phone)
        return changes.rewrite(session, row, Act.ADDITION, after, topic=topic, key=key, by=by, randomness=randomness)


def unsubscribe(session: Session, who: Holder, *, by: By) -> None:
    """End the mailing and leave the rest alone. Raises OwnActRefused."""
    with writing(session):
        changes.unsubscribe(session, _permitted(session, who, OwnAct.UNSUBSCRIBE), by)


def ask(
    session: Session,
    who: Holder,
    act: OwnAct,
    *,
    language: str,
    terms: Mapping[Trigger, int],
    by: By,
    randomness: Callable[[int], bytes],
    objection: Objection | None = None,
) -> None:
    """Enter the person's request and do at once what it does at once (``REQUESTS`` names the acts).

    ``objection``: what an objection is about. The person's own block, and nothing else, is lifted at once. Raises
    OwnActRefused, RequestProblem ``objection``.
    """
    with writing(session):
        requests.in_turn(session)
        row = _permitted(session, who, act)
        before = _standing(session, row)
        new_id = requests.open_request(
            session,
            submission_id=row.id,
            kind=REQUESTS[act],
            channel=Channel.SITE,
            identity=Identity.SECRET_LINK,
            received=local_day(by.now),
            language=language,
            author=by.actor,
            terms=terms,
            now=by.now,
            randomness=randomness,
            objection=objection,
        )
        requests.begin(session, new_id, by=by)
        if act is OwnAct.UNBLOCK and before.lifts_at_once:
            for kept in request_reading.of_submission(session, row.id):
                if kept.request.kind is RequestKind.BLOCK and kept.request.is_open:
                    requests.settle(session, kept.id, by=by)
            requests.settle(session, new_id, by=by)
        elif before.state is State.BLOCKED and consent_of(row) is not before.consent:
            # The record was blocked already: what is new is why.
            deed = journal.Deed(
                Act.BLOCKING, row.id, by.actor, {"request": REQUESTS[act].value, "consent": row.consent_state}
            )
            journal.append(session, [deed], key=by.key, now=by.now)


def person(key: bytes, now: datetime) -> By:
    """The person at the secret link."""
    return By(PERSON, key, now)


def _opened(row: SubmissionRow, who: Holder) -> PersonalData | None:
    """The data, None where they are damaged: the rest of the record is the person's all the same."""
    try:
        return changes.personal_of(row, changes.persons_key(row, who.secret))
    except changes.DataDamaged:
        return None


def _permitted(session: Session, who: Holder, act: OwnAct) -> SubmissionRow:
    row = locked(session, who.submission_id)
    reason = why_not_own(act, _standing(session, row))
    if reason is not None:
        raise OwnActRefused(act, reason)
    return row


def _standing(session: Session, row: SubmissionRow) -> Standing:
    return Standing(
        state=State(row.state),
        consent=ConsentState(row.consent_state),
        mailing=row.mailing,
        requests=tuple(kept.request for kept in request_reading.of_submission(session, row.id)),
    )
