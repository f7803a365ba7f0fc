"""The outbox: a mail is written in the transaction of what it tells, and sent by the worker, again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.jobs import due_after_failure
from kelisim.domain.mails import Attachment, Mail, MailFault, MailKind
from kelisim.services.mail_server import Connect, MailProblem, Send
from kelisim.storage.db import writing
from kelisim.storage.tables.mails import MailRow

# Between two tries of one mail: a minute at first, then twice as long each time, up to an hour.
_FIRST_PAUSE = timedelta(minutes=1)
_AT_ONCE = 50


@dataclass(frozen=True)
class MailState:
    """Where a mail is. ``sent_at`` None while it waits; ``fault``: of the last try, None before the first."""

    kind: MailKind
    queued_at: datetime
    sent_at: datetime | None
    tries: int
    fault: MailFault | None
    due: datetime


def queue(session: Session, mail: Mail, *, now: datetime) -> None:
    """Put a mail into the outbox, inside the caller's transaction."""
    attached = mail.attachment
    session.add(
        MailRow(
            kind=mail.kind.value,
            subject=mail.subject,
            text=mail.text,
            attachment_name=attached.name if attached is not None else None,
            attachment=attached.content if attached is not None else None,
            queued_at=now,
            due=now,
            tries=0,
        )
    )


def send_due(session: Session, *, connect: Connect, now: datetime) -> str:
    """Send what is due, the oldest first, by one connection. In words what came of it; nothing is raised.

    A server that is away costs one try for all that is due; a mail that it refuses costs its own alone.
    """
    due = session.scalars(
        select(MailRow).where(MailRow.sent_at.is_(None), MailRow.due <= now).order_by(MailRow.number).limit(_AT_ONCE)
    )
    waiting = {row.number: (_mail(row), _id(row)) for row in due}
    session.rollback()
    if not waiting:
        return ""
    sent = 0
    try:
        with connect() as send:
            for number in tuple(waiting):
                fault = _tried(send, *waiting[number], now)
                del waiting[number]
                _note(session, number, fault, now)
                sent += fault is None
    except MailProblem as problem:
        for number in waiting:
            _note(session, number, problem.fault, now)
    return f"{sent} sent, {len(waiting)} wait" if waiting else f"{sent} sent"


def newest(session: Session, kind: MailKind) -> MailState | None:
    """The last mail of a kind that was written, or None."""
    row = session.scalar(select(MailRow).where(MailRow.kind == kind).order_by(MailRow.number.desc()).limit(1))
    return _state(row) if row is not None else None


def longest_waiting(session: Session) -> MailState | None:
    """The oldest mail that was tried and did not come through, or None."""
    query = select(MailRow).where(MailRow.sent_at.is_(None), MailRow.tries > 0).order_by(MailRow.number).limit(1)
    row = session.scalar(query)
    return _state(row) if row is not None else None


def _tried(send: Send, mail: Mail, id_: str, now: datetime) -> MailFault | None:
    """Send one. A refusal is this mail's own fault; any other is the server's, and is raised."""
    try:
        send(mail, id_, now)
    except MailProblem as problem:
        if problem.fault is not MailFault.REFUSED:
            raise
        return problem.fault
    return None


def _note(session: Session, number: int, fault: MailFault | None, now: datetime) -> None:
    with writing(session):
        row = session.get_one(MailRow, number)
        row.tries += 1
        row.fault = fault.value if fault is not None else None
        if fault is None:
            row.sent_at = now
        else:
            row.due = due_after_failure(now, _FIRST_PAUSE, row.tries)


def _mail(row: MailRow) -> Mail:
    attached = None
    if row.attachment_name is not None and row.attachment is not None:
        attached = Attachment(row.attachment_name, row.attachment)
    return Mail(MailKind(row.kind), row.subject, row.text, attached)


def _id(row: MailRow) -> str:
    return f"{row.kind}-{row.number}-{row.queued_at:%Y%m%d%H%M%S}"


def _state(row: MailRow) -> MailState:
    fault = MailFault(row.fault) if row.fault is not None else None
    return MailState(MailKind(row.kind), row.queued_at, row.sent_at, row.tries, fault, row.due)
