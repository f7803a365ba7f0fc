"""The choices about cookies and the anonymised address, and the counts that stay of them."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime

_LONG_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class ChoiceRow(Base):
    """One answer. Append-only; a trigger lets it go once a closing counts it. ``mac`` binds it to the row before.

    ``receipt_id`` is random and stands in the person's choice cookie alone.
    """

    __tablename__ = "choices"

    number: Mapped[int] = mapped_column(_LONG_NUMBER, primary_key=True)
    receipt_id: Mapped[str] = mapped_column(String(32), index=True)
    answers: Mapped[dict[str, bool]] = mapped_column(JSON)
    versions: Mapped[dict[str, int]] = mapped_column(JSON)
    method: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None: from before rows were bound to one another.
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class ChoiceClosing(Base):
    """The rows of ``choices`` up to ``through`` were counted and have gone. Append-only, bound to the closing before."""

    __tablename__ = "choice_closings"

    through: Mapped[int] = mapped_column(_LONG_NUMBER, primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class ChoiceCount(Base):
    """How many rows that have gone said the same on one day in Almaty. Append-only."""

    __tablename__ = "choice_counts"

    number: Mapped[int] = mapped_column(_LONG_NUMBER, primary_key=True)
    through: Mapped[int] = mapped_column(_LONG_NUMBER, index=True)
    day: Mapped[date] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    records: Mapped[int]
