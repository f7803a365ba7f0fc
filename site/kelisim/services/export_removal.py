"""Taking exports away: the sealed rows, their key and the list of records go; the line says why.

An export in which one record may not stand any more goes as a whole and at once: nothing has to be opened for it, and
a new one is made in a minute.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.exports import KEPT, Cause, ExportState
from kelisim.domain.journal import SITE
from kelisim.domain.purposes import Purpose
from kelisim.services import journal
from kelisim.services.permits import permits
from kelisim.storage.db import writing
from kelisim.storage.tables.exports import ExportPieceRow, ExportRecordRow, ExportRow
from kelisim.storage.tables.submissions import SubmissionRow

REGISTER = "exports"
# How long the line of an export that is gone still says what became of it.
LINE_KEPT = timedelta(days=7)
_KEPT = [state.value for state in KEPT]


def take_out(session: Session, submission_id: UUID, cause: Cause, *, actor: str, key: bytes, now: datetime) -> None:
    """Inside the caller's transaction, which holds the record: take away every export the record is in."""
    within = select(ExportRecordRow.export_id).where(ExportRecordRow.submission_id == submission_id)
    query = select(ExportRow).where(ExportRow.id.in_(within)).order_by(ExportRow.id).with_for_update()
    for row in session.scalars(query.execution_options(populate_existing=True)):
        clear(session, row, ExportState.REMOVED, cause, actor=actor, key=key, now=now)


def take_from(session: Session, operator_id: int, *, actor: str, key: bytes, now: datetime) -> None:
    """Inside the caller's transaction: take away every export of somebody who may save none any more."""
    query = select(ExportRow).where(ExportRow.operator_id == operator_id, ExportRow.state.in_(_KEPT))
    query = query.order_by(ExportRow.id).with_for_update()
    for row in session.scalars(query.execution_options(populate_existing=True)).all():
        clear(session, row, ExportState.REMOVED, Cause.BY_HAND, actor=actor, key=key, now=now)


def hold(session: Session, submission_ids: Sequence[UUID]) -> None:
    """Inside the caller's transaction, which holds these records: hold every export that one of them is in."""
    within = select(ExportRecordRow.export_id).where(ExportRecordRow.submission_id.in_(submission_ids))
    session.execute(select(ExportRow.id).where(ExportRow.id.in_(within)).order_by(ExportRow.id).with_for_update()).all()


def end_due(session: Session, *, now: datetime, actor: str, key: bytes) -> int:
    """Take away what is past its time, and what holds a record that may not be exported any more. How many."""
    ended = 0
    for export_id in session.scalars(select(ExportRow.id).where(ExportRow.state.in_(_KEPT))).all():
        with writing(session):
            row = locked(session, export_id)
            if row is None or ExportState(row.state) not in KEPT:
                continue
            if row.ends_at <= now:
                clear(session, row, ExportState.ENDED, None, actor=actor, key=key, now=now)
            elif holds_what_may_not_be(session, row):
                clear(session, row, ExportState.REMOVED, Cause.NOT_PERMITTED, actor=actor, key=key, now=now)
            else:
                continue
            ended += 1
    with writing(session):
        old = (ExportRow.state.not_in(_KEPT), ExportRow.ends_at <= now - LINE_KEPT)
        session.execute(delete(ExportRow).where(*old).execution_options(synchronize_session=False))
    return ended


def locked(session: Session, export_id: UUID) -> ExportRow | None:
    """The export's row as it is now; nobody else changes it before the transaction ends."""
    query = select(ExportRow).where(ExportRow.id == export_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def holds_what_may_not_be(session: Session, row: ExportRow) -> bool:
    """True where a record in the export would be left out if it were made now."""
    there = (ExportRecordRow.export_id == row.id) & (ExportRecordRow.submission_id == SubmissionRow.id)
    may = permits(Act.ACCESS) & permits(Act.USE)
    if row.purpose == Purpose.MAILING:
        may = may & SubmissionRow.mailing
    return bool(session.scalar(select(exists().where(there, ~may))))


def clear(
    session: Session, row: ExportRow, to: ExportState, cause: Cause | None, *, actor: str, key: bytes, now: datetime
) -> None:
    """Inside the caller's transaction: remove what is sealed, and journal that it went."""
    for table in (ExportPieceRow, ExportRecordRow):
        session.execute(delete(table).where(table.export_id == row.id).execution_options(synchronize_session=False))
    row.key, row.state, row.cause = b"", to.value, cause.value if cause is not None else ""
    # What was searched for may be a name; that something was stays said.
    row.scope = {name: "" if name == "sought" else text for name, text in row.scope.items()}
    session.flush()
    details = {"register": REGISTER, "export": row.id.hex, "step": to.value, "cause": row.cause}
    journal.append(session, [journal.Deed(Act.STORAGE, SITE, actor, details)], key=key, now=now)
