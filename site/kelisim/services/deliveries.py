"""What becomes of a transfer: the file is saved, its time ends."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.transfers import Delivery, Way
from kelisim.services import changes, transfers
from kelisim.services.records import By, locked
from kelisim.storage.db import writing
from kelisim.storage.tables.recipients import DeliveryRow, TransferRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import open_small

_AT_ONCE = 100


class NothingWaits(Exception):
    """There is no such transfer, or nothing of it waits any more."""


def save_file(session: Session, transfer_id: UUID, *, keys: Keys, by: By) -> bytes:
    """The file that only the recipient opens, to be brought to it. Each saving is journalled.

    Raises NothingWaits; TransferRefused where the transfer would not be permitted today; changes.NotReadable.
    """
    with writing(session):
        transfer = _transfer(session, transfer_id)
        row = locked(session, transfer.submission_id)
        delivery = _delivery(session, transfer_id)
        if Way(transfer.way) is not Way.FILE or delivery.state != Delivery.WAITING or by.now >= delivery.next_at:
            raise NothingWaits
        transfers.check(session, row, transfer, by)
        key = changes.operators_key(row, keys)
        content = open_small(delivery.sealed, key=key, context=transfers.place(transfer_id))
        delivery.tries += 1
        session.flush()
        transfers.note(session, row.id, by, transfer.recipient_id, {"step": "saved"})
    return content


def end_files(session: Session, *, now: datetime) -> int:
    """Remove the files that can be saved no more: done where one was, else given up. How many there were."""
    with writing(session):
        query = (
            select(DeliveryRow)
            .join(TransferRow, TransferRow.id == DeliveryRow.transfer_id)
            .where(
                DeliveryRow.state == Delivery.WAITING.value,
                DeliveryRow.next_at <= now,
                TransferRow.way == Way.FILE.value,
            )
            .limit(_AT_ONCE)
        )
        rows = session.scalars(query).all()
        for row in rows:
            _end(row, Delivery.DONE if row.tries else Delivery.GIVEN_UP)
    return len(rows)


def _end(row: DeliveryRow, state: Delivery) -> None:
    row.state, row.sealed = state.value, b""


def _transfer(session: Session, transfer_id: UUID) -> TransferRow:
    row = session.get(TransferRow, transfer_id)
    if row is None:
        raise NothingWaits
    return row


def _delivery(session: Session, transfer_id: UUID) -> DeliveryRow:
    query = select(DeliveryRow).where(DeliveryRow.transfer_id == transfer_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
