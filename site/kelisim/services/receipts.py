"""Issuing signed receipts, and saying of one that somebody shows whether this site issued it and whether it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import ConsentState
from kelisim.domain.consents import Consent, Method, Receipt, Statements
from kelisim.domain.envelopes import EnvelopeError, Signature, Unreadable, enveloped, read_envelope
from kelisim.domain.purposes import Purpose
from kelisim.domain.receipts import Addresses, Storage, canonical, receipt_document
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import REFERENCE_LENGTH, REFERENCE_SIGNS, is_reference, secret_from_text
from kelisim.services import statements
from kelisim.services.consent_rows import consent_of
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault import signing

KIND = "receipt"
_TYPE = "dpv:ConsentReceipt"
_LONG_AGO = datetime(2023, 7, 20, tzinfo=UTC)


class Finding(StrEnum):
    """What can be said of a receipt that somebody shows."""

    ISSUED = "issued"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Issuer:
    """What receipts say of the site: what is stated now, its addresses for a consent and an origin; its signing seed.

    A receipt says what was stated when its consent was given: a change of the settings does not change its file.
    """

    stated: Stated
    addresses: Callable[[Consent, str], Addresses]
    seed: bytes

    def signed(self, kind: str, document: dict[str, Any]) -> bytes:
        """The file of a signed document; equal documents give equal bytes."""
        key = signing.public_key(self.seed)
        value = signing.sign(self.seed, kind, canonical(document))
        return enveloped(kind, document, Signature(signing.ALGORITHM, key.id, value))


@dataclass(frozen=True)
class Standing:
    """What a consent is, and since when (UTC). ``given``: as exactly as it is known when it was given."""

    state: ConsentState
    since: datetime
    given: datetime | date | None = None

    @property
    def shown(self) -> datetime | date:
        """Since when, as exactly as it is known."""
        return self.given if self.state is ConsentState.GIVEN and self.given is not None else self.since


@dataclass(frozen=True)
class Issued:
    """A receipt with its file. ``record``: id of the consent record; ``sha256``: of the file, hex; ``stated``: at the consent."""

    receipt: Receipt
    record: UUID
    standing: Standing
    file: bytes
    stated: Stated

    @property
    def sha256(self) -> str:
        """What a person who has only paper checks the receipt by."""
        return sha256(self.file).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """The answer. ``standing`` None although it was issued: the record is not here any more."""

    finding: Finding
    reference: str = ""
    standing: Standing | None = None
    why: Unreadable | None = None


def by_secret(session: Session, secret: str, *, issuer: Issuer) -> Issued | None:
    """The receipt a secret link leads to, or None."""
    raw = secret_from_text(secret)
    return None if raw is None else _find(session, ReceiptRow.secret_hash == sha256(raw).digest(), issuer)


def by_reference(session: Session, reference: str, *, issuer: Issuer) -> Issued | None:
    """The receipt of a reference, or None."""
    return _find(session, ReceiptRow.reference == reference, issuer) if is_reference(reference) else None


def check_file(session: Session, raw: bytes, *, issuer: Issuer) -> Verdict:
    """What this site says of a file: its signature is what counts, and the register says whether it still stands."""
    try:
        envelope = read_envelope(KIND, raw)
    except EnvelopeError as problem:
        return Verdict(Finding.UNREADABLE, why=problem.why)
    reference = envelope.document.get("dct:identifier")
    if envelope.document.get("@type") != _TYPE or not isinstance(reference, str):
        return Verdict(Finding.UNREADABLE, why=Unreadable.SHAPE)
    key, signature = signing.public_key(issuer.seed), envelope.signature
    if (signature.algorithm, signature.key) != (signing.ALGORITHM, key.id):
        return Verdict(Finding.FOREIGN)
    if not signing.verify(key, KIND, envelope.content, signature.value):
        return Verdict(Finding.ALTERED)
    found = by_reference(session, reference, issuer=issuer)
    return Verdict(Finding.ISSUED, reference, found.standing if found is not None else None)


def check_hash(session: Session, reference: str, stated: str, *, issuer: Issuer) -> Verdict:
    """What this site says of a reference and the SHA-256 of its file (hex), as both stand on paper.

    The receipt as it was given and as it is now are both its own. An unknown reference and a wrong hash are one
    answer, after the same work.
    """
    found = by_reference(session, reference, issuer=issuer)
    of_then = statements.stated_to(
        session, (found.receipt if found is not None else _STAND_IN[0]).consent, issuer.stated
    )
    compared = found or _issued(*_STAND_IN, of_then, issuer)
    at_first = _file(compared.receipt, compared.record, None, of_then, issuer)
    hashes = (sha256(at_first).hexdigest(), compared.sha256)
    if [compare_digest(own.encode(), stated.encode()) for own in hashes] == [False, False] or found is None:
        return Verdict(Finding.UNKNOWN)
    return Verdict(Finding.ISSUED, reference, found.standing)


def _find(session: Session, which: ColumnElement[bool], issuer: Issuer) -> Issued | None:
    found = session.execute(
        select(ReceiptRow, SubmissionRow, ConsentRow)
        .join(SubmissionRow, SubmissionRow.id == ReceiptRow.submission_id)
        .join(ConsentRow, ConsentRow.submission_id == ReceiptRow.submission_id)
        .where(which)
    ).one_or_none()
    if found is None:
        return None
    receipt, submission, consent = found
    topic = Purpose(submission.topic) if submission.topic is not None else None
    said = Receipt(receipt.reference, submission.received_at, topic, submission.mailing, consent_of(consent))
    since = submission.consent_ended_at or consent.given_at
    standing = Standing(ConsentState(submission.consent_state), since, said.consent.given)
    return _issued(said, submission.id, standing, statements.stated_to(session, said.consent, issuer.stated), issuer)


def _issued(receipt: Receipt, record: UUID, standing: Standing, stated: Stated, issuer: Issuer) -> Issued:
    ended = None if standing.state is ConsentState.GIVEN else (standing.state, standing.since)
    return Issued(receipt, record, standing, _file(receipt, record, ended, stated, issuer), stated)


def _file(
    receipt: Receipt, record: UUID, ended: tuple[ConsentState, datetime] | None, stated: Stated, issuer: Issuer
) -> bytes:
    consent = receipt.consent
    document = receipt_document(
        receipt,
        record,
        operator=stated.operator[consent.language],
        addresses=issuer.addresses(consent, stated.address),
        storage=Storage(term=_term(consent)),
        recipients=stated.recipients,
        ended=ended,
    )
    return issuer.signed(KIND, document)


def _term(consent: Consent) -> str:
    """The term as it was stated beside the form: the first of the Operator's statements (Art. 8(4)(3))."""
    return next(iter(consent.statements.operator), "")


# Nobody's: the same work is done with it where a reference is unknown.
_STAND_IN = (
    Receipt(
        REFERENCE_SIGNS[0] * REFERENCE_LENGTH,
        _LONG_AGO,
        None,
        mailing=False,
        consent=Consent(
            revision="2023-07-20",
            sha256="0" * 64,
            policy_revision="2023-07-20",
            policy_sha256="0" * 64,
            language="ru",
            statements=Statements(("",) * 5, ("",) * 5),
            purposes=(Purpose.PERSONAL_PAGES, Purpose.FEEDBACK),
            given_at=_LONG_AGO,
            method=Method.SITE_FORM,
        ),
    ),
    UUID(int=0),
    Standing(ConsentState.GIVEN, _LONG_AGO),
)
