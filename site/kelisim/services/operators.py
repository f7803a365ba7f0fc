"""The Operator's people: adding one, setting up the way in, resetting it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator, operator_name
from kelisim.services.passwords import Passwords, own_words, weakness
from kelisim.services.second_factor import new_recovery_codes, recovery_hash, set_up_secret, taken_step
from kelisim.settings import Settings
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.operators import OperatorRow, OperatorSessionRow, RecoveryCodeRow, SetUpLinkRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import seal_small

FIRST_NAME = "operator"
_TOKEN_BYTES = 24
# The place in the database whose holder may change who can sign in: two at once would use one link twice.
_REGISTER = 0x4B454C50


class GivesLink(Protocol):
    """A verb that ends with the token of a set-up link."""

    def __call__(
        self, session: Session, name: str, *, settings: Settings, now: datetime, randomness: Callable[[int], bytes]
    ) -> str:
        """The token."""


class OperatorProblem(Exception):
    """Why an operator cannot be added, reset or set up. The message says what to do."""


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


def add(session: Session, name: str, *, settings: Settings, now: datetime, randomness: Callable[[int], bytes]) -> str:
    """Add a person and give the token of their set-up link. Raises OperatorProblem."""
    stored = _name(name)
    with writing(session):
        take_turn(session, _REGISTER)
        if _by_name(session, stored) is not None:
            raise OperatorProblem(f"{stored!r} is there already: `flask operators reset` gives a new set-up link.")
        row = OperatorRow(name=stored, created_at=now)
        session.add(row)
        session.flush()
        return _new_link(session, row, settings, now, randomness)


def reset(session: Session, name: str, *, settings: Settings, now: datetime, randomness: Callable[[int], bytes]) -> str:
    """Take a person's password, second factor and sessions away, and give a new set-up link. Raises OperatorProblem."""
    stored = _name(name)
    with writing(session):
        take_turn(session, _REGISTER)
        row = _by_name(session, stored)
        if row is None:
            raise OperatorProblem(f"There is no operator {stored!r}: `flask operators add` makes one.")
        row.password_hash = row.second_factor = row.last_step = None
        for table in (RecoveryCodeRow, OperatorSessionRow):
            session.execute(delete(table).where(table.operator_id == row.id))
        return _new_link(session, row, settings, now, randomness)


def invite_first(
    session: Session, *, settings: Settings, now: datetime, randomness: Callable[[int], bytes]
) -> str | None:
    """A set-up link while nobody has finished a set-up, else None. There is no account with a default password."""
    done = select(OperatorRow.id).where(OperatorRow.password_hash.is_not(None)).limit(1)
    if session.scalar(done) is not None:
        return None
    with writing(session):
        take_turn(session, _REGISTER)  # several hosts may start at once
        if session.scalar(done) is not None:
            return None
        row = _by_name(session, FIRST_NAME) or OperatorRow(name=FIRST_NAME, created_at=now)
        session.add(row)
        session.flush()
        return _new_link(session, row, settings, now, randomness)


def invitation(session: Session, token: str, *, keys: Keys, now: datetime) -> Invitation:
    """Who an open set-up link is for. Raises LinkSpent."""
    row = _link_row(session, token, now)
    person = session.get_one(OperatorRow, row.operator_id)
    return Invitation(Operator(person.id, person.name), set_up_secret(token, keys.desk.second_factor))


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
    invited = session.get_one(OperatorRow, _link_row(session, token, now).operator_id)
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
        take_turn(session, _REGISTER)
        link = _link_row(session, token, now)
        person = session.get_one(OperatorRow, link.operator_id)
        person.password_hash, person.last_step = hashed, step
        person.second_factor = seal_small(
            secret.encode(), key=keys.desk.second_factor, context=factor_context(person.id), randomness=randomness
        )
        session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.operator_id == person.id))
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


def _name(name: str) -> str:
    stored = operator_name(name)
    if stored is None:
        raise OperatorProblem(f"{name!r} cannot be a name: letters, digits, spaces and . _ @ ' - up to 64 signs.")
    return stored


def _by_name(session: Session, name: str) -> OperatorRow | None:
    return session.scalar(select(OperatorRow).where(OperatorRow.name == name))


def _new_link(
    session: Session, row: OperatorRow, settings: Settings, now: datetime, randomness: Callable[[int], bytes]
) -> str:
    token = randomness(_TOKEN_BYTES).hex()
    session.execute(delete(SetUpLinkRow).where(SetUpLinkRow.operator_id == row.id))
    expires = now + timedelta(hours=settings.set_up_hours)
    session.add(SetUpLinkRow(operator_id=row.id, token_hash=_hashed(token), expires_at=expires))
    return token


def _link_row(session: Session, token: str, now: datetime) -> SetUpLinkRow:
    row = session.scalar(select(SetUpLinkRow).where(SetUpLinkRow.token_hash == _hashed(token)))
    if row is None or now >= row.expires_at:
        raise LinkSpent
    return row


def _hashed(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
