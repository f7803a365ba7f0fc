"""The register of recipients: entering one, adding an undertaking, how data reach it, its end.

A recipient's entries in the journal are those of the act that the register is kept for, transfer; their subject is
the recipient.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import local_day
from kelisim.domain.journal import Entry
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Facts, Recipient, RecipientProblem, Undertaking, check_undertaking, checked
from kelisim.domain.submissions import record_id
from kelisim.domain.webhooks import SECRET_BYTES, secret_to_text, target_of
from kelisim.services import journal
from kelisim.services.records import By
from kelisim.storage.db import take_turn, writing
from kelisim.storage.prepared import fetch_once
from kelisim.storage.tables.recipients import RecipientRow, UndertakingRow
from kelisim.vault.age import is_age_key
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import open_small, seal_small

_ID_RANDOM_BYTES = 10
# The place in the database whose holder may enter a recipient: the same one is not entered twice.
_REGISTER = 0x4B454C52
_STAND: Select[int, int, int] = select(
    func.count(), func.count(RecipientRow.ended), select(func.count()).select_from(UndertakingRow).scalar_subquery()
)


# How many were entered, how many ended, how many undertakings: all only grow, so that equal numbers are an equal register,
# but for how a recipient is reached.
Stand = tuple[int, int, int]


class NoRecipient(Exception):
    """There is no such recipient."""


def add(session: Session, facts: Facts, *, by: By, randomness: Callable[[int], bytes]) -> UUID:
    """Enter a recipient. It gets nothing before an undertaking is added. Raises RecipientProblem."""
    good = checked(facts)
    new_id = record_id(by.now, randomness(_ID_RANDOM_BYTES))
    with writing(session):
        take_turn(session, _REGISTER)
        same = select(RecipientRow.id).where(
            RecipientRow.country == good.country, RecipientRow.number == good.number, RecipientRow.ended.is_(None)
        )
        if session.scalar(same.limit(1)) is not None:
            raise RecipientProblem("known")
        values = {**asdict(good), "purposes": [purpose.value for purpose in good.purposes]}
        session.add(RecipientRow(id=new_id, added_at=by.now, age_key="", webhook="", **values))
        _note(session, new_id, by, {"step": "added", "country": good.country, "purposes": _codes(good.purposes)})
    return new_id


def undertake(session: Session, recipient_id: UUID, undertaking: Undertaking, *, by: By) -> None:
    """Add an undertaking; from the day it was signed it takes the place of the one before. Raises RecipientProblem."""
    with writing(session):
        row = _locked(session, recipient_id)
        good = check_undertaking(undertaking, _recipient(row, ()), local_day(by.now))
        scope = [purpose.value for purpose in good.scope]
        session.add(
            UndertakingRow(
                recipient_id=row.id,
                signed=good.signed,
                expires=good.expires,
                scope=scope,
                author=by.actor,
                added_at=by.now,
            )
        )
        days = {"signed": good.signed.isoformat(), "expires": good.expires.isoformat()}
        _note(session, row.id, by, {"step": "undertaking", **days, "purposes": _codes(good.scope)})


def end(session: Session, recipient_id: UUID, *, by: By) -> None:
    """From today on the recipient gets nothing more; what it was handed stays in the register.

    Raises RecipientProblem ``ended`` where it is so already.
    """
    with writing(session):
        row = _locked(session, recipient_id)
        if row.ended is not None:
            raise RecipientProblem("ended")
        row.ended, row.webhook, row.webhook_secret = local_day(by.now), "", None
        _note(session, row.id, by, {"step": "ended"})


def set_contact(session: Session, recipient_id: UUID, contact: str, age_key: str, *, by: By) -> None:
    """Where the recipient is reached, and its public key for files (empty: none). Raises RecipientProblem."""
    key = age_key.strip()
    if key and not is_age_key(key):
        raise RecipientProblem("age_key")
    with writing(session):
        row = _open(session, recipient_id)
        row.contact = checked(replace(_facts(row), contact=contact)).contact
        changed = "age_key" if row.age_key != key else "contact"
        row.age_key = key
        _note(session, row.id, by, {"step": changed})


def set_webhook(
    session: Session, recipient_id: UUID, address: str, *, keys: Keys, by: By, randomness: Callable[[int], bytes]
) -> str | None:
    """The recipient's HTTPS address and a new secret, which is shown this once; an empty address ends both.

    Raises RecipientProblem.
    """
    address = address.strip()
    if address and target_of(address) is None:
        raise RecipientProblem("webhook")
    with writing(session):
        row = _open(session, recipient_id)
        row.webhook = address
        if not address:
            row.webhook_secret = None
            _note(session, row.id, by, {"step": "webhook_off"})
            return None
        secret = randomness(SECRET_BYTES)
        row.webhook_secret = seal_small(
            secret, key=keys.desk.webhook, context=webhook_place(row), randomness=randomness
        )
        _note(session, row.id, by, {"step": "webhook"})
    return secret_to_text(secret)


def webhook_secret(session: Session, recipient_id: UUID, keys: Keys) -> bytes:
    """The secret that signs what goes to a recipient's address. Raises SealBroken where there is none."""
    row = _locked(session, recipient_id)
    return open_small(row.webhook_secret or b"", key=keys.desk.webhook, context=webhook_place(row))


