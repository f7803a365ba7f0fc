"""Fills a database with rows like those of real submissions, in bulk: what grows is measured on what it grows to."""

import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.journal import Entry, chained
from kelisim.domain.submissions import record_id
from kelisim.services import journal
from kelisim.storage.db import writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.search import SearchTokenRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow

_AT_ONCE = 2000
_TOKENS = 14  # a name of seven letters, a second name of nine, a phone: what ``domain.search`` makes of them
_SEVENTH = timedelta(milliseconds=7)


@dataclass(frozen=True)
class Like:
    """The rows of one submission that the site took itself: the others are like it."""

    submission: dict[str, Any]
    consent: Mapping[str, Any]


def fill(session: Session, like: Like, rows: int, *, key: bytes, begin: datetime) -> None:
    """Add so many submissions with consents, receipts, search tokens and journal entries that hold.

    Their seals are random bytes of the right length: nobody can open them, and nothing that is measured tries to.
    """
    last = session.get_one(JournalRow, journal.count(session))
    number, mac = last.number, last.mac
    session.rollback()
    moment = begin
    for size in _sizes(rows):
        batch: dict[type, list[dict[str, Any]]] = {kind: [] for kind in _KINDS}
        for _ in range(size):
            moment += _SEVENTH
            made = record_id(moment, secrets.token_bytes(10))
            tokens = struct.unpack(f">{_TOKENS}q", secrets.token_bytes(8 * _TOKENS))
            batch[SubmissionRow].append(
                _like(like.submission, id=made, received_at=moment, search_tokens=_packed(tokens))
            )
            batch[ConsentRow].append({**like.consent, "submission_id": made, "given_at": moment})
            batch[ReceiptRow].append(
                {
                    "submission_id": made,
                    "reference": f"{number:08X}",
                    "secret_hash": secrets.token_bytes(32),
                    "form_hash": secrets.token_bytes(32),
                }
            )
            batch[SearchTokenRow] += [{"token": token, "submission_id": made} for token in tokens]
            for act, actor, details in _DEEDS:
                number += 1
                mac = chained(key, mac, Entry(number, moment, act, made, actor, details))
                batch[JournalRow].append(
                    {
                        "number": number,
                        "at": moment,
                        "act": act.value,
                        "subject": made,
                        "actor": actor,
                        "details": details,
                        "mac": mac,
                    }
                )
        with writing(session):
            for kind in _KINDS:
                session.execute(insert(kind), batch[kind])


_KINDS: tuple[Any, ...] = (SubmissionRow, ConsentRow, ReceiptRow, SearchTokenRow, JournalRow)
_DEEDS: tuple[tuple[Act, str, dict[str, str]], ...] = (
    (Act.COLLECTION, "person", {"method": "form", "revision": "2023-07-20"}),
    (Act.ACCUMULATION, "site", {"register": "submissions"}),
)


def _sizes(rows: int) -> Iterator[int]:
    for begun in range(0, rows, _AT_ONCE):
        yield min(_AT_ONCE, rows - begun)


def _like(row: Mapping[str, Any], **changed: object) -> dict[str, Any]:
    sealed = {name: secrets.token_bytes(len(row[name])) for name in _SEALED}
    return {**row, **sealed, "phone_token": secrets.randbits(62), **changed}


_SEALED = ("sealed_content", "key_for_operator", "key_for_person")


def _packed(tokens: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(tokens)}q", *tokens)
