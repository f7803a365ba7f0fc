"""Whose a secret is: from the link of a receipt, or typed from paper together with the reference."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.submissions import reference_typed, secret_from_text, secret_to_text, secret_typed
from kelisim.storage.tables.submissions import ReceiptRow

_NO_REFERENCE = "-" * 8


@dataclass(frozen=True)
class Holder:
    """Who holds the secret of a record."""

    submission_id: UUID
    reference: str
    secret: bytes


def holder(session: Session, secret: str) -> Holder | None:
    """Whose the secret of a link is, or None."""
    return _holder(session, secret_from_text(secret))


def secret_of(session: Session, reference: str, secret: str) -> str | None:
    """The secret as it stands in the link, for who types reference and secret from paper; else None.

    The same work is done whatever was typed: nobody learns from the time which of the two was wrong.
    """
    raw = secret_typed(secret)
    found = _holder(session, raw)
    expected = found.reference if found is not None else _NO_REFERENCE
    fits = compare_digest(expected.encode(), reference_typed(reference).encode("utf-8", "replace"))
    return secret_to_text(found.secret) if found is not None and fits else None


def _holder(session: Session, raw: bytes | None) -> Holder | None:
    query = select(ReceiptRow.submission_id, ReceiptRow.reference)
    found = session.execute(query.where(ReceiptRow.secret_hash == sha256(raw or b"").digest())).one_or_none()
    return Holder(found.submission_id, found.reference, raw) if found is not None and raw is not None else None
