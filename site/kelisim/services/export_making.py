"""Making exports: by the worker, where the Operator's private key is, a batch of records at a time.

Each batch is one short transaction: its records are held, the table of acts is asked, what may go is sealed into one
piece, and the journal gets an entry for each record. A process that dies is followed by one that goes on from there.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from kelisim.domain.acts import Act, State
from kelisim.domain.deadlines import local_day
from kelisim.domain.exports import (
    UNFINISHED,
    Column,
    Exported,
    ExportState,
    LeftOut,
    Value,
    why_left_out,
)
from kelisim.domain.filters import Filter
from kelisim.domain.purposes import Purpose
from kelisim.domain.transfers import Consented
from kelisim.services import changes, export_removal, exports, journal, tags
from kelisim.services.matching import matching
from kelisim.services.records import By, consent_of
from kelisim.storage.db import DATABASE_AWAY, add_rows, writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.exports import ExportPieceRow, ExportRecordRow, ExportRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.storage.tables.tags import RecordTagRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import SealBroken, seal_small

# A filter of its parts; None where they do not lead to the filter they were any more.
Reading = Callable[[Mapping[str, str]], Filter | None]


@dataclass(frozen=True)
class Means:
    """What making needs. ``rows``: records in one batch; ``term``: how long an export is kept once it is ready."""

    keys: Keys
    reading: Reading
    clock: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    rows: int
    term: timedelta


@dataclass(frozen=True)
class _Found:
    """A record that is looked at, with what its consent says."""

    row: SubmissionRow
    reference: str
    purposes: Sequence[str]
    revision: str


def make_due(session: Session, means: Means) -> int:
    """Make what was asked for, the oldest first. How many came ready. Without the private key nothing is made."""
    made = 0
    if means.keys.operator_private is None:
        return made
    while (export_id := _next(session)) is not None:
        try:
            while _batch(session, export_id, means):
                pass
        except DATABASE_AWAY:
            raise
        except Exception:
            _fail(session, export_id, means)
            raise
        row = session.get(ExportRow, export_id, populate_existing=True)
        made += row is not None and row.state == ExportState.READY
        session.rollback()
    return made


def _next(session: Session) -> UUID | None:
    waiting = ExportRow.state.in_([state.value for state in UNFINISHED])
    found = session.scalar(select(ExportRow.id).where(waiting).order_by(ExportRow.id).limit(1))
    session.rollback()
    return found


def _batch(session: Session, export_id: UUID, means: Means) -> bool:
    """One batch. True where there may be another one."""
    row = session.get_one(ExportRow, export_id, populate_existing=True)
    wanted = means.reading(row.scope)
    if wanted is None:
        return _fail(session, export_id, means)
    through = matching(wanted, means.keys, local_day(row.asked_at))
    within = (through.id <= _last_id(row.asked_at),)
    total = row.total
    if row.state == ExportState.ASKED:
        counted = through.select(through.id).where(*within).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
    query = through.select(through.id).where(*within).order_by(through.id).limit(means.rows)
    if row.reached is not None:
        query = query.where(through.id > row.reached)
    ids = session.scalars(query).all()
    with writing(session):
        # The records first, then the export, then the journal: who ends a record takes them in the same order.
        found = _held(session, ids)
        held = export_removal.locked(session, export_id)
        if held is None or ExportState(held.state) not in UNFINISHED:
            return False
        by = By(f"operator:{held.operator_id}", means.keys.site.journal, means.clock())
        held.total = total
        _put_in(session, held, found, by, means)
        held.looked_at += len(ids)
        if len(ids) < means.rows:
            _finish(session, held, by, means.term)
            return False
        held.state, held.reached = ExportState.MAKING.value, ids[-1]
        return True


def _held(session: Session, ids: Sequence[UUID]) -> list[_Found]:
    query = (
        select(SubmissionRow, ReceiptRow.reference, ConsentRow.purposes, ConsentRow.revision)
        .join(ReceiptRow, ReceiptRow.submission_id == SubmissionRow.id)
        .join(ConsentRow, ConsentRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.id.in_(ids))
        .order_by(SubmissionRow.id)
        .options(defer(SubmissionRow.suspicions), defer(SubmissionRow.search_tokens))
        .with_for_update(of=SubmissionRow)
    )
    rows = session.execute(query.execution_options(populate_existing=True))
    return [_Found(row, reference, purposes, revision) for row, reference, purposes, revision in rows]


def _put_in(
    session: Session,
    held: ExportRow,
    found: Sequence[_Found],
    by: By,
    means: Means,
) -> None:
    """Seal what may go as one piece, and journal it record by record."""
    left_out, columns = Counter(held.left_out), tuple(Column(name) for name in held.columns)
    tagged = _tags(session, [one.row.id for one in found])
    ids, piece = [], list[list[Value]]()
    purpose = Purpose(held.purpose)
    for one in found:
        record = _exported(one, tagged.get(one.row.id, ()), purpose, means.keys)
        if isinstance(record, Exported):
            ids.append(one.row.id)
            piece.append(record.row(columns))
        else:
            left_out[record] += 1
    held.left_out = dict(left_out)
    if not piece:
        return
    _seal(session, held, piece, means)
    add_rows(session, ExportRecordRow, [{"export_id": held.id, "submission_id": one} for one in ids])
    details = {"by": "desk", "what": "export", "export": held.id.hex, "purpose": held.purpose}
    journal.append(session, [journal.Deed(Act.ACCESS, one, by.actor, details) for one in ids], key=by.key, now=by.now)


def _exported(one: _Found, tagged: tuple[str, ...], purpose: Purpose, keys: Keys) -> Exported | str:
    """The record, or the code of why it is left out."""
    row = one.row
    asked = Consented(State(row.state), consent_of(row), tuple(Purpose(code) for code in one.purposes), row.mailing)
    reason = why_left_out(asked, purpose)
    if reason is not None:
        return reason.value
    try:
        personal = changes.personal_of(row, changes.operators_key(row, keys))
    except (SealBroken, ValueError):
        return LeftOut.DAMAGED.value  # one row that was changed or damaged must not close the others
    return Exported(
        reference=one.reference,
        received_at=row.received_at,
        personal=personal,
        topic=Purpose(row.topic) if row.topic is not None else None,
        mailing=row.mailing,
        state=asked.state,
        consent_state=asked.consent,
        revision=one.revision,
        tags=tagged,
    )


def _seal(session: Session, held: ExportRow, piece: list[list[Value]], means: Means) -> None:
    key = exports.opened_key(held, means.keys)
    content = json.dumps(piece, ensure_ascii=False, separators=(",", ":")).encode()
    place = exports.piece_place(held.id, held.pieces)
    sealed = seal_small(content, key=key, context=place, randomness=means.randomness)
    add_rows(session, ExportPieceRow, [{"export_id": held.id, "number": held.pieces, "sealed": sealed}])
    held.pieces += 1
    held.rows += len(piece)


def _tags(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The words of the tags that each of the records bears."""
    words = {tag.id: tag.words for tag in tags.every(session)}
    found: dict[UUID, tuple[str, ...]] = {}
    for row in session.scalars(select(RecordTagRow).where(RecordTagRow.submission_id.in_(ids))):
        found[row.submission_id] = tuple(sorted((*found.get(row.submission_id, ()), words[row.tag_id])))
    return found


def _finish(session: Session, held: ExportRow, by: By, term: timedelta) -> None:
    held.state, held.reached, held.ends_at = ExportState.READY.value, None, by.now + term
    session.flush()
    numbers = {"rows": str(held.rows), "left_out": str(sum(held.left_out.values()))}
    details = {"step": "made", "format": held.format, "purpose": held.purpose, **numbers}
    exports.note(session, held.id, by, details)


def _fail(session: Session, export_id: UUID, means: Means) -> bool:
    """Nothing of it is kept. Always False: there is no further batch."""
    with writing(session):
        row = export_removal.locked(session, export_id)
        if row is not None and ExportState(row.state) in UNFINISHED:
            now, key = means.clock(), means.keys.site.journal
            export_removal.clear(session, row, ExportState.FAILED, None, actor="site", key=key, now=now)
    return False


def _last_id(moment: datetime) -> UUID:
    """The greatest id a record of this millisecond can have."""
    return UUID(bytes=int(moment.timestamp() * 1000).to_bytes(6, "big") + b"\xff" * 10)
