"""The blind index: which records bear a mark, known only to whoever has the Operator's private key.

A mark (``domain.search``) is kept as 64 bits of an HMAC under a key derived from the private one. The public site holds
no such key: it takes records in without entering them, and the Operator's side enters them later. A record that is
changed is taken out and entered anew; one that is destroyed is taken out for good.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from hmac import digest
from struct import pack

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.search import SCHEME, marks_of
from kelisim.services import changes
from kelisim.services.permits import permitting
from kelisim.services.search_index import take_out
from kelisim.storage.db import add_rows, writing
from kelisim.storage.tables.search import SearchTokenRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import SealBroken, open_small, seal_small

_TYPED = b"kelisim/search/typed/1"


class NotSearchableHere(Exception):
    """This process does not have the Operator's private key."""


def enter(session: Session, *, keys: Keys, least: int, rows: int) -> bool:
    """Enter up to ``rows`` records that are not in the index under this key and scheme, newest first.

    True where more of them are left. Only records the Operator may open are entered. Raises NotSearchableHere.
    """
    key = _key(keys)
    version = _version(key, least)
    with writing(session):
        found = _behind(session, version, rows + 1)
        for row in found[:rows]:
            take_out(session, row)
            _put_in(session, row, _marked(row, keys, key, least), version)
    return len(found) > rows


def is_behind(session: Session, *, keys: Keys, least: int) -> bool:
    """True where a record is not in the index yet. Raises NotSearchableHere."""
    return bool(_behind(session, _version(_key(keys), least), 1, held=False))


def tokens_of(marks: Sequence[str], keys: Keys) -> list[int]:
    """What marks are kept as. Raises NotSearchableHere."""
    key = _key(keys)
    return [_token(key, mark) for mark in marks]


def sealed_text(text: str, *, keys: Keys, randomness: Callable[[int], bytes]) -> str:
    """What was typed, as it may stand in an address: a browser's history and a proxy's log keep no name of a person."""
    sealed = seal_small(text.encode(), key=keys.desk.desk_search, context=_TYPED, randomness=randomness)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def opened_text(token: str, *, keys: Keys) -> str | None:
    """What ``sealed_text`` sealed, or None."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return open_small(sealed, key=keys.desk.desk_search, context=_TYPED).decode()
    except (NotBase64, ValueError, SealBroken):
        return None


def _key(keys: Keys) -> bytes:
    if keys.search is None:
        raise NotSearchableHere("the Operator's private key is not on this machine")
    return keys.search


def _version(key: bytes, least: int) -> int:
    """Names key and scheme; never zero or less."""
    return int.from_bytes(digest(key, f"version:{SCHEME}:{least}".encode(), "sha256")[:7], "big") + 1


def _token(key: bytes, mark: str) -> int:
    return int.from_bytes(digest(key, b"mark:" + mark.encode(), "sha256")[:8], "big", signed=True)


def _behind(session: Session, version: int, rows: int, *, held: bool = True) -> list[SubmissionRow]:
    """Records that may be opened and are not entered, by way of the index, so that it costs what it finds.

    ``held``: nobody else changes them before the transaction ends; what somebody else holds now is left for later.
    """
    found: list[SubmissionRow] = []
    entered = SubmissionRow.search_version
    for state, consent in permitting(Act.ACCESS):
        for stale in (entered.is_(None), entered < version, entered > version):
            query = select(SubmissionRow).where(
                SubmissionRow.state == state.value, SubmissionRow.consent_state == consent.value, stale
            )
            query = query.limit(rows - len(found))
            found += session.scalars(query.with_for_update(skip_locked=True) if held else query)
            if len(found) >= rows:
                return found
    return found


def _marked(row: SubmissionRow, keys: Keys, key: bytes, least: int) -> tuple[tuple[int, ...], int | None]:
    """The tokens of a record and that of its phone number, by which people are counted.

    One whose seal is broken is entered with none: it is not tried again, and nothing else waits for it.
    """
    try:
        personal = changes.personal_of(row, changes.operators_key(row, keys))
    except SealBroken:
        return (), None
    tokens = tuple(sorted({_token(key, mark) for mark in marks_of(personal, least=least)}))
    return tokens, _token(key, f"person:{personal.phone}")


def _put_in(session: Session, row: SubmissionRow, marked: tuple[tuple[int, ...], int | None], version: int) -> None:
    tokens, row.phone_token = marked
    if tokens:
        add_rows(session, SearchTokenRow, [{"token": token, "submission_id": row.id} for token in tokens])
    row.search_version, row.search_tokens = version, pack(f">{len(tokens)}q", *tokens)
