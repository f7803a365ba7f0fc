"""The numbers of the desk's statistics page, of one range of days in Almaty."""

from collections import Counter
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kelisim.domain.choice_counts import ChoiceCounts
from kelisim.domain.deadlines import day_begins, local_day
from kelisim.domain.spans import Span
from kelisim.domain.submissions import record_id
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


def lately(session: Session, days: Span, known: MutableMapping[date, int]) -> tuple[VisitCounts, Mapping[date, int]]:
    """Visits and submissions of the last days. ``known``: what was counted before; days that are over do not change."""
    kept = {day: known[day] for day in days.days if day in known and day != days.last}
    found = {day: kept[day] if day in kept else _sent_on(session, day) for day in days.days}
    known.update({day: number for day, number in found.items() if day != days.last})
    return visits.counts(session, days.first, days.last), found


def _sent_on(session: Session, day: date) -> int:
    """Submissions of one day through the form. The order of ids is the order of time, and ids have an index."""
    first, behind = (record_id(day_begins(one), bytes(10)) for one in (day, day + timedelta(days=1)))
    every = select(func.count()).select_from(SubmissionRow).where(SubmissionRow.id >= first, SubmissionRow.id < behind)
    papers = select(func.count()).select_from(PaperRow)
    papers = papers.where(PaperRow.submission_id >= first, PaperRow.submission_id < behind)
    return (session.scalar(every) or 0) - (session.scalar(papers) or 0)


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
