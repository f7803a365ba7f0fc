"""What was done with the requests about a record, for its one timeline."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.grounds import RefusalGround
from kelisim.domain.rights import RequestKind
from kelisim.services.request_reading import Taken
from kelisim.services.request_rows import Event
from kelisim.storage.tables.requests import RequestRow, RequestStepRow


@dataclass(frozen=True)
class RequestStep:
    """A step of a request of this kind."""

    kind: RequestKind
    taken: Taken


def request_steps(session: Session, submission_id: UUID) -> tuple[RequestStep, ...]:
    """Every step of every request about a record, oldest first."""
    query = (
        select(RequestStepRow, RequestRow.kind)
        .join(RequestRow, RequestRow.id == RequestStepRow.request_id)
        .where(RequestRow.submission_id == submission_id)
        .order_by(RequestStepRow.number)
    )
    return tuple(
        RequestStep(
            RequestKind(kind),
            Taken(Event(row.step), row.at, row.author, RefusalGround(row.ground) if row.ground else None),
        )
        for row, kind in session.execute(query)
    )
