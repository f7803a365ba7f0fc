"""Submissions, sealed, and the receipts that lead to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class SubmissionRow(Base):
    """A submission. The three personal fields are inside ``sealed_content`` and nowhere else."""

    __tablename__ = "submissions"
    # The desk's list is in the order of ids: each filter finds its rows in that order.
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "consent_state", "id"),
        Index(None, "topic", "id"),
        Index(None, "mailing", "id"),
        Index(None, "state", "consent_state", "search_version"),
        # People are counted by it, and who is not told apart yet.
        Index(None, "phone_token", "state"),
    )

    # A UUID of version 7: the order of ids is the order of time.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(24))
    topic: Mapped[str | None] = mapped_column(String(24))
    mailing: Mapped[bool]
    suspicions: Mapped[list[str]] = mapped_column(JSON)
    # Empty once the record is destroyed: without its two wrapped keys nothing can be opened any more.
    sealed_content: Mapped[bytes] = mapped_column(LargeBinary)
    key_for_operator: Mapped[bytes] = mapped_column(LargeBinary)
    key_for_person: Mapped[bytes] = mapped_column(LargeBinary)
    consent_state: Mapped[str] = mapped_column(String(24), server_default="given")
    consent_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Under which key and scheme the record was entered into the search index, and its tokens there, 8 bytes each: what
    # to take out again. Empty: not entered.
    search_version: Mapped[int | None] = mapped_column(BigInteger)
    search_tokens: Mapped[bytes | None] = mapped_column(LargeBinary)
    # What people are counted by: equal for equal phone numbers. Empty: not entered yet, or nothing is left.
    phone_token: Mapped[int | None] = mapped_column(BigInteger)


class ReceiptRow(Base):
    """A receipt. Of its secret and of the form's token only hashes are kept."""

    __tablename__ = "receipts"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    # One form, one submission: the unique hash settles a race of two equal posts.
    form_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
