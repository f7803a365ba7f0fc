"""Exports: asking for one, the asker's list, saving the rows. Making is in ``export_making``."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.exports import KEPT, UNFINISHED, Cause, Column, ExportState, Format, Value, Wanted
from kelisim.domain.journal import SITE
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import record_id
from kelisim.services import export_removal, journal
from kelisim.services.export_removal import REGISTER
from kelisim.services.records import By
from kelisim.storage.db import writing
from kelisim.storage.tables.exports import ExportPieceRow, ExportRow
from kelisim.vault.keys import Keys, NotReadable
from kelisim.vault.sealing import SealBroken, by_any, open_small, unwrapped_by_operator, wrapped_for_operator

_ID_RANDOM_BYTES, _KEY_BYTES = 10, 32
_OPERATOR = "operator:"


class NoExport(Exception):
    """There is no such export, or it is somebody else's."""


class NothingToSave(Exception):
    """The export is not ready, or gone."""


class TooMany(Exception):
    """So many of this operator's exports are not gone yet."""


@dataclass(frozen=True)
class Export:
    """An export as its asker sees it. ``looked_at`` of ``total`` records; ``left_out``: how many, by the code of why."""

    id: UUID
    asked_at: datetime
    wanted: Wanted
    state: ExportState
    total: int
    looked_at: int
    rows: int
    left_out: Mapping[str, int]
    ends_at: datetime
    saved: int
    cause: Cause | None


def ask(
    session: Session,
    wanted: Wanted,
    *,
    keys: Keys,
    by: By,
    term: timedelta,
    most: int,
    randomness: Callable[[int], bytes],
) -> UUID:
    """Enter what is wanted, to be made by the worker. Its id. ``term``: how long it may lie; ``most``: how many may.

    Raises TooMany.
    """
    new_id = record_id(by.now, randomness(_ID_RANDOM_BYTES))
    key = wrapped_for_operator(randomness(_KEY_BYTES), place=place(new_id), operator=keys.operator_public)
    with writing(session):
        kept = select(ExportRow.id).where(ExportRow.operator_id == _number(by), ExportRow.state.in_(list(KEPT)))
        if len(session.scalars(kept).all()) >= most:
            raise TooMany
        session.add(
            ExportRow(
                id=new_id,
                operator_id=_number(by),
                asked_at=by.now,
                scope=dict(wanted.scope),
                columns=[column.value for column in wanted.columns],
                format=wanted.format.value,
                purpose=wanted.purpose.value,
                state=ExportState.ASKED.value,
                key=key,
                reached=None,
                total=0,
                looked_at=0,
                pieces=0,
                rows=0,
                left_out={},
                ends_at=by.now + term,
                saved=0,
                cause="",
            )
        )
        session.flush()
        details = {"format": wanted.format.value, "purpose": wanted.purpose.value}
        note(session, new_id, by, {"step": "asked", **details})
    return new_id


def of_operator(session: Session, by: By, *, rows: int) -> tuple[Export, ...]:
    """The newest exports this operator asked for."""
    query = select(ExportRow).where(ExportRow.operator_id == _number(by)).order_by(ExportRow.id.desc()).limit(rows)
    return tuple(_export(row) for row in session.scalars(query))


def find(session: Session, export_id: UUID, by: By) -> Export:
    """One export of this operator's. Raises NoExport."""
    return _export(_own(session.get(ExportRow, export_id, populate_existing=True), by))


def remove(session: Session, export_id: UUID, *, by: By) -> None:
    """Take an export away before its time. Raises NoExport, NothingToSave."""
    with writing(session):
        row = _own(export_removal.locked(session, export_id), by)
        if ExportState(row.state) not in KEPT:
            raise NothingToSave
        _clear(session, row, Cause.BY_HAND, by)


