"""Signing in: a password, then a code; wrong tries cost a pause that is kept in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import digest

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kelisim.domain.operators import TRIES_KEPT, Operator, operator_name, pause_until
from kelisim.services.operators import factor_context, operator_of
from kelisim.services.passwords import Passwords
from kelisim.services.second_factor import recovery_hash, taken_step
from kelisim.settings import Settings
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.operators import OperatorRow, RecoveryCodeRow, SignInTriesRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import open_small

# The place in the database whose holder may count a try: two first ones at once would both make the row.
_COUNTING = 0x4B454C54


class SignInRefused(Exception):
    """The name, password or code is wrong. It is never said which."""


class SignInPaused(Exception):
    """Too many wrong tries; ``until`` says when the next is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Attempt:
    """Who tries, from where. ``network`` is the masked network; it is stored only as a keyed hash."""

    name: str
    network: str


def check_password(
    session: Session,
    attempt: Attempt,
    password: str,
    *,
    passwords: Passwords,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> Operator:
    """The operator whose name and password these are. Raises SignInRefused, SignInPaused.

    An unknown name takes the same way in the same time.
    """
    name = operator_name(attempt.name) or ""
    tries = tries_of(session, Attempt(name, attempt.network), settings, keys, now)
    tries.count()
    row = session.scalar(select(OperatorRow).where(OperatorRow.name == name))
    hashed = row.password_hash if row is not None else None
    # The read is over before the slow hash begins, so that no transaction stays open meanwhile.
    operator = operator_of(row) if row is not None else None
    session.rollback()
    if not passwords.matches(password, hashed) or operator is None:
        raise SignInRefused
    tries.take_back()
    return operator


def check_code(
    session: Session,
    operator: Operator,
    code: str,
    *,
    network: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> None:
    """Take the second factor: a code of the app, or a recovery code, each once. Raises SignInRefused, SignInPaused."""
    tries = tries_of(session, Attempt(operator.name, network), settings, keys, now)
    tries.count()
    with writing(session):
        row = session.scalar(select(OperatorRow).where(OperatorRow.id == operator.id).with_for_update())
        if row is None or row.second_factor is None:
            raise SignInRefused
        secret = open_small(row.second_factor, key=keys.desk.second_factor, context=factor_context(row.id)).decode()
        step = taken_step(secret, code, now=now, last_step=row.last_step)
        if step is not None:
            row.last_step = step
        elif not _spend_recovery_code(session, row, code, keys):
            raise SignInRefused
    tries.forget()


def _spend_recovery_code(session: Session, row: OperatorRow, code: str, keys: Keys) -> bool:
    hashed = recovery_hash(code, keys.desk.second_factor)
    spent = session.get(RecoveryCodeRow, hashed)
    if spent is None or spent.operator_id != row.id:
        return False
    session.delete(spent)
    return True


def tries_of(session: Session, attempt: Attempt, settings: Settings, keys: Keys, now: datetime) -> "Tries":
    """The wrong tries for a name from a network, and for the name from everywhere."""
    here = f"{attempt.name}\n{attempt.network}"
    allowed = {
        digest(keys.desk.network, here.encode(), "sha256"): settings.sign_in_tries,
        digest(keys.desk.network, attempt.name.encode(), "sha256"): settings.sign_in_tries_everywhere,
    }
    return Tries(session, allowed, settings, now)


class Tries:
    """Wrong tries under keyed hashes, and how many of each are allowed before a pause.

    A try is counted before it is looked at, so that many at once cannot slip through, and taken back when right.
    """

    def __init__(self, session: Session, allowed: Mapping[bytes, int], settings: Settings, now: datetime) -> None:
        self._session, self._allowed, self._settings, self._now = session, allowed, settings, now
        self._before: dict[bytes, datetime] = {}

    def count(self) -> None:
        """Count one more. Raises SignInPaused."""
        pause = timedelta(minutes=self._settings.sign_in_pause_minutes)
        with writing(self._session):
            take_turn(self._session, _COUNTING)
            self._session.execute(delete(SignInTriesRow).where(SignInTriesRow.last_try < self._now - TRIES_KEPT))
            rows = self._rows()
            for row in rows:
                until = pause_until(row.tries, self._allowed[row.key_hash], row.last_try, pause)
                if until is not None and self._now < until:
                    raise SignInPaused(until)
            known = {row.key_hash: row for row in rows}
            self._before = {row.key_hash: row.last_try for row in rows}
            for key_hash in sorted(self._allowed):
                row = known.get(key_hash) or SignInTriesRow(key_hash=key_hash, tries=0, last_try=self._now)
                row.tries, row.last_try = row.tries + 1, self._now
                self._session.add(row)

    def take_back(self) -> None:
        """A right password is no try: it is not counted, and a pause that is over does not begin again with it."""
        with writing(self._session):
            for row in self._rows():
                row.tries = max(0, row.tries - 1)
                if row.last_try == self._now:
                    row.last_try = self._before.get(row.key_hash, self._now)

    def forget(self) -> None:
        """Begin anew: somebody has come in."""
        with writing(self._session):
            self._session.execute(delete(SignInTriesRow).where(SignInTriesRow.key_hash.in_(self._allowed)))

    def _rows(self) -> list[SignInTriesRow]:
        query = select(SignInTriesRow).where(SignInTriesRow.key_hash.in_(self._allowed))
        return list(self._session.scalars(query.order_by(SignInTriesRow.key_hash).with_for_update()))
