"""Reading requests: one, those about a record, the queue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.requests import OPEN, Request
from kelisim.services.request_rows import Event, request_of
from kelisim.storage.tables.requests import RequestRow, RequestStepRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow

Tab = Literal["due", "overdue", "done"]


@dataclass(frozen=True)
class Taken:
    """One step that was taken, by whom (``person``, ``operator:3``)."""

    event: Event
    at: datetime
    author: str
    ground: RefusalGround | None


@dataclass(frozen=True)
class Kept:
    """A request as it is kept. ``reference`` and ``record`` are of the submission, None while it is not known."""

    id: UUID
    request: Request
    language: str
    submission_id: UUID | None
    reference: str | None
    record: State | None


@dataclass(frozen=True)
class Counts:
    """How many requests stand on each tab of the queue."""

    due: int
    overdue: int
    done: int


def find(session: Session, request_id: UUID) -> Kept | None:
    """A request, or None."""
    found = session.execute(_kept().where(RequestRow.id == request_id)).one_or_none()
    return _as_kept(found) if found is not None else None


def steps(session: Session, request_id: UUID) -> tuple[Taken, ...]:
    """What was done with a request, oldest first."""
    query = select(RequestStepRow).where(RequestStepRow.request_id == request_id).order_by(RequestStepRow.number)
    return tuple(
        Taken(Event(row.step), row.at, row.author, RefusalGround(row.ground) if row.ground else None)
        for row in session.scalars(query)
    )


def of_submission(session: Session, submission_id: UUID) -> tuple[Kept, ...]:
    """Every request about one record, the newest first."""
    query = _kept().where(RequestRow.submission_id == submission_id).order_by(RequestRow.id.desc())
    return tuple(_as_kept(found) for found in session.execute(query))


def queue(session: Session, tab: Tab, *, today: date, skip: int, rows: int) -> tuple[Kept, ...]:
    """One tab of the queue: what is open by its due date, the most urgent first; what is done, the newest first."""
    order = RequestRow.id.desc() if tab == "done" else RequestRow.due
    query = _kept().where(*_on_tab(tab, today)).order_by(order, RequestRow.id).offset(skip).limit(rows)
    return tuple(_as_kept(found) for found in session.execute(query))


def counts(session: Session, *, today: date) -> Counts:
    """How many requests stand on each tab."""

    def count(tab: Tab) -> int:
        return session.scalar(select(func.count()).select_from(RequestRow).where(*_on_tab(tab, today))) or 0

    return Counts(due=count("due"), overdue=count("overdue"), done=count("done"))


def _on_tab(tab: Tab, today: date) -> tuple[ColumnElement[bool], ...]:
    if tab == "done":
        return (RequestRow.state.not_in(OPEN),)
    return RequestRow.state.in_(OPEN), RequestRow.due >= today if tab == "due" else RequestRow.due < today


def _kept() -> Select[RequestRow, str | None, str | None]:
    return (
        select(RequestRow, ReceiptRow.reference, SubmissionRow.state)
        .outerjoin(SubmissionRow, SubmissionRow.id == RequestRow.submission_id)
        .outerjoin(ReceiptRow, ReceiptRow.submission_id == RequestRow.submission_id)
    )


def _as_kept(found: Row[RequestRow, str | None, str | None]) -> Kept:
    row, reference, state = found
    return Kept(
        id=row.id,
        request=request_of(row),
        language=row.language,
        submission_id=row.submission_id,
        reference=reference,
        record=State(state) if state is not None else None,
    )
