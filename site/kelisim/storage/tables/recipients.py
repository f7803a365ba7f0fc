"""Recipients, their undertakings, what was handed to them, and what they have to be told."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class RecipientRow(Base):
    """One recipient. What it is does not change; how data reach it may. ``ended``: the day it got nothing more."""

    __tablename__ = "recipients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(40))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    contact: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[date | None] = mapped_column(Date)
    age_key: Mapped[str] = mapped_column(String(80))
    webhook: Mapped[str] = mapped_column(String(500))
    # Sealed with the site's key: it signs, and whoever has it could speak in the site's name.
    webhook_secret: Mapped[bytes | None] = mapped_column(LargeBinary)


class UndertakingRow(Base):
    """One undertaking of security and non-disclosure. Append-only; the last one that was signed counts."""

    __tablename__ = "undertakings"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipients.id"), index=True)
    signed: Mapped[date] = mapped_column(Date)
    expires: Mapped[date] = mapped_column(Date)
    scope: Mapped[list[str]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TransferRow(Base):
    """One record handed to one recipient for one purpose. Append-only: the register of transfers."""

    __tablename__ = "transfers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipients.id"), index=True)
    undertaking: Mapped[int] = mapped_column(ForeignKey("undertakings.number"))
    purpose: Mapped[str] = mapped_column(String(24))
    way: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(32))


class DeliveryRow(Base):
    """Where a transfer is. ``tries``: webhooks sent or files saved; ``sealed`` is empty once nothing waits any more."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "next_at"),)

    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("transfers.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    # The next try of a webhook; until when a file can be saved.
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(24))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class RecipientTaskRow(Base):
    """Something a recipient has to be told. The day it is due is counted from ``opened``, a day in Almaty."""

    __tablename__ = "recipient_tasks"
    __table_args__ = (Index(None, "closed", "opened"),)

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipients.id"), index=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    opened: Mapped[date] = mapped_column(Date)
    closed: Mapped[date | None] = mapped_column(Date)
    how: Mapped[str | None] = mapped_column(String(16))
    told_on: Mapped[date | None] = mapped_column(Date)
    author: Mapped[str | None] = mapped_column(String(32))
