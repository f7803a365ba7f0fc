"""The journal of acts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.domain.acts import Act
from kelisim.storage.db import Base, UtcDateTime


class JournalRow(Base):
    """One act. Append-only; ``number`` has no gaps; ``mac`` binds the row to the one before."""

    __tablename__ = "journal"
    __table_args__ = (
        Index(None, "subject", "number"),
        # What the desk narrows it by.
        Index(None, "act", "number"),
        Index(None, "actor", "number"),
        Index(None, "at"),
        # A twelfth act cannot be written, by whatever code.
        CheckConstraint(column("act").in_([act.value for act in Act]), name="act"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(24))
    subject: Mapped[UUID]
    actor: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
