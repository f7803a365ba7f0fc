"""The numbers of the desk's statistics page, of one range of days in Almaty."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import ChoiceCounts
from kelisim.domain.deadlines import day_begins, local_day
from kelisim.domain.spans import Span
from kelisim.services import choices, visits
from kelisim.services.visits import VisitCounts
from kelisim.storage.tables.papers import PaperRow
from kelisim.storage.tables.submissions import SubmissionRow

_READ_AT_ONCE = 1000


@dataclass(frozen=True)
class Statistics:
    """Visits of those who agreed, every submission through the form by day, and the answers about cookies."""

    visits: VisitCounts
    submissions: Mapping[date, int]
    choices: ChoiceCounts


def of(session: Session, days: Span) -> Statistics:
    """The numbers of a range."""
    return Statistics(
        visits=visits.counts(session, days.first, days.last),
        submissions=_submissions(session, days),
        choices=choices.counts(session, days.first, days.last),
    )


def _submissions(session: Session, days: Span) -> Mapping[date, int]:
    moments = session.scalars(
        select(SubmissionRow.received_at)
        .where(
            SubmissionRow.received_at >= day_begins(days.first),
            SubmissionRow.received_at < day_begins(days.last + timedelta(days=1)),
            # What was entered from paper came through no visit.
            ~exists().where(PaperRow.submission_id == SubmissionRow.id),
        )
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    return Counter(local_day(moment) for moment in moments)
