"""Recording and counting the choices about cookies and the anonymised address."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import Cell, ChoiceCounts, cells, summed
from kelisim.domain.choices import Choice, ChoiceMethod, ChoicePurpose
from kelisim.domain.deadlines import day_begins
from kelisim.storage.db import writing
from kelisim.storage.tables.choices import ChoiceRow

_READ_AT_ONCE = 1000


def record(session: Session, choice: Choice) -> None:
    """Append the choice: the proof of what was asked and answered."""
    values = {
        "receipt_id": choice.receipt_id,
        "answers": {purpose.value: answer for purpose, answer in choice.answers.items()},
        "versions": {purpose.value: version for purpose, version in choice.versions.items()},
        "method": choice.method.value,
        "language": choice.language,
        "decided_at": choice.decided_at,
        "expires_at": choice.expires_at,
    }
    with writing(session):
        session.execute(insert(ChoiceRow), [values])


def counts(session: Session, first_day: date, last_day: date) -> ChoiceCounts:
    """The records of ``first_day`` to ``last_day``, both included, days in Almaty: by purpose, method, language, day.

    Each is one answer that was given (or one term that ended: method EXPIRY), not one person.
    """
    counted = Counter[Cell]()
    rows = session.scalars(
        select(ChoiceRow)
        .where(
            ChoiceRow.decided_at >= day_begins(first_day),
            ChoiceRow.decided_at < day_begins(last_day + timedelta(days=1)),
        )
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    for row in rows:
        counted.update(cells(_choice(row)))
    return summed(counted)


def _choice(row: ChoiceRow) -> Choice:
    known = {purpose.value: purpose for purpose in ChoicePurpose}
    return Choice(
        receipt_id=row.receipt_id,
        answers={known[name]: answer for name, answer in row.answers.items() if name in known},
        versions={known[name]: version for name, version in row.versions.items() if name in known},
        method=ChoiceMethod(row.method),
        language=row.language,
        decided_at=row.decided_at,
        expires_at=row.expires_at,
    )
