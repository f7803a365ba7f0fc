"""What may be done to a record as a whole: its consent ends, it is blocked, unblocked, depersonalized, destroyed.

Each function works inside the caller's ``writing`` block on a row held there (``locked``), asks the table of acts, and
journals what it did. After a block that may have destroyed a record the caller calls ``storage.db.forget``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import (
    Act,
    ActRefused,
    ConsentState,
    Reason,
    State,
    consent_ended,
    state_after,
    state_unblocked,
    why_not,
    why_not_achieved,
)
from kelisim.domain.destructions import DestructionGround, ground_of_consent
from kelisim.domain.exports import Cause
from kelisim.domain.recipient_tasks import TaskKind
from kelisim.domain.submissions import is_reference
from kelisim.services import destructions, export_removal, journal, recipient_tasks
from kelisim.services.search_index import take_out
from kelisim.storage.tables.changes import ChangeRow
from kelisim.storage.tables.contacts import ContactRow
from kelisim.storage.tables.retention import WarningRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.storage.tables.tags import RecordTagRow

PERSON = "person"
# Who acts where nobody does: a job, a command.
SITE_ACTOR = "site"


class NoRecord(Exception):
    """There is no such record."""


class NotBlocked(Exception):
    """There is no block to lift."""


@dataclass(frozen=True)
class By:
    """Who acts (``person``, ``operator:3``, ``site``), the key that chains the journal, and when."""

    actor: str
    key: bytes
    now: datetime


def consent_of(row: SubmissionRow) -> ConsentState:
    """The state of a record's consent."""
    return ConsentState(row.consent_state)


