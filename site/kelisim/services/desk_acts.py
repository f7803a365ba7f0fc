"""An operator's decisions about one record as a whole: block, unblock, purposes achieved, depersonalize, destroy."""

from sqlalchemy.orm import Session

from kelisim.domain.acts import State
from kelisim.domain.deadlines import local_day
from kelisim.domain.desk_acts import (
    TAKES_AWAY,
    DeskAct,
    DeskActRefused,
    DeskReason,
    DeskStanding,
    reasons_of,
    why_not_at_desk,
)
from kelisim.domain.destructions import DestructionGround
from kelisim.services import keepings, records, request_effects, requests
from kelisim.services.records import By, consent_of
from kelisim.storage.db import forget, writing
from kelisim.storage.tables.submissions import SubmissionRow


def standing(session: Session, reference: str, *, by: By) -> DeskStanding:
    """What decides about the acts with a record now. Raises NoRecord."""
    return _standing(session, records.found(session, reference), by)


def carry_out(session: Session, reference: str, act: DeskAct, code: str, *, by: By) -> None:
    """Do it. ``code``: one of ``reasons_of``, empty where there is none to choose. Raises DeskActRefused, NoRecord."""
    with writing(session):
        requests.in_turn(session)
        row = records.held(session, reference)
        reason = why_not_at_desk(act, _standing(session, row, by))
        codes = reasons_of(act, consent_of(row))
        if reason is None and code not in (codes or ("",)):
            reason = DeskReason.GROUND
        if reason is not None:
            raise DeskActRefused(act, reason)
        _do(session, row, act, code, by)
    if act in TAKES_AWAY:
        forget(session)


def _do(session: Session, row: SubmissionRow, act: DeskAct, code: str, by: By) -> None:
    match act:
        case DeskAct.BLOCK:
            records.block(session, row, by, {"by": "desk", "reason": code})
        case DeskAct.UNBLOCK:
            kept = _standing(session, row, by).kept
            records.unblock(session, row, by, {"by": "desk", "reason": code}, kept=kept)
        case DeskAct.ACHIEVE:
            records.achieve(session, row, by)
        case DeskAct.DEPERSONALIZE:
            records.depersonalize(session, row, by, ground=DestructionGround(code))
        case DeskAct.DESTROY:
            records.destroy(session, row, by, {"by": "desk"}, ground=DestructionGround(code))


def _standing(session: Session, row: SubmissionRow, by: By) -> DeskStanding:
    return DeskStanding(
        state=State(row.state),
        consent=consent_of(row),
        held=request_effects.holds_block(session, row.id),
        kept=keepings.standing(session, row.id, local_day(by.now)) is not None,
    )
