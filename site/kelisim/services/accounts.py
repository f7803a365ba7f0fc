"""An operator's own way in: the sessions that stand, a new password, a new app, new recovery codes. Each is journalled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator, SessionTerms, Stage
from kelisim.services.operators import REGISTER, WeakPassword, WrongCode, factor_context
from kelisim.services.passwords import Passwords, own_words, weakness
from kelisim.services.records import By
from kelisim.services.second_factor import new_recovery_codes, recovery_hash, set_up_secret, taken_step
from kelisim.services.sessions import hashed
from kelisim.services.staff import note
from kelisim.settings import Settings
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.operators import OperatorRow, OperatorSessionRow, RecoveryCodeRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import seal_small


@dataclass(frozen=True)
class Standing:
    """A session that stands. ``id``: the hash of its token, which opens nothing. ``here``: the one that asks."""

    id: str
    since: datetime
    seen_at: datetime
    here: bool


def standing(
    session: Session, operator: Operator, token: str, *, key: bytes, terms: SessionTerms, now: datetime
) -> tuple[Standing, ...]:
    """The operator's sessions with both factors, the one that asks first, then the one seen last."""
    query = select(OperatorSessionRow).where(
        OperatorSessionRow.operator_id == operator.id, OperatorSessionRow.stage == Stage.FULL.value
    )
    own = hashed(token, key)
    found = [
        Standing(row.id_hash.hex(), row.created_at, row.seen_at, row.id_hash == own)
        for row in session.scalars(query)
        if not terms.over(row.created_at, row.seen_at, now)
    ]
    return tuple(sorted(found, key=lambda one: (one.here, one.seen_at), reverse=True))


def end_session(session: Session, operator: Operator, session_id: str, *, by: By) -> None:
    """End one of the operator's own sessions; one that is not theirs or is over already stays what it is."""
    try:
        id_hash = bytes.fromhex(session_id)
    except ValueError:
        return
    with writing(session):
        mine = (OperatorSessionRow.id_hash == id_hash, OperatorSessionRow.operator_id == operator.id)
        if session.scalar(select(OperatorSessionRow.id_hash).where(*mine)) is None:
            return
        session.execute(delete(OperatorSessionRow).where(*mine))
        note(session, operator.id, by, {"what": "session_ended"})


def end_others(session: Session, operator: Operator, token: str, *, key: bytes, by: By) -> None:
    """End every session of the operator but the one that asks, those with one factor too."""
    with writing(session):
        end_other_rows(session, operator, token, key)
        note(session, operator.id, by, {"what": "sessions_ended"})


def change_password(
    session: Session,
    operator: Operator,
    password: str,
    *,
    others_end: bool,
    token: str,
    passwords: Passwords,
    settings: Settings,
    keys: Keys,
    by: By,
) -> None:
    """A new password; who asks was asked for the old one. Raises WeakPassword."""
    problem = weakness(password, shortest=settings.password_length, words=own_words(settings, operator.name))
    if problem is not None:
        raise WeakPassword(problem)
    hashed = passwords.hashed(password)
    with writing(session):
        own_row(session, operator).password_hash = hashed
        if others_end:
            end_other_rows(session, operator, token, keys.desk.session)
        note(session, operator.id, by, {"what": "password"})


def offered_secret(session: Session, operator: Operator, token: str, *, keys: Keys) -> str:
    """The secret of a new app. It follows from the session and the app it replaces, so that a reload offers the same one."""
    before = session.scalar(select(OperatorRow.second_factor).where(OperatorRow.id == operator.id)) or b""
    return set_up_secret(f"{token}/{sha256(before).hexdigest()}", keys.desk.second_factor)


def renew_app(
    session: Session,
    operator: Operator,
    code: str,
    *,
    secret: str,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> None:
    """Take codes of a new app from now on; those of the old one open nothing more. Raises WrongCode."""
    step = taken_step(secret, code, now=by.now, last_step=None)
    if step is None:
        raise WrongCode
    with writing(session):
        row = own_row(session, operator)
        row.last_step = step
        row.second_factor = seal_small(
            secret.encode(), key=keys.desk.second_factor, context=factor_context(row.id), randomness=randomness
        )
        note(session, operator.id, by, {"what": "app"})


def renew_codes(
    session: Session,
    operator: Operator,
    *,
    settings: Settings,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> tuple[str, ...]:
    """New recovery codes; the old ones are worth nothing."""
    codes = new_recovery_codes(settings.recovery_codes, randomness)
    with writing(session):
        row = own_row(session, operator)
        session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.operator_id == row.id))
        for code in codes:
            session.add(
                RecoveryCodeRow(code_hash=recovery_hash(code, keys.desk.second_factor), operator_id=operator.id)
            )
        note(session, operator.id, by, {"what": "recovery_codes"})
    return codes


def own_row(session: Session, operator: Operator) -> OperatorRow:
    """The operator's row, alone. Somebody whose way in was just taken away sets up none. Raises LookupError."""
    take_turn(session, REGISTER)
    row = session.get_one(OperatorRow, operator.id, populate_existing=True)
    if row.disabled_at is not None or row.password_hash is None:
        raise LookupError("the way in was taken away")
    return row


def end_other_rows(session: Session, operator: Operator, token: str, key: bytes) -> None:
    """End every session but the one that asks, inside the caller's ``writing`` block."""
    others = (OperatorSessionRow.operator_id == operator.id, OperatorSessionRow.id_hash != hashed(token, key))
    session.execute(delete(OperatorSessionRow).where(*others))
