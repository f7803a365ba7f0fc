"""The log of contacts. Noting one is the act of use, for a purpose the person consented to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State, state_after
from kelisim.domain.contacts import Contact, check_contact
from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import is_reference
from kelisim.services import journal
from kelisim.services.records import By, NoRecord, consent_of, held
from kelisim.storage.db import writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.contacts import ContactRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow


def purposes_of(session: Session, row: SubmissionRow) -> frozenset[Purpose]:
    """What the record may be used for now: the purposes of its consent, less a mailing that was ended."""
    said = session.scalars(select(ConsentRow.purposes).where(ConsentRow.submission_id == row.id)).one()
    return frozenset(Purpose(code) for code in said) - (frozenset() if row.mailing else {Purpose.MAILING})


def purposes_of_record(session: Session, reference: str) -> frozenset[Purpose]:
    """The same, for a record found by its reference. Raises NoRecord."""
    query = select(SubmissionRow).join(ReceiptRow).where(ReceiptRow.reference == reference)
    row = session.scalar(query) if is_reference(reference) else None
    if row is None:
        raise NoRecord
    return purposes_of(session, row)


def log(session: Session, reference: str, contact: Contact, *, by: By) -> None:
    """Note a contact. Raises NoRecord, ActRefused, ContactProblem."""
    with writing(session):
        note(session, held(session, reference), contact, by)


def note(session: Session, row: SubmissionRow, contact: Contact, by: By) -> None:
    """Inside the caller's transaction, on a row held there: note a contact. Raises ActRefused, ContactProblem."""
    state_after(State(row.state), Act.USE, consent_of(row))
    check_contact(
        contact,
        today=local_day(by.now),
        received=local_day(row.received_at),
        purposes=purposes_of(session, row),
    )
    codes = {"way": contact.way.value, "outcome": contact.outcome.value, "purpose": contact.purpose.value}
    session.add(ContactRow(submission_id=row.id, at=by.now, day=contact.day, author=by.actor, **codes))
    session.flush()
    deed = journal.Deed(Act.USE, row.id, by.actor, {**codes, "day": contact.day.isoformat()})
    journal.append(session, [deed], key=by.key, now=by.now)
