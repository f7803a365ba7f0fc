"""Counting people, not records: by the keyed hash of the phone number, which only the Operator's side can make."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.people import People
from kelisim.storage.tables.submissions import SubmissionRow

_WITH_DATA = (State.ACTIVE.value, State.BLOCKED.value, State.RESTRICTED.value)


def count(session: Session, *, small: int, medium: int) -> People:
    """How many people's data are held. What is not entered in the search index yet counts as a person each."""
    known = session.scalar(select(func.count(SubmissionRow.phone_token.distinct()))) or 0
    uncounted = session.scalar(
        select(func.count())
        .select_from(SubmissionRow)
        .where(SubmissionRow.phone_token.is_(None), SubmissionRow.state.in_(_WITH_DATA))
    )
    return People(known, uncounted or 0, small, medium)


def records(session: Session) -> dict[State, int]:
    """How many records are in each state."""
    found = session.execute(select(SubmissionRow.state, func.count()).group_by(SubmissionRow.state))
    counted = {State(state): number for state, number in found}
    return {state: counted.get(state, 0) for state in State}
