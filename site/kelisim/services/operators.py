"""The way in of one of the Operator's people: the link to set it up, setting it up, taking it away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest, digest

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator, Role
from kelisim.services.passwords import Passwords, own_words, weakness
from kelisim.services.second_factor import new_recovery_codes, recovery_hash, set_up_secret, taken_step
from kelisim.settings import Settings
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.operators import OperatorRow, OperatorSessionRow, RecoveryCodeRow, SetUpLinkRow
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import seal_small

FIRST_NAME = "operator"
_TOKEN_BYTES = 24
# The place in the database whose holder may change who can sign in: two at once would use one link twice.
REGISTER = 0x4B454C50
_ADMINISTRATOR = (OperatorRow.role == Role.ADMINISTRATOR.value, OperatorRow.disabled_at.is_(None))
# Somebody who can open the house to others.
CAN_ADMINISTER = (*_ADMINISTRATOR, OperatorRow.password_hash.is_not(None))
# The first link waits for nobody in particular: until it is used, it makes no administrator.
IS_ADMINISTRATOR = (*_ADMINISTRATOR, or_(OperatorRow.name != FIRST_NAME, OperatorRow.password_hash.is_not(None)))


class LinkSpent(Exception):
    """The set-up link was used, replaced, or is too old."""


class WeakPassword(Exception):
    """The new password is refused. ``problem``: ``short``, ``long`` or ``guessable``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class WrongCode(Exception):
    """The code does not fit the second factor that was shown."""


@dataclass(frozen=True)
class Invitation:
    """An open set-up link: for whom, and the secret of the second factor it offers."""

    operator: Operator
    secret: str


def invite_first(
    session: Session, *, settings: Settings, keys: Keys, now: datetime, randomness: Callable[[int], bytes]
) -> str | None:
    """A set-up link while no administrator can come in, else None. There is no account with a default password."""
    done = select(OperatorRow.id).where(*CAN_ADMINISTER).limit(1)
    if session.scalar(done) is not None:
        return None
    with writing(session):
        take_turn(session, REGISTER)  # several hosts may start at once
        if session.scalar(done) is not None:
            return None
        row = session.scalar(select(OperatorRow).where(OperatorRow.name == FIRST_NAME))
        if row is None:
            row = OperatorRow(name=FIRST_NAME, created_at=now)
            session.add(row)
        row.role, row.disabled_at = Role.ADMINISTRATOR.value, None
        session.flush()
        shut_out(session, row)  # what somebody of this name had does not become an administrator's
        return new_link(session, row, settings=settings, keys=keys, now=now, randomness=randomness)


def invitation(session: Session, token: str, *, keys: Keys, now: datetime) -> Invitation:
    """Who an open set-up link is for. Raises LinkSpent."""
    row = _link_row(session, token, keys, now)
    person = session.get_one(OperatorRow, row.operator_id)
    return Invitation(operator_of(person), set_up_secret(token, keys.desk.second_factor))


def set_up(
    session: Session,
    token: str,
    *,
    password: str,
    code: str,
    passwords: Passwords,
    settings: Settings,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> tuple[str, ...]:
    """Set password and second factor, spend the link, and give the recovery codes.

    Raises LinkSpent, WeakPassword, WrongCode.
    """
    invited = session.get_one(OperatorRow, _link_row(session, token, keys, now).operator_id)
    problem = weakness(password, shortest=settings.password_length, words=own_words(settings, invited.name))
    if problem is not None:
        raise WeakPassword(problem)
    secret = set_up_secret(token, keys.desk.second_factor)
    step = taken_step(secret, code, now=now, last_step=None)
    if step is None:
        raise WrongCode
    hashed = passwords.hashed(password)
    codes = new_recovery_codes(settings.recovery_codes, randomness)
    with writing(session):
        take_turn(session, REGISTER)
        link = _link_row(session, token, keys, now)
        person = session.get_one(OperatorRow, link.operator_id)
        person.password_hash, person.last_step = hashed, step
        person.second_factor = seal_small(
            secret.encode(), key=keys.desk.second_factor, context=factor_context(person.id), randomness=randomness
        )
        for table in (RecoveryCodeRow, OperatorSessionRow):
            session.execute(delete(table).where(table.operator_id == person.id))
        for recovery in codes:
            hashed_code = recovery_hash(recovery, keys.desk.second_factor)
            session.add(RecoveryCodeRow(code_hash=hashed_code, operator_id=person.id))
        session.delete(link)
    return codes


def names(session: Session) -> dict[int, str]:
    """The names of all operators, by id."""
    return {row.id: row.name for row in session.execute(select(OperatorRow.id, OperatorRow.name))}


def factor_context(operator_id: int) -> bytes:
    """What a sealed second factor is bound to, so that it cannot be moved to another person."""
    return b"second-factor/" + str(operator_id).encode()


def operator_of(row: OperatorRow) -> Operator:
    """The person of a row."""
    return Operator(row.id, row.name, Role(row.role))


def new_link(
    session: Session,
    row: OperatorRow,
    *,
    settings: Settings,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> str:
    """The token of a set-up link; one that was given before is worth nothing. Inside the caller's ``writing`` block."""
    token = randomness(_TOKEN_BYTES).hex()
    session.execute(delete(SetUpLinkRow).where(SetUpLinkRow.operator_id == row.id))
    expires = now + timedelta(hours=settings.set_up_hours)
    session.add(SetUpLinkRow(operator_id=row.id, token_hash=_hashed(token, row.id, keys), expires_at=expires))
    return token


def shut_out(session: Session, row: OperatorRow) -> None:
    """Take the way in and every session away, at once. Inside the caller's ``writing`` block."""
    row.password_hash = row.second_factor = row.last_step = None
    for table in (RecoveryCodeRow, PasskeyRow, OperatorSessionRow, SetUpLinkRow):
        session.execute(delete(table).where(table.operator_id == row.id))


def _link_row(session: Session, token: str, keys: Keys, now: datetime) -> SetUpLinkRow:
    # There is one for each person who has not come in yet: each is bound to its person, and cannot be moved to another.
    rows = session.scalars(select(SetUpLinkRow))
    row = next((row for row in rows if compare_digest(row.token_hash, _hashed(token, row.operator_id, keys))), None)
    if row is None or now >= row.expires_at:
        raise LinkSpent
    return row


def _hashed(token: str, operator_id: int, keys: Keys) -> bytes:
    return digest(keys.desk.set_up_link, f"{operator_id}/{token}".encode("utf-8", "replace"), "sha256")
