"""The heads of the journal: published once a day, and compared with the journal ever after."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kelisim.domain.envelopes import EnvelopeError, Signature, enveloped, read_envelope
from kelisim.domain.heads import KIND, Head, HeadProblem, Misfit, head_document, misfit, read_head
from kelisim.domain.journal import BEGINNING
from kelisim.domain.mails import Mail
from kelisim.domain.receipts import canonical
from kelisim.services import mails
from kelisim.storage.db import add_rows, writing
from kelisim.storage.tables.heads import HeadRow
from kelisim.storage.tables.journal import JournalRow
from kelisim.vault import signing

_AT_ONCE = 1000


@dataclass(frozen=True)
class Published:
    """A head as it was published: the signed file, and the head that stands in its row."""

    head: Head
    file: str


@dataclass(frozen=True)
class Unfit:
    """The first head that the journal does not fit, and why."""

    day: date
    entries: int
    why: Misfit


def is_due(session: Session, today: date) -> bool:
    """Whether today's head is not published yet. ``today``: in Almaty."""
    return session.get(HeadRow, today) is None


def publish(
    session: Session, *, today: date, seed: bytes, site: str, mail: Callable[[Published], Mail] | None, now: datetime
) -> Published | None:
    """Publish today's head and queue its mail, in one transaction. None where it is published already.

    ``mail``: writes the mail; None where there is no mail server.
    """
    try:
        with writing(session):
            if not is_due(session, today):
                return None
            published = _signed(_taken(session, today, now), seed, site)
            add_rows(session, HeadRow, [_values(published, now)])
            if mail is not None:
                mails.queue(session, mail(published), now=now)
    except IntegrityError:
        return None  # another process was first
    return published


def newest(session: Session) -> Published | None:
    """The last one that was published, or None."""
    row = session.scalar(select(HeadRow).order_by(HeadRow.day.desc()).limit(1))
    return None if row is None else _published(row)


def count(session: Session) -> int:
    """How many were published."""
    return session.scalar(select(func.count()).select_from(HeadRow)) or 0


def page(session: Session, *, before: date | None, rows: int) -> tuple[tuple[Published, ...], date | None]:
    """Published heads, the newest first, those of days before ``before``; and the day that the page behind is before."""
    query = select(HeadRow).order_by(HeadRow.day.desc()).limit(rows + 1)
    if before is not None:
        query = query.where(HeadRow.day < before)
    found = [_published(row) for row in session.scalars(query)]
    return tuple(found[:rows]), found[rows - 1].head.day if len(found) > rows else None


def files(session: Session) -> Iterator[str]:
    """Every published head as its signed file, the newest first; no more than some of them in memory."""
    query = select(HeadRow.file).order_by(HeadRow.day.desc()).execution_options(yield_per=_AT_ONCE)
    yield from session.scalars(query)


def first_unfit(session: Session, *, seed: bytes) -> Unfit | None:
    """The earliest published head that the journal does not fit; None where it fits them all."""
    key = signing.public_key(seed)
    rows = session.execute(
        select(HeadRow, JournalRow.mac)
        .outerjoin(JournalRow, JournalRow.number == HeadRow.entries)
        .order_by(HeadRow.day)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row, mac in rows:
        head = _published(row).head
        why = misfit(head, _mac(head, mac)) if _is_as_signed(row, head, key) else Misfit.ALTERED
        if why is not None:
            rows.close()
            return Unfit(head.day, head.entries, why)
    return None


def first_unfit_of_file(session: Session, raw: bytes, *, seed: bytes) -> Unfit | None:
    """The earliest head of a saved file that the journal does not fit: of one head, or of the published page.

    Raises HeadProblem where the file holds none, or one that this site did not sign.
    """
    key = signing.public_key(seed)
    heads = [_opened(file, key) for file in _files(raw)]
    known = [head for head in heads if head is not None]
    if not heads or len(known) != len(heads):
        raise HeadProblem("not signed by this site" if heads else "no head of the journal")
    for head in sorted(known, key=lambda head: head.day):
        mac = session.scalar(select(JournalRow.mac).where(JournalRow.number == head.entries))
        why = misfit(head, _mac(head, mac))
        if why is not None:
            return Unfit(head.day, head.entries, why)
    return None


def _mac(head: Head, mac: bytes | None) -> bytes | None:
    """An empty journal has no last entry: its head is what the first one is bound to."""
    return BEGINNING if head.entries == 0 else mac


def _taken(session: Session, today: date, now: datetime) -> Head:
    query = select(JournalRow.number, JournalRow.mac).order_by(JournalRow.number.desc()).limit(1)
    last = session.execute(query).one_or_none()
    number, mac = (last.number, last.mac) if last is not None else (0, BEGINNING)
    return Head(today, number, mac, now.replace(microsecond=0))


def _signed(head: Head, seed: bytes, site: str) -> Published:
    document = head_document(head, site)
    signature = Signature(signing.ALGORITHM, signing.public_key(seed).id, signing.sign(seed, KIND, canonical(document)))
    return Published(head, enveloped(KIND, document, signature).decode())


def _opened(raw: bytes, key: signing.PublicKey) -> Head | None:
    """The head of a signed file, or None where this site did not sign it."""
    try:
        envelope = read_envelope(KIND, raw)
    except EnvelopeError:
        raise HeadProblem("no head of the journal") from None
    signed = signing.verify(key, KIND, envelope.content, envelope.signature.value)
    return read_head(envelope.document) if signed else None


def _is_as_signed(row: HeadRow, head: Head, key: signing.PublicKey) -> bool:
    try:
        return _opened(row.file.encode(), key) == head
    except HeadProblem:
        return False


def _files(raw: bytes) -> Iterator[bytes]:
    try:
        whole: Any = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise HeadProblem("no head of the journal") from None
    if isinstance(whole, dict) and isinstance(whole.get("heads"), list):
        yield from (json.dumps(one).encode() for one in whole["heads"])
    else:
        yield raw


def _values(published: Published, now: datetime) -> dict[str, object]:
    head = published.head
    return {"day": head.day, "entries": head.entries, "mac": head.mac, "published_at": now, "file": published.file}


def _published(row: HeadRow) -> Published:
    return Published(Head(row.day, row.entries, row.mac, row.published_at.replace(microsecond=0)), row.file)
