"""The choices about cookies and the anonymised address."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class ChoiceRow(Base):
    """One answer. Append-only; ``receipt_id`` is random and stands in the person's choice cookie alone."""

    __tablename__ = "choices"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    receipt_id: Mapped[str] = mapped_column(String(32), index=True)
    answers: Mapped[dict[str, bool]] = mapped_column(JSON)
    versions: Mapped[dict[str, int]] = mapped_column(JSON)
    method: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
