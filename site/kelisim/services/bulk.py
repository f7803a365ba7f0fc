"""Acts on several records at once, in one transaction; a record whose state refuses stays as it is, and is named."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import ActRefused, ConsentState, State
from kelisim.domain.bulk import BulkAct, Outcome, Refused
from kelisim.domain.contacts import Contact, ContactProblem
from kelisim.domain.submissions import is_reference
from kelisim.domain.tags import TagProblem
from kelisim.services import contacts, export_removal, records, request_effects, tags
from kelisim.services.records import By, NoRecord, NotBlocked
from kelisim.services.submissions import Listed, listed
from kelisim.storage.db import writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.keys import Keys

Do = Callable[[Session, SubmissionRow, By], None]
_AT_THE_DESK = {"by": "desk"}


class _Left(Exception):
    """The record is left as it is. The argument is the code of why."""


def ticked(session: Session, references: Sequence[str], keys: Keys) -> tuple[Listed, ...]:
    """The records with these references, masked, newest first."""
    asked = [reference for reference in references if is_reference(reference)]
    query = select(SubmissionRow, ReceiptRow.reference).join(ReceiptRow).where(ReceiptRow.reference.in_(asked))
    rows = session.execute(query.order_by(SubmissionRow.id.desc()))
    return tuple(listed(row, reference, keys) for row, reference in rows)


def carry_out(session: Session, references: Sequence[str], do: Do, *, by: By) -> Outcome:
    """Do one thing to each of the records. Each asks the table of acts under its own lock.

    All of them are held, and the exports they are in, before the first is done: from its entry on the journal is held
    until the end, and whoever has another of them waits for the journal.
    """
    refused: list[Refused] = []
    done = 0
    with writing(session):
        _hold(session, references)
        for reference in sorted(set(references)):
            try:
                do(session, records.held(session, reference), by)
            except ActRefused as problem:
                refused.append(Refused(reference, problem.reason.value))
            except (ContactProblem, TagProblem) as problem:
                refused.append(Refused(reference, problem.code))
            except NoRecord:
                refused.append(Refused(reference, "gone"))
            except _Left as left:
                refused.append(Refused(reference, str(left)))
            else:
                done += 1
    return Outcome(done, tuple(refused))


def act(kind: BulkAct, *, contact: Contact | None, tag: int | None) -> Do:
    """What is done to each record. ``contact`` and ``tag``: for the acts that need them."""
    if kind is BulkAct.CONTACT and contact is not None:
        return lambda session, row, by: contacts.note(session, row, contact, by)
    if kind in {BulkAct.TAG, BulkAct.UNTAG} and tag is not None:
        return lambda session, row, by: _tag(session, row, tag, by, put=kind is BulkAct.TAG)
    if kind is BulkAct.BLOCK:
        return lambda session, row, by: records.block(session, row, by, _AT_THE_DESK)
    if kind is BulkAct.UNBLOCK:
        return _unblock
    raise ValueError(f"{kind} needs what it is to be done with")


def _hold(session: Session, references: Sequence[str]) -> None:
    asked = [reference for reference in references if is_reference(reference)]
    within = select(ReceiptRow.submission_id).where(ReceiptRow.reference.in_(asked))
    query = select(SubmissionRow.id).where(SubmissionRow.id.in_(within)).order_by(SubmissionRow.id)
    export_removal.hold(session, session.scalars(query.with_for_update()).all())


def _tag(session: Session, row: SubmissionRow, tag: int, by: By, *, put: bool) -> None:
    borne = tags.of_record(session, row.id)
    tags.put(session, row, borne | {tag} if put else borne - {tag}, by)


def _unblock(session: Session, row: SubmissionRow, by: By) -> None:
    """Only what nobody asked to have blocked, and only while the consent stands: else lifting would destroy."""
    if request_effects.holds_block(session, row.id):
        raise _Left("held")
    if State(row.state) is State.BLOCKED and row.consent_state != ConsentState.GIVEN:
        raise _Left("consent_over")
    try:
        records.unblock(session, row, by, _AT_THE_DESK, kept=False)
    except NotBlocked:
        raise _Left("not_blocked") from None
