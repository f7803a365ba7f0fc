"""Handing a record over to a recipient, and the register of transfers."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State
from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Recipient
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import PersonalData, record_id
from kelisim.domain.transfers import Consented, Delivery, Obstacle, Promise, TransferRefused, Way, why_not_transfer
from kelisim.services import changes, consent_rows, journal, recipients, statements
from kelisim.services.records import By, NoRecord, consent_of, locked
from kelisim.storage.db import writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.recipients import DeliveryRow, RecipientRow, TransferRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.age import seal_for
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import seal_small

_ID_RANDOM_BYTES = 10
Tab = Literal["all", "waiting", "failed"]


@dataclass(frozen=True)
class Paper:
    """What goes along with the data: who hands them over, and what the recipient is bound to, by language.

    ``stated``: what is stated today, for a consent from before there were versions.
    """

    operator: Mapping[str, str]
    obligations: Mapping[str, tuple[str, ...]]
    stated: Stated


@dataclass(frozen=True)
class Transfer:
    """A line of the register. ``outcome``: what came of the last try, or why it was stopped, as a code."""

    id: UUID
    submission_id: UUID
    reference: str
    recipient_id: UUID
    recipient: str
    purpose: Purpose
    way: Way
    at: datetime
    author: str
    state: Delivery
    tries: int
    next_at: datetime
    outcome: str

    @property
    def went_out(self) -> bool:
        """True where the recipient has the data, may have them, or is about to."""
        return self.tries > 0 or self.state in {Delivery.WAITING, Delivery.DONE}


def hand_over(
    session: Session,
    reference: str,
    recipient_id: UUID,
    purpose: Purpose,
    way: Way,
    *,
    paper: Paper,
    keys: Keys,
    file_term: timedelta,
    by: By,
    randomness: Callable[[int], bytes],
) -> UUID:
    """Enter a transfer and make ready what goes out, sealed under the record's own key. Its id.

    ``file_term``: how long a file can be saved. Raises TransferRefused, NoRecord, NoRecipient, NotReadable.
    """
    new_id = record_id(by.now, randomness(_ID_RANDOM_BYTES))
    with writing(session):
        row = locked(session, _submission_of(session, reference))
        recipient = recipients.locked(session, recipient_id)
        consent = session.scalars(select(ConsentRow).where(ConsentRow.submission_id == row.id)).one()
        promises = statements.stated_to(session, consent_rows.consent_of(consent), paper.stated).promises
        undertaking = _permitted(session, row, recipient, purpose, way, by, promises)
        key = changes.operators_key(row, keys)
        body = _body(new_id, reference, changes.personal_of(row, key), recipient, purpose, paper, by.now)
        content = seal_for(recipient.age_key, body) if way is Way.FILE else body
        session.add(
            TransferRow(
                id=new_id,
                submission_id=row.id,
                recipient_id=recipient.id,
                undertaking=undertaking,
                purpose=purpose.value,
                way=way.value,
                at=by.now,
                author=by.actor,
            )
        )
        session.flush()
        session.add(
            DeliveryRow(
                transfer_id=new_id,
                state=Delivery.WAITING.value,
                tries=0,
                next_at=by.now + file_term if way is Way.FILE else by.now,
                outcome="",
                sealed=seal_small(content, key=key, context=place(new_id), randomness=randomness),
            )
        )
        session.flush()
        note(session, row.id, by, recipient.id, {"purpose": purpose.value, "way": way.value, "step": "handed_over"})
    return new_id


def purposes(session: Session, reference: str) -> tuple[Purpose, ...]:
    """The purposes the consent of a record is for. Raises NoRecord."""
    return _consented(session, _submission_of(session, reference))


def check(session: Session, row: SubmissionRow, transfer: TransferRow, by: By) -> Recipient:
    """Inside the caller's transaction: may what was decided go out today? Raises TransferRefused.

    What was stated when the consent was given does not change: it was asked when the transfer was decided.
    """
    recipient = recipients.locked(session, transfer.recipient_id)
    _permitted(session, row, recipient, Purpose(transfer.purpose), Way(transfer.way), by)
    return recipient


def note(session: Session, subject: UUID, by: By, recipient_id: UUID, details: Mapping[str, str]) -> None:
    """Inside the caller's transaction: journal what was done with a transfer of a record."""
    deed = journal.Deed(Act.TRANSFER, subject, by.actor, {"recipient": recipient_id.hex, **details})
    journal.append(session, [deed], key=by.key, now=by.now)


def find(session: Session, transfer_id: UUID) -> Transfer | None:
    """One transfer, or None."""
    found = session.execute(_lines().where(TransferRow.id == transfer_id)).one_or_none()
    return _transfer(*found) if found is not None else None


