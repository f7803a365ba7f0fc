"""Records whose time is over: shown first, then destroyed, each checked again under its lock in the same transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.deadlines import local_day
from kelisim.domain.destructions import DestructionGround, ground_of_consent
from kelisim.domain.retention import Life, Rules, goes_on, is_ripe, term_end
from kelisim.services import jobs, records, requests
from kelisim.services.lives import life_of, lives
from kelisim.services.records import By
from kelisim.storage.db import forget, vacuum, writing
from kelisim.storage.tables.retention import WarningRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow

JOB = "retention"
# Less the longest warning there can be, and some days.
_NEARLY_A_YEAR = timedelta(days=365 - 90 - 5)
_AT_ONCE = 500
_MAY_GO = (State.ACTIVE.value, State.RESTRICTED.value)
# Where bytes of a destroyed record may lie on PostgreSQL until they are taken out.
_TOUCHED = (
    "submissions",
    "changes",
    "contacts",
    "record_tags",
    "search_tokens",
    "deliveries",
    "export_pieces",
    "retention_warnings",
)


@dataclass(frozen=True)
class Line:
    """A record that is about to go. ``goes``: the day of the job that will destroy it."""

    reference: str
    goes: date
    ground: DestructionGround


@dataclass(frozen=True)
class Shown:
    """What the last run of the job showed: how many in all and on each day, and the soonest of them."""

    total: int
    days: tuple[tuple[date, int], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Outcome:
    """What a run did: records newly shown as about to go, consents whose term ended, records destroyed."""

    warned: int
    expired: int
    destroyed: int


@dataclass(frozen=True)
class Schedule:
    """When the job ran last and runs next; ``late``: it should have run and did not."""

    last: datetime | None
    result: str
    next: datetime | None
    late: bool


def plan(session: Session, *, today: date, rules: Rules) -> tuple[Line, ...]:
    """What goes within the days of warning, the soonest first, as the job would find it now. It looks at every record
    that is old enough.
    """
    lines = []
    for ids in _candidates(session, today):
        since = _since(session, ids)
        references = _references(session, ids)
        for submission_id, life in lives(session, ids).items():
            if _is_near(life, today, rules):
                goes = _goes(life, since.get(submission_id, today), today, rules)
                lines.append(Line(references[submission_id], goes, _ground(life.consent)))
    return tuple(sorted(lines, key=lambda line: (line.goes, line.reference)))


def shown(session: Session, *, rows: int) -> Shown:
    """What the last run of the job showed, less what was blocked or has gone since."""
    # As a value that no index is looked up by: the few warnings lead, not the many records in these states.
    state = func.coalesce(SubmissionRow.state, SubmissionRow.state)
    query = (
        select(WarningRow.goes, ReceiptRow.reference, SubmissionRow.consent_state)
        .join(SubmissionRow, SubmissionRow.id == WarningRow.submission_id)
        .join(ReceiptRow, ReceiptRow.submission_id == WarningRow.submission_id)
        .where(state.in_(_MAY_GO))
        .order_by(WarningRow.goes, WarningRow.submission_id)
        .limit(rows)
    )
    lines = tuple(
        Line(reference, goes, _ground(ConsentState(consent))) for goes, reference, consent in session.execute(query)
    )
    counted = (
        select(WarningRow.goes, func.count())
        .join(SubmissionRow, SubmissionRow.id == WarningRow.submission_id)
        .where(state.in_(_MAY_GO))
        .group_by(WarningRow.goes)
        .order_by(WarningRow.goes)
    )
    days = tuple((day, number) for day, number in session.execute(counted))
    return Shown(sum(number for _, number in days), days, lines)


def run(session: Session, *, rules: Rules, by: By) -> Outcome:
    """Show what is about to go, end the consents whose term is over, destroy what was shown long enough."""
    today = local_day(by.now)
    warned = expired = destroyed = 0
    _forget_warnings(session, today, rules)
    for submission_id in list(_to_look_at(session, today, rules)):
        with writing(session):
            requests.in_turn(session)
            row = records.locked(session, submission_id)
            # Whatever was read before may have changed: what decides is read again, under the lock.
            warned += _warn(session, row, today, rules)
            expired += _expire(session, row, today, rules, by)
            destroyed += _destroy(session, row, today, rules, by)
    if destroyed:
        forget(session)
    return Outcome(warned, expired, destroyed)


def sweep(session: Session) -> bool:
    """Take what was destroyed out of PostgreSQL's tables; on SQLite empty the log. True where it was done."""
    return vacuum(session, _TOUCHED) or forget(session)


def last_day(session: Session, reference: str, rules: Rules) -> date:
    """The last day of the term of a record, for the person. Raises NoRecord."""
    return term_end(life_of(session, records.found(session, reference)), rules.years)


