"""The passkeys of one of the Operator's people: adding one, listing, taking one away. Each is journalled.

A public key is no secret, and yet it is sealed: with the desk's key, bound to its owner and to the id of the passkey. So who
writes the database and has no key of the desk can make nobody a way in, and can move none to another person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import digest
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator
from kelisim.domain.passkeys import MOST, Party, Passkey, passkey_name
from kelisim.services import authenticators, challenges
from kelisim.services.accounts import end_other_rows, own_row
from kelisim.services.authenticators import Known, NotProven
from kelisim.services.challenges import ChallengeOver, ChallengeSpent
from kelisim.services.records import By
from kelisim.services.staff import note
from kelisim.settings import Settings
from kelisim.storage.db import writing
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import seal_small


class PasskeyProblem(StrEnum):
    """Why no passkey is added."""

    NO_NAME = "no_name"
    OVER = "over"
    NOT_PROVEN = "not_proven"
    KNOWN = "known"
    TOO_MANY = "too_many"


class PasskeyRefused(Exception):
    """It is not added. ``problem`` says why."""

    def __init__(self, problem: PasskeyProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Offer:
    """What a browser is asked to do. ``token``: of the challenge, sent back with the answer; ``options``: as JSON has it."""

    token: str
    options: dict[str, object]


def party_of(settings: Settings) -> Party:
    """Whose passkeys these are: of the origin this process is reached at."""
    parts = urlsplit(settings.own_address)
    port = "" if parts.port in {None, 443} else f":{parts.port}"
    host = parts.hostname or ""
    return Party(id=host, origin=f"https://{host}{port}", name=settings.site_name)


def passkeys_of(session: Session, operator: Operator) -> tuple[Passkey, ...]:
    """The operator's passkeys, in the order they were added."""
    return tuple(_passkey(row) for row in _rows(session, operator))


def known_of(session: Session, operator: Operator) -> tuple[Known, ...]:
    """The same as their devices know them."""
    return tuple(Known(row.credential_id, _transports(row)) for row in _rows(session, operator))


def offer(
    session: Session,
    operator: Operator,
    name: str,
    *,
    in_session: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> Offer:
    """What to ask the browser of somebody who was just asked for their factors once more. ``in_session``: its token.

    Raises PasskeyRefused.
    """
    if passkey_name(name) is None:
        raise PasskeyRefused(PasskeyProblem.NO_NAME)
    known = known_of(session, operator)
    if len(known) >= MOST:
        raise PasskeyRefused(PasskeyProblem.TOO_MANY)
    purpose = _adding(operator, in_session)
    issued = challenges.issue(purpose, key=keys.desk.passkey, now=now, randomness=randomness)
    options = authenticators.to_make(
        party_of(settings),
        issued.challenge,
        handle=handle_of(operator.id, keys),
        name=operator.name,
        known=known,
    )
    return Offer(issued.token, options)


def add(
    session: Session,
    operator: Operator,
    name: str,
    answer: str,
    *,
    token: str,
    in_session: str,
    settings: Settings,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> None:
    """Keep the passkey that a browser has made for an offer. Raises PasskeyRefused."""
    stored = passkey_name(name)
    if stored is None:
        raise PasskeyRefused(PasskeyProblem.NO_NAME)
    made = _made(session, operator, answer, token, in_session, settings, keys, by.now)
    with writing(session):
        own_row(session, operator)
        if session.scalar(select(PasskeyRow.id).where(PasskeyRow.credential_id == made.id)) is not None:
            raise PasskeyRefused(PasskeyProblem.KNOWN)
        count = select(func.count()).select_from(PasskeyRow).where(PasskeyRow.operator_id == operator.id)
        if (session.scalar(count) or 0) >= MOST:
            raise PasskeyRefused(PasskeyProblem.TOO_MANY)
        row = PasskeyRow(
            operator_id=operator.id,
            credential_id=made.id,
            public_key=seal_small(
                made.key,
                key=keys.desk.passkey,
                context=passkey_context(operator.id, made.id),
                randomness=randomness,
            ),
            sign_count=made.sign_count,
            transports=",".join(made.transports),
            name=stored,
            synced=made.synced,
            created_at=by.now,
        )
        session.add(row)
        session.flush()
        note(session, operator.id, by, {"what": "passkey_added", "passkey": str(row.id)})


def passkey(session: Session, operator: Operator, number: int) -> Passkey | None:
    """One of the operator's own passkeys."""
    row = session.get(PasskeyRow, number)
    return None if row is None or row.operator_id != operator.id else _passkey(row)


def remove(
    session: Session, operator: Operator, number: int, *, others_end: bool, token: str, keys: Keys, by: By
) -> None:
    """Take one of the operator's own passkeys away; one that is gone already stays gone."""
    with writing(session):
        own_row(session, operator)
        mine = (PasskeyRow.id == number, PasskeyRow.operator_id == operator.id)
        if session.scalar(select(PasskeyRow.id).where(*mine)) is None:
            return
        session.execute(delete(PasskeyRow).where(*mine))
        if others_end:
            end_other_rows(session, operator, token, keys.desk.session)
        note(session, operator.id, by, {"what": "passkey_removed", "passkey": str(number)})


def handle_of(operator_id: int, keys: Keys) -> bytes:
    """What an authenticator keeps of the owner, 32 bytes: opaque, and always the same (WebAuthn 14.6.1)."""
    return digest(keys.desk.passkey, b"owner/" + str(operator_id).encode(), "sha256")


def passkey_context(operator_id: int, credential_id: bytes) -> bytes:
    """What a sealed public key is bound to."""
    return b"passkey/" + str(operator_id).encode() + b"/" + credential_id


def _made(
    session: Session,
    operator: Operator,
    answer: str,
    token: str,
    in_session: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> authenticators.Made:
    try:
        challenge = challenges.challenge_of(token, _adding(operator, in_session), key=keys.desk.passkey, now=now)
        challenges.spend(session, challenge, now=now)
        return authenticators.made(answer, party_of(settings), challenge)
    except (ChallengeOver, ChallengeSpent):
        raise PasskeyRefused(PasskeyProblem.OVER) from None
    except NotProven as problem:
        raise PasskeyRefused(PasskeyProblem.NOT_PROVEN) from problem


def _adding(operator: Operator, in_session: str) -> str:
    """The purpose of a challenge for one person in one session: nobody else adds with it."""
    return f"add/{operator.id}/{in_session}"


def _rows(session: Session, operator: Operator) -> Iterable[PasskeyRow]:
    return session.scalars(select(PasskeyRow).where(PasskeyRow.operator_id == operator.id).order_by(PasskeyRow.id))


def _transports(row: PasskeyRow) -> tuple[str, ...]:
    return tuple(one for one in row.transports.split(",") if one in authenticators.TRANSPORTS)


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(row.id, row.name, row.created_at, row.used_at, row.synced)
