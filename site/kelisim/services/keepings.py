"""Keeping data after the consent is over: a coded ground, an author, a term (clause 6)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ActRefused, ConsentState, Reason, State, state_after
from kelisim.domain.deadlines import local_day
from kelisim.domain.grounds import Keeping, KeepingGround
from kelisim.services import journal
from kelisim.services.records import By, NoRecord, consent_of, locked
from kelisim.storage.db import writing
from kelisim.storage.tables.changes import KeepingRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow

_WITHOUT_DATA = {State.DEPERSONALIZED: Reason.NOTHING_PERSONAL, State.DESTROYED: Reason.DESTROYED}


def keep(session: Session, reference: str, ground: KeepingGround, until: date, *, by: By) -> None:
    """Decide to keep a record without consent up to the day ``until``.

    Raises KeepingProblem; ActRefused where there are no data any more; NoRecord.
    """
    with writing(session):
        found = session.scalar(select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference))
        if found is None:
            raise NoRecord
        decide(session, locked(session, found), ground, until, by)


def decide(session: Session, row: SubmissionRow, ground: KeepingGround, until: date, by: By) -> None:
    """The same inside the caller's transaction. A record whose consent is over is restricted; a block stays."""
    state, consent = State(row.state), consent_of(row)
    if state in _WITHOUT_DATA:
        raise ActRefused(Act.STORAGE, _WITHOUT_DATA[state])
    state_after(state, Act.STORAGE, consent)
    made = Keeping(ground, by.actor, local_day(by.now), until)
    session.add(
        KeepingRow(submission_id=row.id, ground=ground.value, author=by.actor, decided=made.decided, until=until)
    )
    if state is State.ACTIVE and consent is not ConsentState.GIVEN:
        row.state = State.RESTRICTED.value
    session.flush()
    details = {"kept_on": ground.value, "until": until.isoformat()}
    journal.append(session, [journal.Deed(Act.STORAGE, row.id, by.actor, details)], key=by.key, now=by.now)


def of_submission(session: Session, submission_id: UUID) -> Keeping | None:
    """The last decision to keep a record, whether it stands or not; None where there was none."""
    query = select(KeepingRow).where(KeepingRow.submission_id == submission_id).order_by(KeepingRow.number.desc())
    row = session.scalars(query.limit(1)).one_or_none()
    return Keeping(KeepingGround(row.ground), row.author, row.decided, row.until) if row is not None else None


def standing(session: Session, submission_id: UUID, today: date) -> Keeping | None:
    """The decision that keeps a record today, or None."""
    found = of_submission(session, submission_id)
    return found if found is not None and found.stands(today) else None
