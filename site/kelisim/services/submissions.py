"""Accepting a form, finding its receipt, opening a submission."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from hmac import digest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ConsentState, State, why_not
from kelisim.domain.consents import Consent, Receipt
from kelisim.domain.documents import Document
from kelisim.domain.journal import Entry
from kelisim.domain.names import masked_name
from kelisim.domain.operators import Operator
from kelisim.domain.papers import Paper
from kelisim.domain.phones import masked_phone
from kelisim.domain.purposes import Purpose
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import (
    SECRET_BYTES,
    Draft,
    PersonalData,
    Submission,
    Suspicion,
    is_reference,
    record_id,
    reference_from,
    secret_from_text,
    secret_to_text,
)
from kelisim.services import journal
from kelisim.services.consent_rows import consent_of
from kelisim.services.submission_rows import New, deeds_of_sending, submission_values, write
from kelisim.services.texts import Stand
from kelisim.storage.db import is_unique_conflict, writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.storage.together import written
from kelisim.vault.keys import Keys, NotReadable
from kelisim.vault.sealing import SealBroken, Sealed, by_any, open_as_operator, seal

_ID_RANDOM_BYTES, _REFERENCE_RANDOM_BYTES = 10, 16
# A reference that is taken is drawn again; two misses in a row are already less likely than a broken disk.
_DRAWS = 5


@dataclass(frozen=True)
class Accepted:
    """A form that was taken. ``secret`` goes into the receipt's link; ``repeated``: it had been taken before."""

    secret: str
    repeated: bool


@dataclass(frozen=True)
class Listed:
    """A submission in a list: masked; name and phone are empty where the data are closed or ``damaged``."""

    id: UUID
    reference: str
    received_at: datetime
    state: State
    masked_name: str
    masked_phone: str
    topic: Purpose | None
    mailing: bool
    suspicions: tuple[Suspicion, ...]
    damaged: bool = False


@dataclass(frozen=True)
class Record:
    """One submission opened, with its consent and everything that was done to it."""

    submission: Submission
    consent: Consent
    entries: tuple[Entry, ...]
    consent_state: ConsentState
    consent_ended_at: datetime | None


def repeated(session: Session, form_id: bytes, keys: Keys) -> Accepted | None:
    """The receipt of a form that was taken before, or None."""
    known = session.scalar(select(ReceiptRow.submission_id).where(ReceiptRow.form_hash == _hashed(form_id)))
    return None if known is None else Accepted(_secret_of(form_id, keys), repeated=True)


def accept(
    session: Session,
    draft: Draft,
    consent: Consent,
    *,
    shown: tuple[Document, ...],
    form_id: bytes,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
    stated: Stated | None = None,
    paper: Paper | None = None,
    stand: Stand | None = None,
) -> Accepted:
    """Write the sealed submission, its consent, its journal entries and its receipt, or nothing (promise P1).

    ``form_id`` (16 bytes) makes it happen once: the same form again gives the first receipt. ``shown`` are the
    documents the consent speaks of; each text is kept once. ``stated``: what the Operator stated beside the form, of
    which the consent keeps the version; None where it was no form of this site. ``paper``: where the signed sheet lies,
    where an operator enters one; PaperEnteredBefore is raised for a sheet that is there already.
    """
    new_id = record_id(now, randomness(_ID_RANDOM_BYTES))
    secret = _raw_secret(form_id, keys)
    sealed = seal(
        draft.personal.to_bytes(),
        record=new_id.bytes,
        operator=keys.operator_public,
        secret=secret,
        randomness=randomness,
    )
    new = New(
        consent=consent,
        values=submission_values(new_id, draft, sealed, now),
        deeds=deeds_of_sending(new_id, consent, paper),
        shown=shown,
        stated=stated,
        paper=paper,
        stand=stand,
    )
    for _ in range(_DRAWS):
        receipt = {
            "submission_id": new_id,
            "reference": reference_from(randomness(_REFERENCE_RANDOM_BYTES)),
            "secret_hash": _hashed(secret),
            "form_hash": _hashed(form_id),
        }
        try:
            written(session, partial(write, new, receipt, key=keys.site.journal, now=now))
        except IntegrityError as problem:
            if not is_unique_conflict(problem):
                raise
        else:
            return Accepted(secret_to_text(secret), repeated=False)
        first = repeated(session, form_id, keys)
        if first is not None:
            return first
    raise RuntimeError("no free reference was drawn: the randomness given is not random")