def find(session: Session, recipient_id: UUID) -> Recipient | None:
    """A recipient with its undertakings, or None."""
    row = session.get(RecipientRow, recipient_id, populate_existing=True)
    return _recipient(row, _undertakings(session, [row.id]).get(row.id, ())) if row is not None else None


def locked(session: Session, recipient_id: UUID) -> Recipient:
    """Inside the caller's transaction: the recipient as it is until that ends. Raises NoRecipient."""
    row = _locked(session, recipient_id)
    return _recipient(row, _undertakings(session, [row.id]).get(row.id, ()))


def stand(session: Session) -> Stand:
    """What tells whether anybody would be named otherwise than before: one cheap query."""
    return fetch_once(session, _STAND)[0]


def all_of_them(session: Session) -> tuple[Recipient, ...]:
    """The register: those that still get data by name, then those that ended."""
    rows = session.scalars(select(RecipientRow)).all()
    undertakings = _undertakings(session, [row.id for row in rows])
    found = [_recipient(row, undertakings.get(row.id, ())) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.ended is not None, one.name.casefold(), one.id)))


def history(session: Session, recipient_id: UUID) -> tuple[Entry, ...]:
    """What was done with a recipient's entry in the register, oldest first."""
    return journal.of_subject(session, recipient_id)


def _open(session: Session, recipient_id: UUID) -> RecipientRow:
    row = _locked(session, recipient_id)
    if row.ended is not None:
        raise RecipientProblem("ended")
    return row


def _locked(session: Session, recipient_id: UUID) -> RecipientRow:
    query = select(RecipientRow).where(RecipientRow.id == recipient_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoRecipient
    return row


def _undertakings(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, tuple[Undertaking, ...]]:
    query = select(UndertakingRow).where(UndertakingRow.recipient_id.in_(ids)).order_by(UndertakingRow.number)
    found: dict[UUID, list[Undertaking]] = {}
    for row in session.scalars(query):
        one = Undertaking(row.signed, row.expires, tuple(Purpose(code) for code in row.scope), row.number)
        found.setdefault(row.recipient_id, []).append(one)
    return {recipient_id: tuple(undertakings) for recipient_id, undertakings in found.items()}


def _facts(row: RecipientRow) -> Facts:
    purposes = tuple(Purpose(code) for code in row.purposes)
    return Facts(name=row.name, country=row.country, number=row.number, purposes=purposes, contact=row.contact)


def _recipient(row: RecipientRow, undertakings: tuple[Undertaking, ...]) -> Recipient:
    return Recipient(
        id=row.id,
        ended=row.ended,
        age_key=row.age_key,
        webhook=row.webhook,
        undertakings=undertakings,
        **vars(_facts(row)),
    )


def _note(session: Session, subject: UUID, by: By, details: Mapping[str, str]) -> None:
    session.flush()
    deed = journal.Deed(Act.TRANSFER, subject, by.actor, {"register": "recipients", **details})
    journal.append(session, [deed], key=by.key, now=by.now)


def _codes(purposes: Iterable[Purpose]) -> str:
    return ",".join(purposes)


def webhook_place(row: RecipientRow) -> bytes:
    """What a sealed webhook's secret is bound to."""
    return b"kelisim/webhook/1/" + row.id.bytes