def save(session: Session, export_id: UUID, *, keys: Keys, by: By) -> Iterator[list[Value]]:
    """The rows, a piece at a time; each saving is journalled before the first one goes out.

    A record that may not be exported any more takes the whole export with it. Raises NoExport, NothingToSave,
    NotReadable, SealBroken; while the rows are fetched NothingToSave where the export is taken away meanwhile.
    """
    if keys.operator_private is None:
        raise NotReadable("the Operator's private key is not on this machine")
    with writing(session):
        row = _own(export_removal.locked(session, export_id), by)
        ready = ExportState(row.state) is ExportState.READY and by.now < row.ends_at
        stale = ready and export_removal.holds_what_may_not_be(session, row)
        if stale:
            _clear(session, row, Cause.NOT_PERMITTED, by)
        elif ready:
            key = opened_key(row, keys)
            pieces, expected = row.pieces, row.rows
            row.saved += 1
            session.flush()
            note(session, row.id, by, {"step": "saved", "rows": str(row.rows), "format": row.format})
    if stale or not ready:
        raise NothingToSave
    return _rows(session, export_id, key, pieces, expected)


def opened_key(row: ExportRow, keys: Keys) -> bytes:
    """The key that an export's pieces are sealed under. Raises NotReadable, SealBroken."""
    if not keys.privates:
        raise NotReadable("the Operator's private key is not on this machine")
    wrapped, where = row.key, place(row.id)
    return by_any(keys.privates, lambda private: unwrapped_by_operator(wrapped, place=where, private=private))


def place(export_id: UUID) -> bytes:
    """What an export's key is bound to."""
    return b"kelisim/export/1/" + export_id.bytes


def piece_place(export_id: UUID, number: int) -> bytes:
    """What a piece of an export is bound to: none can be moved, left out or put in twice."""
    return place(export_id) + number.to_bytes(4, "big")


def note(session: Session, export_id: UUID, by: By, details: Mapping[str, str]) -> None:
    """Inside the caller's transaction: journal what was done with an export as a whole."""
    deed = journal.Deed(Act.ACCESS, SITE, by.actor, {"register": REGISTER, "export": export_id.hex, **details})
    journal.append(session, [deed], key=by.key, now=by.now)


def _rows(session: Session, export_id: UUID, key: bytes, pieces: int, expected: int) -> Iterator[list[Value]]:
    given = 0
    for number in range(pieces):
        query = select(ExportPieceRow.sealed).where(
            ExportPieceRow.export_id == export_id, ExportPieceRow.number == number
        )
        sealed = session.scalar(query)
        # No transaction stays open while somebody's line is slow.
        session.rollback()
        if sealed is None:
            raise NothingToSave
        rows: list[list[Value]] = json.loads(open_small(sealed, key=key, context=piece_place(export_id, number)))
        given += len(rows)
        yield from rows
    if given != expected:
        raise SealBroken("the export does not hold what was put in")


def _clear(session: Session, row: ExportRow, cause: Cause, by: By) -> None:
    export_removal.clear(session, row, ExportState.REMOVED, cause, actor=by.actor, key=by.key, now=by.now)


def _own(row: ExportRow | None, by: By) -> ExportRow:
    if row is None or row.operator_id != _number(by):
        raise NoExport
    return row


def _number(by: By) -> int:
    return int(by.actor.removeprefix(_OPERATOR))


def _export(row: ExportRow) -> Export:
    return Export(
        id=row.id,
        asked_at=row.asked_at,
        wanted=Wanted(row.scope, tuple(Column(name) for name in row.columns), Format(row.format), Purpose(row.purpose)),
        state=ExportState(row.state),
        total=row.total,
        looked_at=row.looked_at,
        rows=row.rows,
        left_out=dict(row.left_out),
        ends_at=row.ends_at,
        saved=row.saved,
        cause=Cause(row.cause) if row.cause else None,
    )


def is_waiting(session: Session) -> bool:
    """True where something is to be made."""
    found = session.scalar(select(ExportRow.id).where(ExportRow.state.in_(list(UNFINISHED))).limit(1))
    session.rollback()
    return found is not None
