"""Submissions, sealed, and the receipts that lead to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class SubmissionRow(Base):
    """A submission. The three personal fields are inside ``sealed_content`` and nowhere else."""

    __tablename__ = "submissions"

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


class ReceiptRow(Base):
    """A receipt. Of its secret and of the form's token only hashes are kept."""

    __tablename__ = "receipts"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    # One form, one submission: the unique hash settles a race of two equal posts.
    form_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
