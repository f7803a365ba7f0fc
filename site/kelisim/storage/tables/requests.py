"""Requests of persons, their steps, and the days the Operator moved."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class RequestRow(Base):
    """One request, where it is now. ``received`` and ``due`` are days in Almaty; ``author`` took the last step."""

    __tablename__ = "requests"
    __table_args__ = (Index(None, "state", "due"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    # Empty while a letter's sender has not been found among the submissions.
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    received: Mapped[date] = mapped_column(Date)
    due: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))
    identity: Mapped[str | None] = mapped_column(String(24))
    ground: Mapped[str | None] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    # Of an objection what it is about; empty for every other kind.
    objection: Mapped[str | None] = mapped_column(String(16))


class RequestStepRow(Base):
    """One step of a request. Append-only."""

    __tablename__ = "request_steps"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    step: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(32))
    ground: Mapped[str | None] = mapped_column(String(32))


class MovedDayRow(Base):
    """A day the Operator moved: a working day to rest (``works`` false) or a day of rest to work."""

    __tablename__ = "moved_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool]
