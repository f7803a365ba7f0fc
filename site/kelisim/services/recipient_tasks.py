"""What recipients have to be told: opened by the act on the record itself, closed by a person who told them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import Calendar, local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipient_tasks import (
    OVERTAKES,
    SAID_BY_WITHDRAWAL,
    STOPS,
    How,
    TaskKind,
    TaskProblem,
    last_overdue,
    told_on_is_possible,
)
from kelisim.domain.transfers import Delivery, Way
from kelisim.services import days, journal
from kelisim.storage.db import writing
from kelisim.storage.tables.recipients import DeliveryRow, RecipientRow, RecipientTaskRow, TransferRow
from kelisim.storage.tables.submissions import ReceiptRow

if TYPE_CHECKING:
    from kelisim.services.records import By

Tab = Literal["due", "overdue", "closed"]


@dataclass(frozen=True)
class Task:
    """Something a recipient has to be told. ``due``: the last day; ``closed`` None: it is open."""

    number: int
    recipient_id: UUID
    recipient: str
    contact: str
    reference: str
    kind: TaskKind
    opened: date
    due: date
    closed: date | None
    how: How | None
    told_on: date | None


def open_for(
    session: Session, submission_id: UUID, kind: TaskKind, by: "By", *, purpose: Purpose | None = None
) -> None:
    """Inside the transaction of the act on a record: one task for each recipient that has its data, or may have them.

    ``purpose``: only those that were handed the data for it. What has not gone out is stopped where the act stops transfers: who was handed nothing need not be told.
    """
    session.flush()
    if kind in STOPS:
        _stop_waiting(session, submission_id, STOPS[kind])
    today = local_day(by.now)
    for recipient_id in _told(session, submission_id, purpose):
        _overtake(session, submission_id, recipient_id, kind, today)
        if not _said(session, submission_id, recipient_id, kind):
            session.add(
                RecipientTaskRow(recipient_id=recipient_id, submission_id=submission_id, kind=kind.value, opened=today)
            )
    session.flush()


def close(session: Session, number: int, how: How, told_on: date, *, by: "By") -> None:
    """Note how and when the recipient was told. Raises TaskProblem."""
    today = local_day(by.now)
    with writing(session):
        query = select(RecipientTaskRow).where(RecipientTaskRow.number == number).with_for_update()
        row = session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise TaskProblem("task")
        if row.closed is not None:
            raise TaskProblem("closed")
        if how is How.OVERTAKEN or not told_on_is_possible(told_on, row.opened, today):
            raise TaskProblem("told_on")
        _close(row, how, told_on, by.actor, today)
        details = {
            "recipient": row.recipient_id.hex,
            "step": "told",
            "task": row.kind,
            "how": how.value,
            "told_on": told_on.isoformat(),
        }
        deed = journal.Deed(Act.TRANSFER, row.submission_id, by.actor, details)
        journal.append(session, [deed], key=by.key, now=by.now)


def find(session: Session, number: int, *, term: int) -> Task | None:
    """A task, or None. ``term``: working days to tell a recipient."""
    found = session.execute(_lines().where(RecipientTaskRow.number == number)).one_or_none()
    return _task(found[0], found[1], found[2], days.calendar(session), term) if found is not None else None


def queue(session: Session, tab: Tab, *, today: date, term: int, skip: int, rows: int) -> tuple[Task, ...]:
    """One tab: what is open by the day it was opened, what is closed the newest first."""
    order = RecipientTaskRow.number.desc() if tab == "closed" else RecipientTaskRow.number
    query = _lines().where(*_on_tab(session, tab, today, term)).order_by(order).offset(skip).limit(rows)
    calendar = days.calendar(session)
    return tuple(
        _task(row, recipient, reference, calendar, term) for row, recipient, reference in session.execute(query)
    )


def counts(session: Session, *, today: date, term: int) -> Mapping[Tab, int]:
    """How many tasks stand on each tab."""
    tabs: tuple[Tab, ...] = ("due", "overdue", "closed")
    query = select(func.count()).select_from(RecipientTaskRow)
    return {tab: session.scalar(query.where(*_on_tab(session, tab, today, term))) or 0 for tab in tabs}


def _told(session: Session, submission_id: UUID, purpose: Purpose | None) -> list[UUID]:
    """Who has the data of a record, may have them (a try whose end is not known), or is about to get them."""
    query = (
        select(TransferRow.recipient_id)
        .join(DeliveryRow, DeliveryRow.transfer_id == TransferRow.id)
        .where(
            TransferRow.submission_id == submission_id,
            or_(DeliveryRow.tries > 0, DeliveryRow.state.in_([Delivery.WAITING.value, Delivery.DONE.value])),
        )
        .distinct()
        .order_by(TransferRow.recipient_id)
    )
    if purpose is not None:
        query = query.where(TransferRow.purpose == purpose.value)
    return list(session.scalars(query))


def _stop_waiting(session: Session, submission_id: UUID, why: str) -> None:
    query = (
        select(DeliveryRow, TransferRow.way)
        .join(TransferRow, TransferRow.id == DeliveryRow.transfer_id)
        .where(
            TransferRow.submission_id == submission_id,
            DeliveryRow.state.in_([Delivery.WAITING.value, Delivery.FAILED.value]),
        )
        .order_by(DeliveryRow.transfer_id)
        .with_for_update(of=DeliveryRow)
    )
    for row, way in session.execute(query.execution_options(populate_existing=True)):
        saved = Way(way) is Way.FILE and row.tries > 0  # the recipient has it, or whoever brings it
        row.state, row.sealed = (Delivery.DONE if saved else Delivery.STOPPED).value, b""
        row.outcome = "" if saved else why
    session.flush()


def _overtake(session: Session, submission_id: UUID, recipient_id: UUID, kind: TaskKind, today: date) -> None:
    for other in OVERTAKES[kind]:
        row = _open_kind(session, submission_id, recipient_id, other)
        if row is not None:
            _close(row, How.OVERTAKEN, today, "site", today)


def _said(session: Session, submission_id: UUID, recipient_id: UUID, kind: TaskKind) -> bool:
    """True where an open task says it already, or the consent's end did."""
    if _open_kind(session, submission_id, recipient_id, kind) is not None:
        return True
    query = select(RecipientTaskRow.number).where(
        RecipientTaskRow.submission_id == submission_id,
        RecipientTaskRow.recipient_id == recipient_id,
        RecipientTaskRow.kind == TaskKind.WITHDRAW.value,
    )
    return kind in SAID_BY_WITHDRAWAL and session.scalar(query.limit(1)) is not None


