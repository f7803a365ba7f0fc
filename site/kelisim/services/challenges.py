"""Challenges that a passkey answers: random, signed, good for one purpose, for five minutes and for one answer.

A browser that asks for one is given a signed token and the site keeps nothing: a stranger who asks a million times fills no
table. The first answer, right or wrong, is what is remembered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest, digest

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kelisim.domain.passkeys import CHALLENGE_LIVES
from kelisim.storage.db import take_turn, writing
from kelisim.storage.tables.passkeys import SpentChallengeRow

SIGN_IN = "sign-in"
# The place in the database whose holder may spend a challenge: two answers at once would both be the first.
_SPENDING = 0x4B454C43
_RANDOM_BYTES = 16
_TOKEN = re.compile(r"(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})", re.ASCII)


class ChallengeOver(Exception):
    """The token is not of this site or of this purpose, or it is too old."""


class ChallengeSpent(Exception):
    """The challenge had an answer already."""


@dataclass(frozen=True)
class Issued:
    """A new challenge, 32 bytes, and the token it is sent back with."""

    token: str
    challenge: bytes


def issue(purpose: str, *, key: bytes, now: datetime, randomness: Callable[[int], bytes]) -> Issued:
    """A new challenge. ``purpose`` is bound into it: a sign-in, or adding one in a session."""
    said = f"{int(now.timestamp())}.{randomness(_RANDOM_BYTES).hex()}"
    challenge = _signature(said, purpose, key)
    return Issued(f"{said}.{challenge.hex()}", challenge)


def challenge_of(token: str, purpose: str, *, key: bytes, now: datetime) -> bytes:
    """The challenge of a token, 32 bytes. Raises ChallengeOver."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise ChallengeOver
    challenge = _signature(f"{found[1]}.{found[2]}", purpose, key)
    if not compare_digest(challenge, bytes.fromhex(found[3])):
        raise ChallengeOver
    made = datetime.fromtimestamp(int(found[1]), UTC)
    if not made <= now < made + CHALLENGE_LIVES:
        raise ChallengeOver
    return challenge


def spend(session: Session, challenge: bytes, *, now: datetime) -> None:
    """Take a challenge's one answer. Raises ChallengeSpent."""
    with writing(session):
        take_turn(session, _SPENDING)
        session.execute(delete(SpentChallengeRow).where(SpentChallengeRow.over_at <= now))
        if session.get(SpentChallengeRow, challenge) is not None:
            raise ChallengeSpent
        session.add(SpentChallengeRow(challenge=challenge, over_at=now + CHALLENGE_LIVES))


def _signature(said: str, purpose: str, key: bytes) -> bytes:
    return digest(key, f"challenge/{purpose}/{said}".encode("utf-8", "replace"), "sha256")