def register(session: Session, tab: Tab, *, before: UUID | None, rows: int) -> tuple[Transfer, ...]:
    """The register of transfers, newest first, from ``before`` on (None: from the newest)."""
    query = _lines().where(*_on_tab(tab)).order_by(TransferRow.id.desc())
    if before is not None:
        query = query.where(TransferRow.id < before)
    return tuple(_transfer(*found) for found in session.execute(query.limit(rows)))


def counts(session: Session) -> Mapping[Tab, int]:
    """How many transfers stand on each tab of the register."""
    tabs: tuple[Tab, ...] = ("all", "waiting", "failed")
    query = select(func.count()).select_from(DeliveryRow)
    return {tab: session.scalar(query.where(*_on_tab(tab))) or 0 for tab in tabs}


def of_submission(session: Session, submission_id: UUID) -> tuple[Transfer, ...]:
    """Every transfer of one record, newest first."""
    query = _lines().where(TransferRow.submission_id == submission_id).order_by(TransferRow.id.desc())
    return tuple(_transfer(*found) for found in session.execute(query))


def of_recipient(session: Session, recipient_id: UUID) -> int:
    """How many transfers a recipient was meant to get."""
    query = select(func.count()).select_from(TransferRow).where(TransferRow.recipient_id == recipient_id)
    return session.scalar(query) or 0


def place(transfer_id: UUID) -> bytes:
    """What the sealed content of a transfer is bound to."""
    return b"kelisim/transfer/1/" + transfer_id.bytes


def _permitted(
    session: Session,
    row: SubmissionRow,
    recipient: Recipient,
    purpose: Purpose,
    way: Way,
    by: By,
    promises: Collection[Promise] = (),
) -> int:
    """The number of the undertaking the transfer rests on. Raises TransferRefused."""
    today = local_day(by.now)
    record = Consented(
        state=State(row.state),
        consent=consent_of(row),
        purposes=_consented(session, row.id),
        mailing=row.mailing,
        promises=promises,
    )
    reason = why_not_transfer(record, recipient, purpose, way, today)
    undertaking = recipient.undertaking(today)
    if reason is not None or undertaking is None:
        raise TransferRefused(reason or Obstacle.NO_UNDERTAKING)
    return undertaking.number


def _body(
    transfer_id: UUID,
    reference: str,
    personal: PersonalData,
    recipient: Recipient,
    purpose: Purpose,
    paper: Paper,
    now: datetime,
) -> bytes:
    """What the recipient gets, as JSON, UTF-8: the same in a file and in a webhook."""
    data = {
        "transfer": str(transfer_id),
        "reference": reference,
        "purpose": purpose.value,
        "person": asdict(personal),
        "operator": dict(paper.operator),
        "recipient": {"name": recipient.name, "country": recipient.country, "number": recipient.number},
        "obligations": {language: list(texts) for language, texts in paper.obligations.items()},
    }
    whole = {"type": "kelisim.transfer", "timestamp": now.isoformat(timespec="seconds"), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _consented(session: Session, submission_id: UUID) -> tuple[Purpose, ...]:
    codes = session.scalars(select(ConsentRow.purposes).where(ConsentRow.submission_id == submission_id)).one()
    return tuple(Purpose(code) for code in codes)


def _submission_of(session: Session, reference: str) -> UUID:
    found = session.scalar(select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference))
    if found is None:
        raise NoRecord
    return found


def _lines() -> Select[TransferRow, DeliveryRow, str, str]:
    return (
        select(TransferRow, DeliveryRow, RecipientRow.name, ReceiptRow.reference)
        .join(DeliveryRow, DeliveryRow.transfer_id == TransferRow.id)
        .join(RecipientRow, RecipientRow.id == TransferRow.recipient_id)
        .join(ReceiptRow, ReceiptRow.submission_id == TransferRow.submission_id)
    )


def _on_tab(tab: Tab) -> tuple[ColumnElement[bool], ...]:
    if tab == "all":
        return ()
    state = Delivery.WAITING if tab == "waiting" else Delivery.FAILED
    return (DeliveryRow.state == state.value,)


def _transfer(row: TransferRow, delivery: DeliveryRow, recipient: str, reference: str) -> Transfer:
    return Transfer(
        id=row.id,
        submission_id=row.submission_id,
        reference=reference,
        recipient_id=row.recipient_id,
        recipient=recipient,
        purpose=Purpose(row.purpose),
        way=Way(row.way),
        at=row.at,
        author=row.author,
        state=Delivery(delivery.state),
        tries=delivery.tries,
        next_at=delivery.next_at,
        outcome=delivery.outcome,
    )
