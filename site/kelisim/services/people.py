"""Counting people, not records: by the keyed hash of the phone number, which only the Operator's side can make."""

from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.people import People
from kelisim.storage.tables.submissions import SubmissionRow

_WITH_DATA = (State.ACTIVE.value, State.BLOCKED.value, State.RESTRICTED.value)


def count(session: Session, *, small: int, medium: int, most: int | None = None) -> People:
    """How many people's data are held. What is not entered in the search index yet counts as a person each.

    ``most``: of either kind no more than so many and one are looked for, since counting a million takes its time.
    """
    token = SubmissionRow.phone_token
    known = select(token).where(token.is_not(None)).distinct()
    uncounted = (
        select(literal(1)).select_from(SubmissionRow).where(token.is_(None), SubmissionRow.state.in_(_WITH_DATA))
    )
    return People(_number(session, known, most), _number(session, uncounted, most), small, medium)


def records(session: Session) -> dict[State, int]:
    """How many records are in each state."""
    found = session.execute(select(SubmissionRow.state, func.count()).group_by(SubmissionRow.state))
    counted = {State(state): number for state, number in found}
    return {state: counted.get(state, 0) for state in State}


def records_at_all(session: Session, *, most: int) -> int:
    """How many records there are, no more than ``most`` and one."""
    return _number(session, select(SubmissionRow.id), most)


def _number(session: Session, found: Select[Any], most: int | None) -> int:
    rows = found if most is None else found.limit(most + 1)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
