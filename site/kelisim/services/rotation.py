"""Wrapping anew, for the Operator's new key, every key that was wrapped for the old one.

What is wrapped already is told by trying, so that a run after a stop goes on wherever it was stopped.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.journal import SITE
from kelisim.services import exports, journal
from kelisim.services.records import By
from kelisim.storage.db import writing
from kelisim.storage.tables.exports import ExportRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys, NotReadable
from kelisim.vault.sealing import SealBroken, operator_place, unwrapped_by_operator, wrapped_for_operator

REGISTER = "keys"
_Row = TypeVar("_Row", SubmissionRow, ExportRow)
_Pair = tuple[MLKEM768X25519PrivateKey, MLKEM768X25519PrivateKey]
# What is wrapped for the Operator: each a table with the column that holds it.
WRAPPED = ("submissions.key_for_operator", "exports.key")


@dataclass(frozen=True)
class Pass:
    """One way through all rows: how many were looked at, wrapped anew, and open with neither key."""

    looked_at: int
    wrapped: int
    broken: int


def total(session: Session) -> int:
    """How many rows there are to look at."""
    rows = session.scalar(select(func.count()).select_from(SubmissionRow)) or 0
    return rows + (session.scalar(select(func.count()).select_from(ExportRow)) or 0)


def wrap_anew(session: Session, *, keys: Keys, batch: int, progress: Callable[[int], None]) -> Pass:
    """Go through all rows, a batch in each transaction, whose rows nobody else changes meanwhile. ``progress`` is told
    how many were looked at. Raises NotReadable where one of the two keys is not here.
    """
    new, old = keys.operator_private, keys.operator_other
    if new is None or old is None:
        raise NotReadable("both private keys of the Operator are needed to wrap anew")
    done = Pass(0, 0, 0)
    for found in itertools.chain(
        _batches(session, SubmissionRow, keys, (new, old), batch), _batches(session, ExportRow, keys, (new, old), batch)
    ):
        done = Pass(done.looked_at + len(found), done.wrapped + found.count(True), done.broken + found.count(None))
        progress(done.looked_at)
    return done


def note(session: Session, *, wrapped: int, by: By) -> None:
    """Journal that the keys were rotated."""
    details = {"register": REGISTER, "step": "rotated", "wrapped": str(wrapped)}
    with writing(session):
        journal.append(session, [journal.Deed(Act.STORAGE, SITE, by.actor, details)], key=by.key, now=by.now)


def _batches(session: Session, table: type[_Row], keys: Keys, pair: _Pair, batch: int) -> Iterator[list[bool | None]]:
    """What came of each row, a transaction at a time."""
    reached = UUID(int=0)
    while True:
        with writing(session):
            query = select(table).where(table.id > reached).order_by(table.id).limit(batch).with_for_update()
            rows = session.scalars(query).all()
            found = [_wrap(row, keys, *pair) for row in rows]
        if not rows:
            return
        reached = rows[-1].id
        session.expunge_all()
        yield found


def _wrap(
    row: SubmissionRow | ExportRow, keys: Keys, new: MLKEM768X25519PrivateKey, old: MLKEM768X25519PrivateKey
) -> bool | None:
    """True where it was wrapped anew, False where it was already, None where no key opens it."""
    wrapped = row.key_for_operator if isinstance(row, SubmissionRow) else row.key
    place = operator_place(row.id.bytes) if isinstance(row, SubmissionRow) else exports.place(row.id)
    if not wrapped:
        return False
    if _opens(wrapped, place, new) is not None:
        return False
    key = _opens(wrapped, place, old)
    if key is None:
        return None
    again = wrapped_for_operator(key, place=place, operator=keys.operator_public)
    if isinstance(row, SubmissionRow):
        row.key_for_operator = again
    else:
        row.key = again
    return True


def _opens(wrapped: bytes, place: bytes, private: MLKEM768X25519PrivateKey) -> bytes | None:
    try:
        return unwrapped_by_operator(wrapped, place=place, private=private)
    except SealBroken:
        return None
