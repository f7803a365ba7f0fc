"""The desk's list: one page of a filter, how many there are on each tab, a record's neighbours."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.documents import Kind
from kelisim.domain.filters import Filter, Order
from kelisim.services.matching import matching
from kelisim.services.submissions import Listed, listed
from kelisim.storage.tables.documents import ShownText
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.keys import Keys

_DEARER = 10


@dataclass(frozen=True)
class Place:
    """Where a page begins: earlier or later than a record, or with it. ``way`` is by time, whatever the order."""

    id: UUID
    way: Literal["before", "after", "from"]


@dataclass(frozen=True)
class Page:
    """A page of the list. ``earlier`` and ``later``: is there more on either side, by time."""

    listed: tuple[Listed, ...]
    earlier: bool
    later: bool


@dataclass(frozen=True)
class Counts:
    """How many records there are, never more than ``most`` and one: beyond, "more than ``most``" is said.

    ``by_state`` is empty where counting each state would cost too much.
    """

    everything: int
    by_state: dict[State, int]
    most: int


@dataclass(frozen=True)
class Neighbour:
    """A record beside another one."""

    id: UUID
    reference: str


@dataclass(frozen=True)
class Neighbours:
    """What stands beside a record within a filter, in the order of the list."""

    previous: Neighbour | None
    next: Neighbour | None


def page(
    session: Session, wanted: Filter, *, order: Order, place: Place | None, keys: Keys, today: date, rows: int
) -> Page:
    """A page of what the filter lets through, masked. Raises NotReadable, NotSearchableHere."""
    downward = order is Order.NEWEST
    # Going back, the rows nearest to the place are wanted: they are read from there and turned round.
    back = place is not None and place.way == ("after" if downward else "before")
    through = matching(wanted, keys, today)
    query = through.select(SubmissionRow, ReceiptRow.reference).join(
        ReceiptRow, ReceiptRow.submission_id == SubmissionRow.id
    )
    if place is not None:
        query = query.where(_beyond(through.id, place, downward))
    query = query.order_by(through.id.desc() if downward is not back else through.id.asc())
    found = session.execute(query.limit(rows + 1)).all()
    more, found = len(found) > rows, found[:rows]
    ahead, behind = (True, more) if back else (more, place is not None)
    return Page(
        listed=tuple(listed(row, reference, keys) for row, reference in (found[::-1] if back else found)),
        earlier=ahead if downward else behind,
        later=behind if downward else ahead,
    )


def counts(session: Session, wanted: Filter, *, keys: Keys, today: date, most: int) -> Counts:
    """How many records the filter lets through, in any state and in each, in one query that is no longer than ``most``;
    and a tenth of it where several marks are to meet, since for each record that bears all many are passed by.

    Beyond ``most`` each state is counted by itself only where nothing but the state narrows: anything else would have
    to be looked for to the end.
    """
    anywhere = replace(wanted, state=None)
    if not anywhere.narrows:
        everything, *numbers = session.execute(select(*(_capped(state, most) for state in (None, *State)))).one()
        return Counts(everything, dict(zip(State, numbers, strict=True)), most)
    if wanted.sought is not None and len(wanted.sought.marks) > 1:
        most //= _DEARER
    first = matching(anywhere, keys, today).select(SubmissionRow.state).limit(most + 1).subquery()
    rows = session.execute(select(first.c.state, func.count().label("number")).group_by(first.c.state))
    found: dict[str, int] = {row.state: row.number for row in rows}
    everything = sum(found.values())
    known = {state: found.get(state.value, 0) for state in State} if everything <= most else {}
    return Counts(everything, known, most)


def neighbours(
    session: Session, reference: str, wanted: Filter, *, order: Order, keys: Keys, today: date
) -> Neighbours:
    """Who stands before and after a record within a filter, whether the filter lets the record itself through or not."""
    here = session.scalar(select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference))
    if here is None:
        return Neighbours(None, None)
    through = matching(wanted, keys, today)
    query = through.select(SubmissionRow.id, ReceiptRow.reference).join(
        ReceiptRow, ReceiptRow.submission_id == SubmissionRow.id
    )
    earlier = session.execute(query.where(through.id < here).order_by(through.id.desc()).limit(1)).one_or_none()
    later = session.execute(query.where(through.id > here).order_by(through.id.asc()).limit(1)).one_or_none()
    before, after = (None if row is None else Neighbour(*row) for row in (earlier, later))
    return Neighbours(after, before) if order is Order.NEWEST else Neighbours(before, after)


def revisions(session: Session) -> tuple[str, ...]:
    """Every revision of the Consent somebody has consented to, newest first."""
    query = select(ShownText.revision, func.max(ShownText.in_force)).where(ShownText.kind == Kind.CONSENT.value)
    rows = session.execute(query.group_by(ShownText.revision).order_by(func.max(ShownText.in_force).desc()))
    return tuple(row.revision for row in rows)


def _beyond(order: ColumnElement[UUID], place: Place, downward: bool) -> ColumnElement[bool]:
    if place.way == "before":
        return order < place.id
    if place.way == "after":
        return order > place.id
    return order <= place.id if downward else order >= place.id


def _capped(state: State | None, most: int) -> ColumnElement[int]:
    rows = select(literal(1)).select_from(SubmissionRow).limit(most + 1)
    if state is not None:
        rows = rows.where(SubmissionRow.state == state.value)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