def schedule(session: Session, *, now: datetime, slack: timedelta) -> Schedule:
    """When the job ran and runs. ``slack``: how much later than due it may begin before it is late."""
    state = next((state for state in jobs.states(session) if state.name == JOB), None)
    if state is None:
        return Schedule(None, "", None, late=True)
    late = state.failures > 0 or (state.next_due + slack < now and not state.is_held(now))
    return Schedule(state.last_finished, state.last_result or "", state.next_due, late)


def _warn(session: Session, row: SubmissionRow, today: date, rules: Rules) -> int:
    life = life_of(session, row)
    if not _is_near(life, today, rules):
        return 0
    found = session.get(WarningRow, row.id)
    if found is not None:
        found.goes = _goes(life, found.since, today, rules)
        return 0
    session.add(WarningRow(submission_id=row.id, since=today, goes=_goes(life, today, today, rules)))
    session.flush()
    return 1


def _expire(session: Session, row: SubmissionRow, today: date, rules: Rules, by: By) -> int:
    life = life_of(session, row)
    if not _is_over(life, today, rules):
        return 0
    records.expire(session, row, by, kept=life.kept_until is not None and life.kept_until >= today)
    return 1


def _destroy(session: Session, row: SubmissionRow, today: date, rules: Rules, by: By) -> int:
    life = life_of(session, row)
    shown = session.get(WarningRow, row.id)
    if not is_ripe(goes_on(life, rules.years), shown.since if shown is not None else None, today, rules.grace):
        return 0
    records.destroy(session, row, by, {"by": JOB}, ground=_ground(life.consent))
    return 1


def _ground(consent: ConsentState) -> DestructionGround:
    return DestructionGround.TERM_ENDED if consent is ConsentState.GIVEN else ground_of_consent(consent)


def _forget_warnings(session: Session, today: date, rules: Rules) -> None:
    """What stays after all is not shown any more: when its time comes again, it is shown for the whole grace again."""
    ids = list(session.scalars(select(WarningRow.submission_id)))
    stays: list[UUID] = []
    for start in range(0, len(ids), _AT_ONCE):
        found = lives(session, ids[start : start + _AT_ONCE])
        stays += [submission_id for submission_id, life in found.items() if not _is_near(life, today, rules)]
    if stays:
        with writing(session):
            for submission_id in stays:
                session.execute(delete(WarningRow).where(WarningRow.submission_id == submission_id))


def _to_look_at(session: Session, today: date, rules: Rules) -> Iterator[UUID]:
    for ids in _candidates(session, today):
        for submission_id, life in lives(session, ids).items():
            if _is_near(life, today, rules) or _is_over(life, today, rules):
                yield submission_id


def _is_near(life: Life, today: date, rules: Rules) -> bool:
    day = goes_on(life, rules.years)
    return day is not None and day <= today + timedelta(days=rules.warning)


def _is_over(life: Life, today: date, rules: Rules) -> bool:
    """True where the consent of an active record has come to the end of its term. An open request waits first."""
    given = life.consent is ConsentState.GIVEN and life.state is State.ACTIVE and not life.asked
    return given and term_end(life, rules.years) < today


def _goes(life: Life, since: date, today: date, rules: Rules) -> date:
    return max(goes_on(life, rules.years) or today, since + timedelta(days=rules.grace), today)


def _candidates(session: Session, today: date) -> Iterator[list[UUID]]:
    """The ids of records that may have to go, in parts: those sent nearly a year ago, the shortest term there is, or
    before (ids are in the order of time), and those whose consent is over.
    """
    sent = datetime(today.year, today.month, today.day, tzinfo=UTC) - _NEARLY_A_YEAR
    newest = UUID(int=int(sent.timestamp() * 1000) << 80)
    query = select(SubmissionRow.id).where(
        SubmissionRow.state.in_(_MAY_GO),
        or_(SubmissionRow.id <= newest, SubmissionRow.consent_state != ConsentState.GIVEN.value),
    )
    after = UUID(int=0)
    while ids := list(
        session.scalars(query.where(SubmissionRow.id > after).order_by(SubmissionRow.id).limit(_AT_ONCE))
    ):
        yield ids
        after = ids[-1]


def _references(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(ReceiptRow.submission_id, ReceiptRow.reference).where(ReceiptRow.submission_id.in_(ids))
    return {found.submission_id: found.reference for found in session.execute(query)}


def _since(session: Session, ids: Sequence[UUID]) -> dict[UUID, date]:
    rows = session.scalars(select(WarningRow).where(WarningRow.submission_id.in_(ids)))
    return {row.submission_id: row.since for row in rows}
