"""The sessions of operators: in the database, checked there at each request.

A row is found by a hash of its token under a key of the desk's, and the token says whose it is and after which factor: who can
write the database and has no key can neither make a session nor make one of theirs another's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import digest

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator, SessionTerms, Stage
from kelisim.services.operators import operator_of
from kelisim.storage.db import writing
from kelisim.storage.tables.operators import OperatorRow, OperatorSessionRow

_TOKEN_BYTES = 32
# "Seen" is written at most this often, so that reading a list is not a write each time.
_SEEN_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True)
class SignedIn:
    """A session that stands."""

    operator: Operator
    stage: Stage
    data: Mapping[str, str]


def start(
    session: Session,
    operator: Operator,
    stage: Stage,
    data: Mapping[str, str],
    *,
    replaces: str | None,
    key: bytes,
    terms: SessionTerms,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> str:
    """Begin a session and give its token (``key``: the desk's for sessions). The one it replaces dies with it, and so do all
    that are over, and the oldest of a person who would have too many at once.
    """
    token = randomness(_TOKEN_BYTES).hex() + _meant(operator.id, stage.value)
    with writing(session):
        ended = or_(OperatorSessionRow.seen_at <= now - terms.idle, OperatorSessionRow.created_at <= now - terms.whole)
        session.execute(delete(OperatorSessionRow).where(ended))
        if replaces is not None:
            session.execute(delete(OperatorSessionRow).where(OperatorSessionRow.id_hash == hashed(replaces, key)))
        if stage is Stage.FULL:
            _begin_visit(session, operator.id, now)
            _make_room(session, operator.id, terms.at_once)
        session.add(
            OperatorSessionRow(
                id_hash=hashed(token, key),
                operator_id=operator.id,
                stage=stage.value,
                created_at=now,
                seen_at=now,
                data=dict(data),
            )
        )
    return token


def find(
    session: Session, token: str, *, key: bytes, terms: SessionTerms, now: datetime, seen: bool = True
) -> SignedIn | None:
    """The session a token belongs to while it stands. ``seen``: somebody is there, and its time of idling begins anew."""
    row = session.get(OperatorSessionRow, hashed(token, key))
    if row is None or terms.over(row.created_at, row.seen_at, now):
        return None
    if not token.endswith(_meant(row.operator_id, row.stage)):
        return None
    person = session.get_one(OperatorRow, row.operator_id)
    # A sign-in that was under way when the way in was taken away begins a session all the same: it opens nothing.
    if person.disabled_at is not None or person.password_hash is None:
        return None
    signed_in = SignedIn(operator_of(person), Stage(row.stage), dict(row.data))
    if seen and abs(now - row.seen_at) >= _SEEN_AGAIN:
        with writing(session):
            noted = (
                update(OperatorSessionRow).where(OperatorSessionRow.id_hash == hashed(token, key)).values(seen_at=now)
            )
            session.execute(noted)
            if signed_in.stage is Stage.FULL:
                _seen(session, row.operator_id, now)
    return signed_in


def note(session: Session, token: str, data: Mapping[str, str], *, key: bytes) -> None:
    """Put something more into a session that stands."""
    with writing(session):
        row = session.get(OperatorSessionRow, hashed(token, key))
        if row is not None:
            row.data = {**row.data, **data}


def end(session: Session, token: str, *, key: bytes) -> None:
    """Sign out: the token is worth nothing from now on, wherever a copy of it lies."""
    with writing(session):
        session.execute(delete(OperatorSessionRow).where(OperatorSessionRow.id_hash == hashed(token, key)))


def _begin_visit(session: Session, operator_id: int, now: datetime) -> None:
    """Remember when the operator was last here, unless they are: another browser of theirs is the same visit."""
    here = select(OperatorSessionRow.id_hash).where(
        OperatorSessionRow.operator_id == operator_id, OperatorSessionRow.stage == Stage.FULL.value
    )
    if session.scalar(here.limit(1)) is None:
        away = update(OperatorRow).where(OperatorRow.id == operator_id).values(seen_before=OperatorRow.seen_at)
        session.execute(away)
    _seen(session, operator_id, now)


def _make_room(session: Session, operator_id: int, at_once: int) -> None:
    """End the oldest of a person's sessions, so that there is room for one more."""
    own = (OperatorSessionRow.operator_id == operator_id, OperatorSessionRow.stage == Stage.FULL.value)
    newest = select(OperatorSessionRow.id_hash).where(*own).order_by(OperatorSessionRow.created_at.desc())
    too_many = session.scalars(newest.offset(at_once - 1)).all()
    session.execute(delete(OperatorSessionRow).where(OperatorSessionRow.id_hash.in_(too_many)))


def _seen(session: Session, operator_id: int, now: datetime) -> None:
    session.execute(update(OperatorRow).where(OperatorRow.id == operator_id).values(seen_at=now))


def hashed(token: str, key: bytes) -> bytes:
    """What a session's row is found by, 32 bytes."""
    return digest(key, token.encode("utf-8", "replace"), "sha256")


def _meant(operator_id: int, stage: str) -> str:
    """The end of a token."""
    return f".{operator_id}.{stage}"
