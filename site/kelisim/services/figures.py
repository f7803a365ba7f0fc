"""Numbers about the whole site that its database knows: jobs, mails, transfers, what is due, the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kelisim.domain.transfers import Delivery
from kelisim.services import due, heads, jobs, journal
from kelisim.services.due import Asked
from kelisim.storage.tables.mails import MailRow
from kelisim.storage.tables.recipients import DeliveryRow

_OPEN = (Delivery.WAITING, Delivery.FAILED)
_NOUNS = {
    "request": due.of_requests,
    "incident": due.of_incidents,
    "recipient_task": due.of_recipient_tasks,
    "retention": due.of_retention,
}


@dataclass(frozen=True)
class Figures:
    """Counts and moments. ``due``: of each noun how many are due and how many overdue; ``head_at``: None before the first."""

    jobs: tuple[jobs.JobState, ...]
    mails: Mapping[str, int]
    deliveries: Mapping[str, int]
    due: Mapping[str, tuple[int, int]]
    entries: int
    head_at: datetime | None


def figures(session: Session, asked: Asked) -> Figures:
    """All of them. Raises what the database raises."""
    found = {noun: source(session, asked) for noun, source in _NOUNS.items()}
    head = heads.newest(session)
    return Figures(
        jobs=jobs.states(session),
        mails=_mails(session),
        deliveries=_deliveries(session),
        due={noun: (one.waiting, one.overdue) for noun, one in found.items()},
        entries=journal.count(session),
        head_at=head.head.at if head is not None else None,
    )


def _mails(session: Session) -> Mapping[str, int]:
    state = case((MailRow.tries == 0, "waiting"), else_="failing")
    rows = session.execute(select(state, func.count()).where(MailRow.sent_at.is_(None)).group_by(state))
    return {"waiting": 0, "failing": 0, **{str(name): number for name, number in rows}}


def _deliveries(session: Session) -> Mapping[str, int]:
    states = [state.value for state in _OPEN]
    query = select(DeliveryRow.state, func.count()).where(DeliveryRow.state.in_(states)).group_by(DeliveryRow.state)
    return {**dict.fromkeys(states, 0), **{row[0]: row[1] for row in session.execute(query)}}