def _open_kind(session: Session, submission_id: UUID, recipient_id: UUID, kind: TaskKind) -> RecipientTaskRow | None:
    query = select(RecipientTaskRow).where(
        RecipientTaskRow.submission_id == submission_id,
        RecipientTaskRow.recipient_id == recipient_id,
        RecipientTaskRow.kind == kind.value,
        RecipientTaskRow.closed.is_(None),
    )
    return session.scalar(query.limit(1))


def _close(row: RecipientTaskRow, how: How, told_on: date, author: str, today: date) -> None:
    row.closed, row.how, row.told_on, row.author = today, how.value, told_on, author


def _on_tab(session: Session, tab: Tab, today: date, term: int) -> tuple[ColumnElement[bool], ...]:
    if tab == "closed":
        return (RecipientTaskRow.closed.is_not(None),)
    parted = last_overdue(today, term, days.calendar(session))
    opened = RecipientTaskRow.opened
    return RecipientTaskRow.closed.is_(None), opened <= parted if tab == "overdue" else opened > parted


def _lines() -> Select[RecipientTaskRow, RecipientRow, str]:
    return (
        select(RecipientTaskRow, RecipientRow, ReceiptRow.reference)
        .join(RecipientRow, RecipientRow.id == RecipientTaskRow.recipient_id)
        .join(ReceiptRow, ReceiptRow.submission_id == RecipientTaskRow.submission_id)
    )


def _task(row: RecipientTaskRow, recipient: RecipientRow, reference: str, calendar: Calendar, term: int) -> Task:
    return Task(
        number=row.number,
        recipient_id=row.recipient_id,
        recipient=recipient.name,
        contact=recipient.contact,
        reference=reference,
        kind=TaskKind(row.kind),
        opened=row.opened,
        due=calendar.due(row.opened, term),
        closed=row.closed,
        how=How(row.how) if row.how else None,
        told_on=row.told_on,
    )
