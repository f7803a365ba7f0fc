"""A request between its row and its value, and the steps its row remembers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kelisim.domain.grounds import RefusalGround
from kelisim.domain.objections import Objection
from kelisim.domain.requests import Channel, Identity, Request, RequestState
from kelisim.domain.rights import RequestKind
from kelisim.storage.tables.requests import RequestRow, RequestStepRow


class Event(StrEnum):
    """What the steps of a request record: the four of the domain, its coming in, and the check of who asks."""

    RECEIVE = "receive"
    IDENTIFY = "identify"
    TAKE_UP = "take_up"
    ANSWER = "answer"
    REFUSE = "refuse"
    FINISH = "finish"


def request_of(row: RequestRow) -> Request:
    """The request a row keeps."""
    return Request(
        kind=RequestKind(row.kind),
        channel=Channel(row.channel),
        received=row.received,
        due=row.due,
        state=RequestState(row.state),
        identity=Identity(row.identity) if row.identity else None,
        ground=RefusalGround(row.ground) if row.ground else None,
        author=row.author,
        objection=Objection(row.objection) if row.objection else None,
    )


def put(row: RequestRow, request: Request) -> None:
    """Keep a request in its row."""
    row.kind, row.channel, row.state = request.kind.value, request.channel.value, request.state.value
    row.received, row.due = request.received, request.due
    row.identity = request.identity.value if request.identity else None
    row.ground = request.ground.value if request.ground else None
    row.author = request.author
    row.objection = request.objection.value if request.objection else None


def note(
    session: Session, row: RequestRow, event: Event, author: str, now: datetime, ground: RefusalGround | None = None
) -> None:
    """Inside the caller's transaction: one more step was taken."""
    session.add(RequestStepRow(request_id=row.id, at=now, step=event.value, author=author, ground=ground))
