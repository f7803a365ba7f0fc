"""The end of the records of choices: counted by day, then gone; and the proof that all that is left holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import Cell, cells
from kelisim.domain.choice_records import (
    BEGINNING,
    Damage,
    Record,
    closed,
    closes_before,
    first_damage,
    last_mac,
)
from kelisim.services.choice_rows import closings, in_order, newest_closing, read, take_records
from kelisim.services.choices import note_expired
from kelisim.storage.db import add_rows, writing
from kelisim.storage.tables.choices import ChoiceClosing, ChoiceCount, ChoiceRow


class ChoicesDamaged(Exception):
    """Records or counts do not hold: they stay as they are until somebody has looked at them."""

    def __init__(self, damage: Damage) -> None:
        what = "the counts closed through record" if damage.in_counts else "the records of choices from number"
        super().__init__(f"{what} {damage.number} do not hold")


def compact(session: Session, *, key: bytes, now: datetime, days: int) -> int:
    """Count the records older than ``days`` days by day, purpose, decision, method and language; then they go.

    How many went. Raises ChoicesDamaged where they do not hold: damage is not counted away.
    """
    with writing(session):
        take_records(session)
        through = _last_to_close(session, closes_before(now, days))
        if through is None:
            return 0
        damage = verify(session, key=key)
        if damage is not None:
            raise ChoicesDamaged(damage)
        newest = newest_closing(session)
        anchor, previous = (newest.last_mac, newest.mac) if newest is not None else (BEGINNING, BEGINNING)
        rows = in_order().where(ChoiceRow.number <= through)
        counted = Counter[Cell](cell for record in read(session, rows) for cell in cells(record.choice))
        end = last_mac(key, anchor, read(session, rows))
        new = closed(key, previous, through, now, end, counted)
        add_rows(
            session,
            ChoiceClosing,
            [{"through": through, "closed_at": now, "last_mac": new.last_mac, "mac": new.mac}],
        )
        add_rows(session, ChoiceCount, _count_rows(through, counted))
        # The triggers let a row go that a closing counts, and no other.
        gone = session.execute(delete(ChoiceRow).where(ChoiceRow.number <= through))
    return cast("CursorResult[tuple[()]]", gone).rowcount


def daily(session: Session, *, key: bytes, now: datetime, days: int) -> str:
    """What is done every day, told in words: terms that ended are noted, records past their own term are counted and go.

    Raises ChoicesDamaged as ``compact`` does; the ended terms are noted all the same.
    """
    noted = 0
    while more := note_expired(session, key=key, now=now):
        noted += more
    went = compact(session, key=key, now=now, days=days)
    return f"{noted} ended, {went} counted and gone"


def verify(session: Session, *, key: bytes) -> Damage | None:
    """The first closing, count or record that does not hold; None where all do."""
    stray = session.scalar(
        select(func.min(ChoiceCount.through)).where(ChoiceCount.through.not_in(select(ChoiceClosing.through)))
    )
    if stray is not None:
        return Damage(stray, in_counts=True)
    try:
        with closing(read(session, in_order())) as records:
            return first_damage(key, closings(session), records)
    except (TypeError, ValueError):
        # A value that cannot even be read was not written here: read one by one, to name where it stands.
        return _first_damaged_or_unreadable(session, key)


def count(session: Session) -> int:
    """How many records there are."""
    return session.scalar(select(func.count()).select_from(ChoiceRow)) or 0


def _first_damaged_or_unreadable(session: Session, key: bytes) -> Damage | None:
    newest = newest_closing(session)
    last = newest.through if newest is not None else 0

    def noted(records: Iterable[Record]) -> Iterator[Record]:
        nonlocal last
        for record in records:
            last = record.number
            yield record

    with closing(read(session, in_order(), 1)) as records:
        try:
            return first_damage(key, closings(session), noted(records))
        except (TypeError, ValueError):
            return Damage(last + 1, in_counts=False)


def _count_rows(through: int, counted: Mapping[Cell, int]) -> list[dict[str, object]]:
    return [
        {
            "through": through,
            "day": cell.day,
            "purpose": cell.purpose.value,
            "decision": cell.decision.value,
            "method": cell.method.value,
            "language": cell.language,
            "records": number,
        }
        for cell, number in counted.items()
    ]


def _last_to_close(session: Session, before: datetime) -> int | None:
    """The number up to which every record is older, or None where none is."""
    first_young = session.scalar(select(func.min(ChoiceRow.number)).where(ChoiceRow.decided_at >= before))
    older = select(func.max(ChoiceRow.number))
    return session.scalar(older if first_young is None else older.where(ChoiceRow.number < first_young))