def locked(session: Session, submission_id: UUID) -> SubmissionRow:
    """The record's row as it is now; nobody else changes it before the transaction ends. Raises NoRecord."""
    query = select(SubmissionRow).where(SubmissionRow.id == submission_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoRecord
    return row


def held(session: Session, reference: str) -> SubmissionRow:
    """The same, found by its reference. Raises NoRecord."""
    return locked(session, found(session, reference).id)


def found(session: Session, reference: str) -> SubmissionRow:
    """The record's row, to be read. Raises NoRecord."""
    query = select(SubmissionRow).join(ReceiptRow).where(ReceiptRow.reference == reference)
    row = session.scalar(query) if is_reference(reference) else None
    if row is None:
        raise NoRecord
    return row


def reason(session: Session, submission_id: UUID, act: Act) -> Reason | None:
    """Why an act with a record is not permitted now, None where it is."""
    query = select(SubmissionRow.state, SubmissionRow.consent_state).where(SubmissionRow.id == submission_id)
    row = session.execute(query).one()
    return why_not(State(row.state), act, ConsentState(row.consent_state))


def end_consent(row: SubmissionRow, end: ConsentState, now: datetime) -> None:
    """End the consent, and the mailing with it; of two ends the earlier stays. The act that follows is journalled."""
    after = consent_ended(consent_of(row), end)
    if after is not consent_of(row):
        row.consent_state, row.consent_ended_at, row.mailing = after.value, now, False


def block(session: Session, row: SubmissionRow, by: By, details: Mapping[str, str]) -> None:
    """Block the record. ``details``: the codes of why. Raises ActRefused."""
    row.state = state_after(State(row.state), Act.BLOCKING, consent_of(row)).value
    recipient_tasks.open_for(session, row.id, TaskKind.BLOCK, by)
    export_removal.take_out(session, row.id, Cause.BLOCKED, actor=by.actor, key=by.key, now=by.now)
    _journal(session, row, Act.BLOCKING, by, details)


def unblock(
    session: Session,
    row: SubmissionRow,
    by: By,
    details: Mapping[str, str],
    *,
    kept: bool,
    ground: DestructionGround | None = None,
) -> State:
    """Lift the block: active again, restricted (``kept``: a ground to keep it stands), or destroyed in the same act.

    ``ground``: of that destruction; the consent's end where there is no other. Whether something else still holds the
    block is the caller's to ask. Raises NotBlocked.
    """
    if State(row.state) is not State.BLOCKED:
        raise NotBlocked
    after = state_unblocked(consent_of(row), kept=kept)
    if after is State.DESTROYED:
        destroy(session, row, by, details, ground=ground or ground_of_consent(consent_of(row)))
    else:
        row.state = after.value
        recipient_tasks.open_for(session, row.id, TaskKind.UNBLOCK, by)
        _journal(session, row, Act.BLOCKING, by, {**details, "lifted": after.value})
    return after


def achieve(session: Session, row: SubmissionRow, by: By) -> None:
    """The purposes are achieved: the consent is over (clause 4). Raises ActRefused.

    It is about how long the data are stored, and so an act of storage.
    """
    reason = why_not_achieved(State(row.state), consent_of(row))
    if reason is not None:
        raise ActRefused(Act.STORAGE, reason)
    end_consent(row, ConsentState.ACHIEVED, by.now)
    recipient_tasks.open_for(session, row.id, TaskKind.WITHDRAW, by)
    export_removal.take_out(session, row.id, Cause.NOT_PERMITTED, actor=by.actor, key=by.key, now=by.now)
    _journal(session, row, Act.STORAGE, by, {"end": ConsentState.ACHIEVED.value})


def expire(session: Session, row: SubmissionRow, by: By, *, kept: bool) -> None:
    """The stated term has ended, and the consent with it (clause 4). ``kept``: a ground to keep the record stands.

    Raises ActRefused while it is blocked.
    """
    state_after(State(row.state), Act.CHANGE, consent_of(row))
    end_consent(row, ConsentState.EXPIRED, by.now)
    if kept:
        row.state = State.RESTRICTED.value
    recipient_tasks.open_for(session, row.id, TaskKind.WITHDRAW, by)
    export_removal.take_out(session, row.id, Cause.NOT_PERMITTED, actor=by.actor, key=by.key, now=by.now)
    _journal(session, row, Act.STORAGE, by, {"end": ConsentState.EXPIRED.value})


def destroy(
    session: Session, row: SubmissionRow, by: By, details: Mapping[str, str], *, ground: DestructionGround
) -> None:
    """Destroy the record for good. The one function that does, wherever the decision came from.

    A blocked record is destroyed only where its consent is over: the block is lifted by the same act. Raises
    ActRefused.
    """
    state = State(row.state)
    if state is not State.BLOCKED:
        state_after(state, Act.DESTRUCTION, consent_of(row))
    elif state_unblocked(consent_of(row), kept=False) is not State.DESTROYED:
        raise ActRefused(Act.DESTRUCTION, Reason.BLOCKED)
    row.topic = None
    _take_away(session, row, Act.DESTRUCTION, State.DESTROYED, by, details, ground)


def depersonalize(session: Session, row: SubmissionRow, by: By, *, ground: DestructionGround) -> None:
    """Take away for good all that leads to the person; state, days and topic stay, to be counted. Raises ActRefused."""
    after = state_after(State(row.state), Act.DEPERSONALIZATION, consent_of(row))
    _take_away(session, row, Act.DEPERSONALIZATION, after, by, {}, ground)


def erase_again(
    session: Session,
    row: SubmissionRow,
    act: Act,
    by: By,
    *,
    ground: DestructionGround,
    first: datetime,
    number: int,
) -> None:
    """Destroy or depersonalize anew what came back with a backup. The table of acts is not asked: it was, ``first``.

    ``number``: of the act then.
    """
    if act is Act.DESTRUCTION:
        row.topic = None
    after = State.DESTROYED if act is Act.DESTRUCTION else State.DEPERSONALIZED
    details = {"by": "restore", "first": first.isoformat(timespec="seconds")}
    _take_away(session, row, act, after, by, details, ground, number=number)


def _take_away(
    session: Session,
    row: SubmissionRow,
    act: Act,
    after: State,
    by: By,
    details: Mapping[str, str],
    ground: DestructionGround,
    *,
    number: int = 1,
) -> None:
    """The seal, both keys, the sealed changes, the marks in the search index, contacts and tags; what waits to go out
    to recipients goes with their task. What remains names nobody.
    """
    take_out(session, row)
    for kind in (ChangeRow, ContactRow, RecordTagRow, WarningRow):
        session.execute(delete(kind).where(kind.submission_id == row.id))
    row.sealed_content = row.key_for_operator = row.key_for_person = b""
    row.mailing, row.suspicions, row.state = False, [], after.value
    recipient_tasks.open_for(session, row.id, TaskKind.DESTROY, by)
    export_removal.take_out(session, row.id, Cause.DESTROYED, actor=by.actor, key=by.key, now=by.now)
    _journal(session, row, act, by, {**details, "ground": ground.value})
    destructions.note(session, row.id, act, ground, author=by.actor, now=by.now, number=number)


def _journal(session: Session, row: SubmissionRow, act: Act, by: By, details: Mapping[str, str]) -> None:
    session.flush()
    deed = journal.Deed(act, row.id, by.actor, {**details, "consent": row.consent_state})
    journal.append(session, [deed], key=by.key, now=by.now)
