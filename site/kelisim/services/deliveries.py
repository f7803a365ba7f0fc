"""What becomes of a transfer: the file is saved and its time ends; the webhook is sent, tried again, given up.

A webhook is sent outside of any transaction: the try is written down before it, what came of it after it. Where the
process dies in between, the same message goes out again under the same id, which the recipient tells apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.recipients import Recipient
from kelisim.domain.transfers import Delivery, TransferRefused, Way
from kelisim.domain.webhooks import Outcome, Pauses, Target, headers, target_of
from kelisim.services import changes, recipients, transfers
from kelisim.services.records import By, locked
from kelisim.services.webhooks import PUBLIC, Reach, send
from kelisim.storage.db import writing
from kelisim.storage.tables.recipients import DeliveryRow, TransferRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import SealBroken, open_small

_AT_ONCE = 100
_SITE = "site"
_SENT_AT_ONCE = 20


class NothingWaits(Exception):
    """There is no such transfer, or nothing of it waits any more."""


@dataclass(frozen=True)
class _Message:
    """What goes out now. It lives in memory only, for as long as it is sent."""

    target: Target
    secret: bytes
    body: bytes

    def __repr__(self) -> str:
        return "_Message(...)"


def save_file(session: Session, transfer_id: UUID, *, keys: Keys, by: By) -> bytes:
    """The file that only the recipient opens, to be brought to it. Each saving is journalled.

    Raises NothingWaits; TransferRefused where the transfer would not be permitted today; NotReadable.
    """
    with writing(session):
        transfer, row, delivery = _held(session, transfer_id)
        if Way(transfer.way) is not Way.FILE or delivery.state != Delivery.WAITING or by.now >= delivery.next_at:
            raise NothingWaits
        transfers.check(session, row, transfer, by)
        key = changes.operators_key(row, keys)
        content = open_small(delivery.sealed, key=key, context=transfers.place(transfer_id))
        delivery.tries += 1
        _note(session, transfer, by, "saved")
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
            .order_by(DeliveryRow.transfer_id)
            .limit(_AT_ONCE)
            .with_for_update(of=DeliveryRow)
        )
        rows = session.scalars(query.execution_options(populate_existing=True)).all()
        for row in rows:
            _end(row, Delivery.DONE if row.tries else Delivery.GIVEN_UP)
    return len(rows)


def deliver_due(
    session: Session,
    *,
    keys: Keys,
    pauses: Pauses,
    seconds: float,
    clock: Callable[[], datetime],
    reach: Reach = PUBLIC,
) -> int:
    """Send the webhooks that are due, one after the other. How many arrived.

    ``seconds``: how long one try may take. Without the Operator's private key nothing is sent.
    """
    arrived = 0
    if keys.operator_private is None:
        return arrived
    for transfer_id in _due(session, clock()):
        by = By(_SITE, keys.site.journal, clock())
        message = _begin(session, transfer_id, keys, pauses, by)
        if message is None:
            continue
        signed = headers(message.secret, str(transfer_id), by.now, message.body)
        outcome = send(message.target, message.body, signed, seconds=seconds, reach=reach)
        _finish(session, transfer_id, outcome, pauses, By(_SITE, by.key, clock()))
        arrived += outcome is Outcome.DELIVERED
    return arrived


def try_again(session: Session, transfer_id: UUID, *, by: By) -> None:
    """Let a webhook that did not arrive be tried from the beginning, at once. Raises NothingWaits."""
    with writing(session):
        transfer, _, delivery = _held(session, transfer_id)
        if delivery.state != Delivery.FAILED:
            raise NothingWaits
        # One try stays counted: whether an earlier one arrived is not known, and the recipient is told as if it had.
        delivery.state, delivery.tries, delivery.next_at = Delivery.WAITING.value, 1, by.now
        _note(session, transfer, by, "again")


def give_up(session: Session, transfer_id: UUID, *, by: By) -> None:
    """End a webhook that has not arrived; what waited is removed. Raises NothingWaits."""
    with writing(session):
        transfer, _, delivery = _held(session, transfer_id)
        waits = delivery.state in {Delivery.WAITING, Delivery.FAILED}
        if Way(transfer.way) is not Way.WEBHOOK or not waits:
            raise NothingWaits
        _end(delivery, Delivery.GIVEN_UP)
        _note(session, transfer, by, "given_up")


def _due(session: Session, now: datetime) -> list[UUID]:
    query = (
        select(DeliveryRow.transfer_id)
        .join(TransferRow, TransferRow.id == DeliveryRow.transfer_id)
        .where(
            DeliveryRow.state == Delivery.WAITING.value,
            DeliveryRow.next_at <= now,
            TransferRow.way == Way.WEBHOOK.value,
        )
        .order_by(DeliveryRow.next_at)
    )
    found = list(session.scalars(query.limit(_SENT_AT_ONCE)))
    session.rollback()
    return found


def _begin(session: Session, transfer_id: UUID, keys: Keys, pauses: Pauses, by: By) -> _Message | None:
    """Count the try and give out what is to be sent; None where nothing goes out now. All is asked anew each time."""
    with writing(session):
        transfer, row, delivery = _held(session, transfer_id)
        if delivery.state != Delivery.WAITING or delivery.next_at > by.now:
            return None
        try:
            recipient = transfers.check(session, row, transfer, by)
        except TransferRefused as refused:
            delivery.outcome = refused.reason.value
            _end(delivery, Delivery.STOPPED)
            _note(session, transfer, by, "stopped")
            return None
        message = _message(session, recipient, row, delivery, keys)
        if message is None:
            delivery.outcome, delivery.state = Outcome.UNREADABLE.value, Delivery.FAILED.value
            _note(session, transfer, by, "failed")
            return None
        delivery.tries += 1
        # Where this process dies before the try's end, another goes on from here.
        delivery.next_at = pauses.next_try(delivery.tries, by.now) or by.now + timedelta(hours=1)
    return message


def _message(
    session: Session, recipient: Recipient, row: SubmissionRow, delivery: DeliveryRow, keys: Keys
) -> _Message | None:
    """What waits, opened; None where a seal is broken: one damaged row must not keep the others from going out."""
    target = target_of(recipient.webhook)
    try:
        secret = recipients.webhook_secret(session, recipient.id, keys)
        key = changes.operators_key(row, keys)
        body = open_small(delivery.sealed, key=key, context=transfers.place(delivery.transfer_id))
    except SealBroken:
        return None
    return _Message(target, secret, body) if target is not None else None


def _finish(session: Session, transfer_id: UUID, outcome: Outcome, pauses: Pauses, by: By) -> None:
    """Write down what came of a try. What was stopped meanwhile stays so: its try is counted, and who got it is told."""
    with writing(session):
        transfer, _, delivery = _held(session, transfer_id)
        if delivery.state != Delivery.WAITING:
            return
        delivery.outcome = outcome.value
        if outcome is Outcome.DELIVERED:
            _end(delivery, Delivery.DONE)
            _note(session, transfer, by, "delivered")
        elif outcome is Outcome.GONE or delivery.tries >= pauses.tries:
            delivery.state = Delivery.FAILED.value
            _note(session, transfer, by, "failed")


def _held(session: Session, transfer_id: UUID) -> tuple[TransferRow, SubmissionRow, DeliveryRow]:
    """A transfer with its record and where it is, held in the order in which everything holds them."""
    transfer = session.get(TransferRow, transfer_id)
    if transfer is None:
        raise NothingWaits
    row = locked(session, transfer.submission_id)
    query = select(DeliveryRow).where(DeliveryRow.transfer_id == transfer_id).with_for_update()
    return transfer, row, session.scalars(query.execution_options(populate_existing=True)).one()


def _end(row: DeliveryRow, state: Delivery) -> None:
    row.state, row.sealed = state.value, b""


def _note(session: Session, transfer: TransferRow, by: By, step: str) -> None:
    session.flush()
    transfers.note(session, transfer.submission_id, by, transfer.recipient_id, {"step": step})
