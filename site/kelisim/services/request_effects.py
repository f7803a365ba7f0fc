"""What a request does to its record: at once, when it is met, when it is refused (the table is ``domain.rights``)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ConsentState, State, state_after, state_unblocked
from kelisim.domain.deadlines import local_day
from kelisim.domain.destructions import ground_of_request
from kelisim.domain.grounds import KeepingGround, RefusalGround
from kelisim.domain.recipient_tasks import TaskKind
from kelisim.domain.requests import OPEN, RequestState, Step
from kelisim.domain.rights import RIGHTS, End, Moment, RequestKind
from kelisim.services import changes, keepings, recipient_tasks, records
from kelisim.services.records import By, consent_of
from kelisim.storage.tables.changes import ChangeRow
from kelisim.storage.tables.requests import RequestRow, RequestStepRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys

STEP_THAT_MEETS: Mapping[RequestKind, Step] = MappingProxyType(
    {kind: Step.ANSWER if right.end is End.ANSWERED else Step.FINISH for kind, right in RIGHTS.items()}
)
_HAS_DATA = frozenset({State.ACTIVE, State.BLOCKED, State.RESTRICTED})
_CHANGES = {RequestKind.CORRECT: Act.CHANGE, RequestKind.COMPLETE: Act.ADDITION}
_BLOCKS_FOR_GOOD = frozenset(kind for kind, right in RIGHTS.items() if right.done is State.BLOCKED)


class RequestObstacle(Exception):
    """Why a request cannot be entered, met or refused now.

    ``code``: ``request`` (there is none), ``reference`` (no such submission), ``record`` (whose data is not known),
    ``unchanged`` (nothing was corrected yet), ``held`` (another open request holds the block), ``kept`` (a decision to
    keep the data stands), ``data`` (there are data), ``term`` (keeping needs its last day).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_record(request: RequestRow) -> None:
    """A request is met for a known record only. Raises RequestObstacle ``record``."""
    if request.submission_id is None:
        raise RequestObstacle("record")


def at_once(session: Session, request: RequestRow, by: By) -> None:
    """What happens as soon as it is known who asks and about which record."""
    row = _record(session, request)
    if row is not None and request.identity is not None and State(row.state) in _HAS_DATA:
        _take_effect(session, row, request, Moment.AT_ONCE, by)


def met(session: Session, request: RequestRow, by: By) -> None:
    """What happens to the record when its request is met. Raises RequestObstacle, ActRefused."""
    kind, row = RequestKind(request.kind), _record(session, request)
    if row is None:
        raise RequestObstacle("record")
    if kind in _CHANGES:
        _check_changed(session, request)
    elif State(row.state) not in _HAS_DATA:
        return
    elif kind is RequestKind.UNBLOCK:
        _unblock(session, row, request, by)
    elif RIGHTS[kind].done is not None:
        if RIGHTS[kind].done is State.DESTROYED:
            _check_destroyable(session, row, request, by)
        _take_effect(session, row, request, Moment.DONE, by)


def refused(session: Session, request: RequestRow, ground: RefusalGround, until: date | None, by: By) -> None:
    """What happens to the record when its request is refused: the ground keeps it, or the block of the request goes.

    Raises RequestObstacle, KeepingProblem, ActRefused.
    """
    row = _record(session, request)
    if row is None or request.identity is None:
        return
    if ground is RefusalGround.NO_DATA and State(row.state) in _HAS_DATA:
        raise RequestObstacle("data")
    if ground.value in set(KeepingGround):
        if until is None:
            raise RequestObstacle("term")
        keepings.decide(session, row, KeepingGround(ground.value), until, by)
    blocked = RIGHTS[RequestKind(request.kind)].at_once is State.BLOCKED and State(row.state) is State.BLOCKED
    if blocked and not _held_by_others(session, request) and not _upheld(session, request.submission_id):
        _lift(session, row, request, by)


def destroys(session: Session, request_id: UUID, *, met: bool, by: By) -> bool:
    """True where meeting a request, or refusing it, would take the data away as things stand: by what was asked for, or
    because the block goes, the consent is over and nothing keeps the data.
    """
    request = session.get(RequestRow, request_id, populate_existing=True)
    if request is None or request.submission_id is None:
        return False
    right = RIGHTS[RequestKind(request.kind)]
    if met and right.done is State.DESTROYED:
        return True
    row = session.get_one(SubmissionRow, request.submission_id, populate_existing=True)
    if State(row.state) is not State.BLOCKED or not _lifts(request, met=met) or _held_by_others(session, request):
        return False
    if not met and _upheld(session, request.submission_id):
        return False
    return state_unblocked(consent_of(row), kept=_is_kept(session, row, by)) is State.DESTROYED


