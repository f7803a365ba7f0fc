"""A filter as SQL that walks along the list, so that a page of a million records costs what a page of a thousand does.

One table leads: that of the rarest mark searched for, that of consents for a revision, else that of submissions. It is
read by an index in the order of the list, and the others are looked up row by row until the page is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import aliased, join

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import day_begins
from kelisim.domain.filters import Due, Filter
from kelisim.domain.requests import OPEN
from kelisim.domain.search import rarest_first
from kelisim.services.permits import permits, permitting
from kelisim.services.search import tokens_of
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.requests import RequestRow
from kelisim.storage.tables.search import SearchTokenRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.storage.tables.tags import RecordTagRow
from kelisim.vault.keys import Keys


@dataclass(frozen=True)
class Matching:
    """What a filter lets through. ``id``: the column whose order is that of the list."""

    source: Any
    id: ColumnElement[UUID]
    conditions: tuple[ColumnElement[bool], ...]

    def select(self, *columns: Any) -> Select[Any]:
        """A query for columns of ``submissions``, or of what is joined to it by the caller."""
        return select(*columns).select_from(self.source).where(*self.conditions)


def matching(wanted: Filter, keys: Keys, today: date) -> Matching:
    """A filter as a source and conditions. Raises NotSearchableHere where it searches by name or phone."""
    source, order = _source(wanted, keys)
    leads = source is SubmissionRow
    conditions = (
        *_equal(wanted, leads=leads),
        *_days(wanted, order),
        *_asked(wanted.due, today),
        *_searched(wanted),
    )
    return Matching(source, order, conditions)


def _source(wanted: Filter, keys: Keys) -> tuple[Any, Any]:
    """What leads, joined to ``submissions`` and what else narrows, and the column that is in the order of the list."""
    marks = wanted.sought.marks if wanted.sought is not None else ()
    if marks:
        return _marked(marks, wanted, keys)
    if wanted.tag is not None:
        there = (SubmissionRow.id == RecordTagRow.submission_id) & (RecordTagRow.tag_id == wanted.tag)
        led = join(RecordTagRow, SubmissionRow, there)
        return _of_revision(led, RecordTagRow.submission_id, wanted.revision), RecordTagRow.submission_id
    if wanted.revision is not None:
        there = (SubmissionRow.id == ConsentRow.submission_id) & (ConsentRow.revision == wanted.revision)
        return join(ConsentRow, SubmissionRow, there), ConsentRow.submission_id
    return SubmissionRow, SubmissionRow.id


def _marked(marks: Sequence[str], wanted: Filter, keys: Keys) -> tuple[Any, Any]:
    tokens = tokens_of(rarest_first(marks), keys)
    first, *others = (aliased(SearchTokenRow) for _ in tokens)
    source: Any = join(first, SubmissionRow, (SubmissionRow.id == first.submission_id) & (first.token == tokens[0]))
    for mark, token in zip(others, tokens[1:], strict=True):
        source = join(source, mark, (mark.submission_id == first.submission_id) & (mark.token == token))
    if wanted.tag is not None:
        there = (RecordTagRow.submission_id == first.submission_id) & (RecordTagRow.tag_id == wanted.tag)
        source = join(source, RecordTagRow, there)
    return _of_revision(source, first.submission_id, wanted.revision), first.submission_id


def _of_revision(source: Any, order: Any, revision: str | None) -> Any:
    if revision is None:
        return source
    return join(source, ConsentRow, (ConsentRow.submission_id == order) & (_same(ConsentRow.revision) == revision))


def _equal(wanted: Filter, *, leads: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (SubmissionRow.state, wanted.state),
        (SubmissionRow.consent_state, wanted.consent),
        (SubmissionRow.topic, wanted.topic),
        (SubmissionRow.mailing, wanted.mailing),
    ):
        if value is not None:
            found.append((column if leads else _same(column)) == (value if isinstance(value, bool) else value.value))
    return found


def _days(wanted: Filter, order: ColumnElement[UUID]) -> list[ColumnElement[bool]]:
    """An id begins with its moment: a day is a range of ids."""
    found = []
    if wanted.since is not None:
        found.append(order >= _first_id(wanted.since))
    if wanted.until is not None:
        found.append(order < _first_id(wanted.until + timedelta(days=1)))
    return found


def _asked(due: Due | None, today: date) -> list[ColumnElement[bool]]:
    if due is None:
        return []
    asking = select(RequestRow.submission_id).where(
        RequestRow.state.in_([state.value for state in OPEN]), RequestRow.submission_id.is_not(None)
    )
    if due is Due.OVERDUE:
        asking = asking.where(RequestRow.due < today)
    return [SubmissionRow.id.in_(asking)]


def _searched(wanted: Filter) -> list[ColumnElement[bool]]:
    """By name or phone only records are found that may be opened: looking into the others would be an act their state
    does not permit. A reference is no personal value.
    """
    sought = wanted.sought
    if sought is None:
        return []
    if sought.reference is not None:
        asked = select(ReceiptRow.submission_id).where(ReceiptRow.reference == sought.reference)
        return [SubmissionRow.id.in_(asked)]
    opens = wanted.state is None or wanted.state in {state for state, _ in permitting(Act.ACCESS)}
    return [permits(Act.ACCESS, column=_same)] if sought.marks and opens else [false()]


def _same(column: Any) -> ColumnElement[Any]:
    """A column as a value that no index is looked up by: another table leads."""
    return func.coalesce(column, column)


def _first_id(day: date) -> UUID:
    """The least id a record of this day, in Almaty, can have."""
    milliseconds = int(day_begins(day).timestamp() * 1000)
    return UUID(bytes=max(0, milliseconds).to_bytes(6, "big") + bytes(10))
