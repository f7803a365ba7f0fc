"""What was changed in a record, sealed, and why a record is kept after its consent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class ChangeRow(Base):
    """One change or addition: before and after, sealed under the record's own content key; goes with the record."""

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KeepingRow(Base):
    """A decision to keep a record without consent (clause 6). Append-only; the last one counts."""

    __tablename__ = "keepings"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    ground: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(32))
    decided: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
