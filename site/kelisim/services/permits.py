"""The table of acts as a condition in SQL: which rows permit an act now."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from kelisim.domain.acts import Act, ConsentState, State, why_not
from kelisim.storage.tables.submissions import SubmissionRow


def permitting(act: Act) -> tuple[tuple[State, ConsentState], ...]:
    """The pairs of states in which the table of acts permits an act to the Operator."""
    return tuple(
        (state, consent) for state in State for consent in ConsentState if why_not(state, act, consent) is None
    )


def permits(act: Act, column: Callable[[Any], Any] = lambda column: column) -> ColumnElement[bool]:
    """A condition on ``submissions``: the act is permitted. ``column``: how a column is asked."""
    of_record, of_consent = column(SubmissionRow.state), column(SubmissionRow.consent_state)
    return or_(*(and_(of_record == state.value, of_consent == consent.value) for state, consent in permitting(act)))