def find_receipt(session: Session, secret: str) -> Receipt | None:
    """The receipt a secret link leads to, or None."""
    raw = secret_from_text(secret)
    if raw is None:
        return None
    found = session.execute(
        select(ReceiptRow, SubmissionRow, ConsentRow)
        .join(SubmissionRow, SubmissionRow.id == ReceiptRow.submission_id)
        .join(ConsentRow, ConsentRow.submission_id == ReceiptRow.submission_id)
        .where(ReceiptRow.secret_hash == _hashed(raw))
    ).one_or_none()
    if found is None:
        return None
    receipt, submission, consent = found
    return Receipt(
        reference=receipt.reference,
        received_at=submission.received_at,
        topic=_topic(submission),
        mailing=submission.mailing,
        consent=consent_of(consent),
    )


def open_record(
    session: Session, reference: str, *, operator: Operator, keys: Keys, now: datetime, what: str = "record"
) -> Record | None:
    """Open one submission for an operator, which is the act of access; None where there is none.

    ``what`` is a code for what the data are opened for: to read the ``record``, or for a ``letter``.

    The entry is written before the data are given out: what cannot be recorded is not shown. Of a record whose state
    permits no access the data stay closed, and there is nothing to record. Raises NotReadable.
    """
    if not is_reference(reference):
        return None
    with writing(session):
        found = session.execute(
            select(SubmissionRow, ConsentRow)
            .join(ReceiptRow, ReceiptRow.submission_id == SubmissionRow.id)
            .join(ConsentRow, ConsentRow.submission_id == SubmissionRow.id)
            .where(ReceiptRow.reference == reference)
        ).one_or_none()
        if found is None:
            return None
        row, consent = found
        submission = _submission(row, reference, keys)
        if submission.personal is not None:
            deed = journal.Deed(Act.ACCESS, row.id, f"operator:{operator.id}", {"by": "desk", "what": what})
            journal.append(session, [deed], key=keys.site.journal, now=now)
        entries = journal.of_subject(session, row.id)
        state, ended_at = ConsentState(row.consent_state), row.consent_ended_at
        return Record(submission, consent_of(consent), entries, state, ended_at)


def listed(row: SubmissionRow, reference: str, keys: Keys) -> Listed:
    """One submission as a list shows it. Raises NotReadable."""
    submission = _submission(row, reference, keys)
    personal = submission.personal
    return Listed(
        id=submission.id,
        reference=reference,
        received_at=submission.received_at,
        state=submission.state,
        masked_name=masked_name(personal.name, personal.second_name) if personal is not None else "",
        masked_phone=masked_phone(personal.phone) if personal is not None else "",
        topic=submission.topic,
        mailing=submission.mailing,
        suspicions=submission.suspicions,
        damaged=submission.damaged,
    )


def _submission(row: SubmissionRow, reference: str, keys: Keys) -> Submission:
    if keys.operator_private is None:
        raise NotReadable("the Operator's private key is not on this machine")
    personal, damaged = None, False
    if why_not(State(row.state), Act.ACCESS, ConsentState(row.consent_state)) is None:
        try:
            personal = _opened(row, keys)
        except (SealBroken, ValueError):
            damaged = True  # one row that was changed or damaged must not close the others
    return Submission(
        id=row.id,
        reference=reference,
        received_at=row.received_at,
        state=State(row.state),
        personal=personal,
        topic=_topic(row),
        mailing=row.mailing,
        suspicions=tuple(Suspicion(code) for code in row.suspicions),
        damaged=damaged,
    )


def _opened(row: SubmissionRow, keys: Keys) -> PersonalData:
    sealed, record = Sealed(row.sealed_content, row.key_for_operator, row.key_for_person), row.id.bytes
    opened = by_any(keys.privates, lambda private: open_as_operator(sealed, record=record, private=private))
    return PersonalData.from_bytes(opened)


def _topic(row: SubmissionRow) -> Purpose | None:
    return Purpose(row.topic) if row.topic is not None else None


def _raw_secret(form_id: bytes, keys: Keys) -> bytes:
    return digest(keys.site.receipt_secret, form_id, "sha256")[:SECRET_BYTES]


def _secret_of(form_id: bytes, keys: Keys) -> str:
    return secret_to_text(_raw_secret(form_id, keys))


def _hashed(value: bytes) -> bytes:
    return sha256(value).digest()
