"""The acts of destruction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class DestructionRow(Base):
    """One record destroyed or depersonalized. Append-only; ``number`` has no gaps; it happens to a record once."""

    __tablename__ = "destructions"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), unique=True)
    act: Mapped[str] = mapped_column(String(24))
    ground: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(32))
    categories: Mapped[list[str]] = mapped_column(JSON)
    # The number of its entry in the journal.
    entry: Mapped[int] = mapped_column(BigInteger)
