"""Recording, showing and counting the choices about cookies and the anonymised address."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import Cell, ChoiceCounts, cells, summed
from kelisim.domain.choice_records import BEGINNING, Record, bound, last_mac
from kelisim.domain.choices import Choice, ChoiceMethod
from kelisim.domain.deadlines import day_begins
from kelisim.services.choice_rows import AT_ONCE, cell_of, in_order, newest_closing, read, take_records
from kelisim.storage.db import add_rows, writing
from kelisim.storage.tables.choices import ChoiceCount, ChoiceRow


def record(session: Session, choice: Choice, *, key: bytes) -> None:
    """Append the choice: the proof of what was asked and answered."""
    with writing(session):
        _append(session, [choice], key)


def note_expired(session: Session, *, key: bytes, now: datetime) -> int:
    """Note where the term of all answers of a browser has ended; from then on it is not asked. How many there were.

    At most 1000 at a time: call it again for more.
    """
    with writing(session):
        take_records(session)
        ended = [_ended(row.choice) for row in read(session, _expired(now))]
        _append(session, ended, key)
    return len(ended)


def of_receipt(session: Session, receipt_id: str) -> tuple[Choice, ...]:
    """Every record of one browser, oldest first."""
    rows = read(session, in_order().where(ChoiceRow.receipt_id == receipt_id))
    return tuple(row.choice for row in rows)


def counts(session: Session, first_day: date, last_day: date) -> ChoiceCounts:
    """The records of ``first_day`` to ``last_day``, both included, days in Almaty: by purpose, method, language, day.

    Each is one answer that was given (or one term that ended: method EXPIRY), not one person. Those whose term is over
    are in it as counts.
    """
    counted = Counter[Cell]()
    of_days = (
        ChoiceRow.decided_at >= day_begins(first_day),
        ChoiceRow.decided_at < day_begins(last_day + timedelta(days=1)),
    )
    for row in read(session, in_order().where(*of_days)):
        counted.update(cells(row.choice))
    for gone in session.scalars(select(ChoiceCount).where(ChoiceCount.day.between(first_day, last_day))):
        counted[cell_of(gone)] += gone.records
    return summed(counted)


def _append(session: Session, choices: list[Choice], key: bytes) -> None:
    take_records(session)
    number, mac = _end(session, key)
    rows = []
    for choice in choices:
        number += 1
        row = {
            "number": number,
            "receipt_id": choice.receipt_id,
            "answers": {purpose.value: answer for purpose, answer in choice.answers.items()},
            "versions": {purpose.value: version for purpose, version in choice.versions.items()},
            "method": choice.method.value,
            "language": choice.language,
            "decided_at": choice.decided_at,
            "expires_at": choice.expires_at,
        }
        mac = bound(key, mac, Record(**row, mac=None))  # type: ignore[arg-type]  # the row has the fields of a record
        rows.append({**row, "mac": mac})
    if rows:
        add_rows(session, ChoiceRow, rows)


def _end(session: Session, key: bytes) -> tuple[int, bytes]:
    """The number and the mac of the last record, or of the last that has gone."""
    last = session.scalar(select(ChoiceRow).order_by(ChoiceRow.number.desc()).limit(1))
    if last is not None and last.mac is not None:
        return last.number, last.mac
    closing = newest_closing(session)
    through, anchor = (closing.through, closing.last_mac) if closing is not None else (0, BEGINNING)
    if last is None:
        return through, anchor
    return last.number, last_mac(key, anchor, read(session, in_order()))


def _expired(now: datetime) -> Select[ChoiceRow]:
    """The last row of each browser whose every answer has ended, if that was not noted since."""
    note = func.max(case((ChoiceRow.method == ChoiceMethod.EXPIRY.value, ChoiceRow.number), else_=0))
    last = func.max(ChoiceRow.number)
    ended = select(last).group_by(ChoiceRow.receipt_id).having(func.max(ChoiceRow.expires_at) <= now, note < last)
    return in_order().where(ChoiceRow.number.in_(ended)).limit(AT_ONCE)


def _ended(last: Choice) -> Choice:
    """The note that the term of a browser's last record has ended: nothing is answered any more."""
    return replace(last, answers={}, versions={}, method=ChoiceMethod.EXPIRY, decided_at=last.expires_at)
