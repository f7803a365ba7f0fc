"""What is new for an operator: since when they were last here, and what came since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.submissions import record_id
from kelisim.storage.tables.operators import OperatorRow
from kelisim.storage.tables.submissions import SubmissionRow

_NO_RANDOMNESS = bytes(10)


@dataclass(frozen=True)
class News:
    """``since``: when this operator was last seen before this visit, None on the first; ``submissions``: new ones."""

    since: datetime | None
    submissions: int


def news(session: Session, operator_id: int, *, most: int) -> News:
    """What came while the operator was away; on the first visit everything is new. No more than ``most`` and one are counted."""
    since = session.scalar(select(OperatorRow.seen_before).where(OperatorRow.id == operator_id))
    query = select(SubmissionRow.id).limit(most + 1)
    if since is not None:
        # The order of ids is the order of time, and ids have an index.
        query = query.where(SubmissionRow.id > record_id(since, _NO_RANDOMNESS))
    return News(since, session.scalar(select(func.count()).select_from(query.subquery())) or 0)
