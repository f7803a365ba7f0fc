"""What decides how long a record is kept: its consent, what was stated, contacts, decisions and open requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import OPEN
from kelisim.domain.retention import Life
from kelisim.services import statements
from kelisim.services.records import consent_of
from kelisim.storage.tables.changes import KeepingRow
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.contacts import ContactRow
from kelisim.storage.tables.requests import RequestRow
from kelisim.storage.tables.submissions import SubmissionRow


@dataclass(frozen=True)
class _Term:
    terms: Mapping[Purpose, int]
    years: int | None


def life_of(session: Session, row: SubmissionRow) -> Life:
    """One of them."""
    return lives(session, [row.id])[row.id]


def lives(session: Session, ids: Sequence[UUID]) -> dict[UUID, Life]:
    """The lives of records by their ids, in a few queries however many there are."""
    rows = session.execute(
        select(SubmissionRow, ConsentRow)
        .join(ConsentRow, ConsentRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.id.in_(ids))
    ).all()
    stated = {number: _stated(session, number) for number in {consent.statements_number for _, consent in rows}}
    contacts: dict[UUID, dict[Purpose, date]] = {}
    for found in session.execute(
        select(ContactRow.submission_id, ContactRow.purpose, func.max(ContactRow.day))
        .where(ContactRow.submission_id.in_(ids))
        .group_by(ContactRow.submission_id, ContactRow.purpose)
    ):
        contacts.setdefault(found[0], {})[Purpose(found[1])] = found[2]
    # The last decision counts, as everywhere.
    last = (
        select(func.max(KeepingRow.number)).where(KeepingRow.submission_id.in_(ids)).group_by(KeepingRow.submission_id)
    )
    keepings = {
        row.submission_id: row.until for row in session.scalars(select(KeepingRow).where(KeepingRow.number.in_(last)))
    }
    asked = set(
        session.scalars(
            select(RequestRow.submission_id).where(RequestRow.submission_id.in_(ids), RequestRow.state.in_(OPEN))
        )
    )
    return {
        row.id: Life(
            state=State(row.state),
            consent=consent_of(row),
            given=local_day(consent.given_at),
            purposes=tuple(Purpose(code) for code in consent.purposes),
            promised=stated[consent.statements_number].terms or None,
            years_from_sending=stated[consent.statements_number].years,
            contacts=contacts.get(row.id, {}),
            ended=local_day(row.consent_ended_at) if row.consent_ended_at is not None else None,
            kept_until=keepings.get(row.id),
            asked=row.id in asked,
        )
        for row, consent in rows
    }


def _stated(session: Session, number: int | None) -> _Term:
    """What was stated of the term: by the version a consent names; nothing where no version is on record."""
    found = statements.version(session, number)
    return _Term({}, None) if found is None else _Term(found.stated.terms, found.stated.years)