def change(
    session: Session,
    request: RequestRow,
    fields: Mapping[str, str],
    *,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> None:
    """Write other personal fields into the record of a request to correct or complete it.

    Raises ActRefused, NothingChanged, NotReadable.
    """
    row = _record(session, request)
    if row is None:
        raise RequestObstacle("record")
    act = _CHANGES[RequestKind(request.kind)]
    # The table is asked first: a destroyed record has no key to open.
    state_after(State(row.state), act, consent_of(row))
    key = changes.operators_key(row, keys)
    after = replace(changes.personal_of(row, key), **fields)
    changes.rewrite(session, row, act, after, key=key, by=by, randomness=randomness)


def _lifts(request: RequestRow, *, met: bool) -> bool:
    """May the end of this request lift a block? A refusal on a ground that keeps the data leaves them restricted."""
    kind = RequestKind(request.kind)
    if met:
        return kind is RequestKind.UNBLOCK
    keeps = any(ground.value in set(KeepingGround) for ground in RIGHTS[kind].refusals)
    return RIGHTS[kind].at_once is State.BLOCKED and request.identity is not None and not keeps


def _unblock(session: Session, row: SubmissionRow, request: RequestRow, by: By) -> None:
    if State(row.state) is not State.BLOCKED:
        return
    if _held_by_others(session, request):
        raise RequestObstacle("held")
    _lift(session, row, request, by)


def _lift(session: Session, row: SubmissionRow, request: RequestRow, by: By) -> None:
    ground = ground_of_request(RequestKind(request.kind), consent_of(row))
    records.unblock(session, row, by, _details(request), kept=_is_kept(session, row, by), ground=ground)


def _check_destroyable(session: Session, row: SubmissionRow, request: RequestRow, by: By) -> None:
    if any(RIGHTS[kind].done is not State.DESTROYED for kind in _held_by_others(session, request)):
        raise RequestObstacle("held")
    if _is_kept(session, row, by):
        raise RequestObstacle("kept")


def _take_effect(session: Session, row: SubmissionRow, request: RequestRow, moment: Moment, by: By) -> None:
    """What the table of rights says of this moment. What is so already stays so."""
    right = RIGHTS[RequestKind(request.kind)]
    if right.withdraws is moment and consent_of(row) is ConsentState.GIVEN:
        records.end_consent(row, ConsentState.WITHDRAWN, by.now)
        recipient_tasks.open_for(session, row.id, TaskKind.WITHDRAW, by)
    to = right.at_once if moment is Moment.AT_ONCE else right.done
    if to is State.DESTROYED:
        ground = ground_of_request(RequestKind(request.kind), consent_of(row))
        records.destroy(session, row, by, _details(request), ground=ground)
    elif to is State.BLOCKED and State(row.state) is not State.BLOCKED:
        records.block(session, row, by, _details(request))


def _check_changed(session: Session, request: RequestRow) -> None:
    """A correction is finished once something was corrected since it came in."""
    came = select(RequestStepRow.at).where(RequestStepRow.request_id == request.id).order_by(RequestStepRow.number)
    query = select(ChangeRow.number).where(
        ChangeRow.submission_id == request.submission_id, ChangeRow.at >= session.scalar(came.limit(1))
    )
    if session.scalar(query.limit(1)) is None:
        raise RequestObstacle("unchanged")


def holds_block(session: Session, submission_id: UUID) -> bool:
    """True where a request, open or granted, is why a record is blocked."""
    return bool(_holding(session, submission_id, but=None)) or _upheld(session, submission_id)


def _held_by_others(session: Session, request: RequestRow) -> frozenset[RequestKind]:
    """The kinds of other open requests that keep this record blocked."""
    return _holding(session, request.submission_id, but=request.id)


def _holding(session: Session, submission_id: UUID | None, *, but: UUID | None) -> frozenset[RequestKind]:
    query = select(RequestRow.kind).where(
        RequestRow.submission_id == submission_id,
        RequestRow.id != (but or UUID(int=0)),
        RequestRow.state.in_(OPEN),
        RequestRow.identity.is_not(None),
    )
    kinds = {RequestKind(kind) for kind in session.scalars(query)}
    return frozenset(kind for kind in kinds if RIGHTS[kind].at_once is State.BLOCKED)


def _upheld(session: Session, submission_id: UUID | None) -> bool:
    """True where a block that was asked for and granted stands: only a request to unblock lifts that one."""
    query = (
        select(RequestRow.kind)
        .join(RequestStepRow, RequestStepRow.request_id == RequestRow.id)
        .where(
            RequestRow.submission_id == submission_id,
            RequestRow.state == RequestState.DONE.value,
            RequestStepRow.step == Step.FINISH.value,
            RequestRow.kind.in_([*_BLOCKS_FOR_GOOD, RequestKind.UNBLOCK]),
        )
        .order_by(RequestStepRow.number.desc())
    )
    last = session.scalar(query.limit(1))
    return last is not None and RequestKind(last) in _BLOCKS_FOR_GOOD


def _is_kept(session: Session, row: SubmissionRow, by: By) -> bool:
    return keepings.standing(session, row.id, local_day(by.now)) is not None


def _record(session: Session, request: RequestRow) -> SubmissionRow | None:
    """The record of a request, held until the transaction ends."""
    if request.submission_id is None:
        return None
    return records.locked(session, request.submission_id)


def _details(request: RequestRow) -> dict[str, str]:
    return {"request": request.kind}
