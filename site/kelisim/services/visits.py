"""Visits: written in batches, turned into numbers of a day, read as numbers of a range."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kelisim.domain.visits import ALL, OF_VISITS, Batch, Count, Device, Kind, Visit, summed
from kelisim.storage.db import add_rows, writing
from kelisim.storage.tables.visits import VisitCountRow, VisitRow

_AT_ONCE = 500


@dataclass(frozen=True)
class VisitCounts:
    """The numbers of a range of days. ``days`` has every day of it; ``values`` those that were counted, by kind."""

    days: Mapping[date, int]
    values: Mapping[Kind, Mapping[str, int]]
    events: Mapping[date, Mapping[str, int]]


def record(session: Session, batch: Batch) -> None:
    """Write what waited, sorted by key, so that even the order of writing says nothing.

    Any number of processes may do so at once: a visit is written by the first, a number grows by each.
    """
    # The engine has loaded the module of its own dialect; that of the other would be two megabytes for nothing.
    insert: Any = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}").insert
    visits = [_values(batch.visits[place]) for place in sorted(batch.visits)]
    counts = [
        {"day": count.day, "kind": count.kind.value, "value": count.value, "number": batch.counts[count]}
        for count in sorted(batch.counts, key=lambda count: (count.day, count.kind, count.value))
    ]
    with writing(session):
        for begin in range(0, len(visits), _AT_ONCE):
            session.execute(insert(VisitRow).values(visits[begin : begin + _AT_ONCE]).on_conflict_do_nothing())
        for begin in range(0, len(counts), _AT_ONCE):
            added = insert(VisitCountRow).values(counts[begin : begin + _AT_ONCE])
            grown = {"number": VisitCountRow.number + added.excluded.number}
            session.execute(added.on_conflict_do_update(index_elements=["day", "kind", "value"], set_=grown))


def compact(session: Session, *, today: date, days: int) -> str:
    """Turn the visits of each day that is over into its numbers, and delete those older than ``days`` days.

    A day that was counted is counted anew only where visits came in late. Its rows are written anew too, in the order of
    their keys: of when each came nothing remains in the database's own bookkeeping either. Returns what was done.
    """
    counted, first_kept = 0, today - timedelta(days=days)
    for day in _uncounted(session, today, first_kept):
        _count_day(session, day)
        counted += 1
    with writing(session):
        deleted = session.execute(delete(VisitRow).where(VisitRow.day < first_kept))
    gone = cast("CursorResult[object]", deleted).rowcount
    done = [f"{counted} days counted" if counted else "", f"{gone} visits deleted" if gone else ""]
    return ", ".join(filter(None, done))


def counts(session: Session, first_day: date, last_day: date) -> VisitCounts:
    """The numbers of ``first_day`` to ``last_day``, both included, days in Almaty."""
    found = Counter[Count]()
    in_range = VisitCountRow.day.between(first_day, last_day)
    for row in session.execute(
        select(VisitCountRow.day, VisitCountRow.kind, VisitCountRow.value, VisitCountRow.number).where(in_range)
    ):
        found[Count(row.day, Kind(row.kind), row.value)] = row.number
    closed = {count.day for count in found if count.kind is Kind.VISITS}
    found.update(_of_open_days(session, first_day, last_day, closed))
    return _arranged(found, first_day, last_day)


def _of_open_days(session: Session, first_day: date, last_day: date, closed: set[date]) -> Counter[Count]:
    """The numbers of days that are not counted yet, by the database."""
    found = Counter[Count]()
    columns: Mapping[Kind, InstrumentedAttribute[Any]] = {
        Kind.SOURCE: VisitRow.source,
        Kind.LANGUAGE: VisitRow.language,
        Kind.DEVICE: VisitRow.device,
        Kind.CAME_BACK: VisitRow.came_back,
        Kind.NETWORK: VisitRow.network,
    }
    here = (VisitRow.day.between(first_day, last_day), VisitRow.day.not_in(sorted(closed)))
    for day, number in session.execute(select(VisitRow.day, func.count()).where(*here).group_by(VisitRow.day)):
        found[Count(day, Kind.VISITS, ALL)] = number
    for kind, column in columns.items():
        rows = select(VisitRow.day, column, func.count()).where(*here, column.is_not(None))
        for day, value, number in session.execute(rows.group_by(VisitRow.day, column)):
            words = ("yes" if value else "no") if isinstance(value, bool) else value
            found[Count(day, kind, words)] = number
    return found


def _arranged(found: Mapping[Count, int], first_day: date, last_day: date) -> VisitCounts:
    every = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    values: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind if kind not in {Kind.VISITS, Kind.EVENT}}
    events: dict[date, dict[str, int]] = {day: {} for day in every}
    for count, number in found.items():
        if count.kind is Kind.EVENT:
            events[count.day][count.value] = number
        elif count.kind in values:
            values[count.kind][count.value] += number
    return VisitCounts(
        days={day: found.get(Count(day, Kind.VISITS, ALL), 0) for day in every}, values=values, events=events
    )


def _uncounted(session: Session, today: date, first_kept: date) -> list[date]:
    """Days that are over and whose number is not that of their rows; of older days, those never counted at all."""
    there = session.execute(
        select(VisitRow.day, func.count()).where(VisitRow.day < today).group_by(VisitRow.day).order_by(VisitRow.day)
    )
    numbers = select(VisitCountRow.day, VisitCountRow.number).where(VisitCountRow.kind == Kind.VISITS.value)
    counted: dict[date, int] = dict(session.execute(numbers).all())
    return [day for day, number in there if day not in counted or (counted[day] != number and day >= first_kept)]


def _count_day(session: Session, day: date) -> None:
    with writing(session):
        rows = session.scalars(select(VisitRow).where(VisitRow.day == day).order_by(VisitRow.key)).all()
        visits = [_visit(row) for row in rows]
        session.expunge_all()
        session.execute(delete(VisitRow).where(VisitRow.day == day))
        add_rows(session, VisitRow, [_values(visit) for visit in visits])
        kinds = [kind.value for kind in (Kind.VISITS, *OF_VISITS)]
        session.execute(delete(VisitCountRow).where(VisitCountRow.day == day, VisitCountRow.kind.in_(kinds)))
        add_rows(
            session,
            VisitCountRow,
            [
                {"day": count.day, "kind": count.kind.value, "value": count.value, "number": number}
                for count, number in summed(visits).items()
            ],
        )


def _values(visit: Visit) -> dict[str, object]:
    return {
        "day": visit.day,
        "key": visit.key,
        "source": visit.source,
        "language": visit.language,
        "device": visit.device.value,
        "came_back": visit.came_back,
        "network": visit.network,
    }


def _visit(row: VisitRow) -> Visit:
    return Visit(
        day=row.day,
        key=row.key,
        source=row.source,
        language=row.language,
        device=Device(row.device),
        came_back=row.came_back,
        network=row.network,
    )
