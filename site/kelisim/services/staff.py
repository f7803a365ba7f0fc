"""Who of the Operator's people may come in, and as what: inviting, roles, disabling, resetting. Each is journalled.

There is always an administrator who can come in: the last one can neither be disabled nor lose the role.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.journal import SITE
from kelisim.domain.operators import Area, Operator, Role, operator_name
from kelisim.services import export_removal, journal
from kelisim.services.operators import CAN_ADMINISTER, IS_ADMINISTRATOR, REGISTER, new_link, operator_of, shut_out
from kelisim.services.records import SITE_ACTOR, By
from kelisim.settings import Settings
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.operators import OperatorRow, RecoveryCodeRow
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.vault.keys import Keys

PEOPLE = "people"


class StaffProblem(StrEnum):
    """Why it is not done."""

    NO_NAME = "no_name"
    KNOWN = "known"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    LAST = "last"
    ONESELF = "oneself"
    MAY_NOT = "may_not"


class StaffRefused(Exception):
    """It is not done. ``problem`` says why."""

    def __init__(self, problem: StaffProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Member:
    """One of the Operator's people. ``ready``: the way in is set up. ``codes``: unused recovery codes; ``passkeys``: how many."""

    operator: Operator
    since: datetime
    seen_at: datetime | None
    ready: bool
    codes: int
    disabled_at: datetime | None
    passkeys: int


@dataclass(frozen=True)
class Invited:
    """Somebody who was given a set-up link. ``token``: of the link, told this once."""

    operator: Operator
    token: str


def members(session: Session) -> tuple[Member, ...]:
    """Everyone, those who may come in first, by name."""
    rows = session.scalars(select(OperatorRow).order_by(OperatorRow.disabled_at.is_not(None), OperatorRow.name))
    return _members(session, rows.all())


def member(session: Session, number: int) -> Member | None:
    """One of them."""
    row = session.get(OperatorRow, number)
    return None if row is None else _members(session, [row])[0]


def number_of(session: Session, name: str) -> int:
    """The number of the person with this name. Raises StaffRefused."""
    number = session.scalar(select(OperatorRow.id).where(OperatorRow.name == _stored(name)))
    if number is None:
        raise StaffRefused(StaffProblem.UNKNOWN)
    return number


def invite(
    session: Session,
    name: str,
    role: Role,
    *,
    settings: Settings,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> Invited:
    """Add a person and give the token of their set-up link. Where nobody is an administrator, this one is.

    Raises StaffRefused.
    """
    stored = _stored(name)
    with writing(session):
        _begin(session, by)
        if session.scalar(select(OperatorRow.id).where(OperatorRow.name == stored)) is not None:
            raise StaffRefused(StaffProblem.KNOWN)
        first = session.scalar(select(func.count()).select_from(OperatorRow).where(*IS_ADMINISTRATOR)) == 0
        given = Role.ADMINISTRATOR if first else role
        row = OperatorRow(name=stored, role=given.value, created_at=by.now)
        session.add(row)
        session.flush()
        token = new_link(session, row, settings=settings, keys=keys, now=by.now, randomness=randomness)
        note(session, row.id, by, {"what": "invited", "role": given.value})
        return Invited(operator_of(row), token)


def change_role(session: Session, number: int, role: Role, *, by: By) -> None:
    """Give a person another role; it counts from their next request on. Raises StaffRefused."""
    with writing(session):
        _begin(session, by)
        row = _row(session, number)
        if row.disabled_at is not None:
            raise StaffRefused(StaffProblem.DISABLED)
        if row.role == role.value:
            return
        _keep_one(session, row)
        note(session, row.id, by, {"what": "role", "from": row.role, "role": role.value})
        row.role = role.value
        if not operator_of(row).may(Area.ACTS):
            _take_exports(session, row, by)


def disable(session: Session, number: int, *, by: By) -> None:
    """Take a person's way in and every session of theirs away, for good. Their line stays. Raises StaffRefused."""
    with writing(session):
        _begin(session, by)
        row = _row(session, number)
        if row.disabled_at is not None:
            raise StaffRefused(StaffProblem.DISABLED)
        _keep_one(session, row)
        row.disabled_at = by.now
        shut_out(session, row)
        _take_exports(session, row, by)
        note(session, row.id, by, {"what": "disabled"})


def reset(
    session: Session, number: int, *, settings: Settings, keys: Keys, by: By, randomness: Callable[[int], bytes]
) -> Invited:
    """Take a person's way in away and give the token of a new set-up link; who was disabled may come in again.

    From the machine itself anybody can be reset: it is the way back for a last administrator. At the desk nobody resets
    themselves. Raises StaffRefused.
    """
    with writing(session):
        _begin(session, by)
        row = _row(session, number)
        if by.actor == _actor(row.id):
            raise StaffRefused(StaffProblem.ONESELF)
        shut_out(session, row)
        row.disabled_at = None
        token = new_link(session, row, settings=settings, keys=keys, now=by.now, randomness=randomness)
        note(session, row.id, by, {"what": "reset"})
        return Invited(operator_of(row), token)


def _begin(session: Session, by: By) -> None:
    """Alone from here on, by somebody who may: two who take the role from each other are told apart here."""
    take_turn(session, REGISTER)
    if by.actor == SITE_ACTOR:
        return
    rows = session.scalars(select(OperatorRow).where(OperatorRow.disabled_at.is_(None)))
    acts = next((row for row in rows if _actor(row.id) == by.actor), None)
    if acts is None or not operator_of(acts).may(Area.PEOPLE):
        raise StaffRefused(StaffProblem.MAY_NOT)


def _take_exports(session: Session, row: OperatorRow, by: By) -> None:
    """Nobody can save them any more, and the worker opens no record in the name of somebody who may not."""
    export_removal.take_from(session, row.id, actor=by.actor, key=by.key, now=by.now)


def _keep_one(session: Session, row: OperatorRow) -> None:
    """Refuse where nobody else could open the house once this person cannot."""
    if row.role != Role.ADMINISTRATOR.value:
        return
    if session.scalar(select(OperatorRow.id).where(*CAN_ADMINISTER, OperatorRow.id != row.id).limit(1)) is None:
        raise StaffRefused(StaffProblem.LAST)


def _members(session: Session, rows: Sequence[OperatorRow]) -> tuple[Member, ...]:
    codes, passkeys = _count_by_person(session, RecoveryCodeRow), _count_by_person(session, PasskeyRow)
    return tuple(
        Member(
            operator_of(row),
            row.created_at,
            row.seen_at,
            row.password_hash is not None,
            codes.get(row.id, 0),
            row.disabled_at,
            passkeys.get(row.id, 0),
        )
        for row in rows
    )


def _count_by_person(session: Session, table: type[RecoveryCodeRow | PasskeyRow]) -> dict[int, int]:
    counted = select(table.operator_id, func.count()).group_by(table.operator_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def _row(session: Session, number: int) -> OperatorRow:
    row = session.get(OperatorRow, number)
    if row is None:
        raise StaffRefused(StaffProblem.UNKNOWN)
    return row


def _stored(name: str) -> str:
    stored = operator_name(name)
    if stored is None:
        raise StaffRefused(StaffProblem.NO_NAME)
    return stored


def _actor(number: int) -> str:
    return f"operator:{number}"


def note(session: Session, number: int, by: By, details: dict[str, str]) -> None:
    """An entry of the journal about a person of the Operator, inside the caller's ``writing`` block."""
    deed = journal.Deed(Act.STORAGE, SITE, by.actor, {"register": PEOPLE, "person": str(number), **details})
    journal.append(session, [deed], key=by.key, now=by.now)
