"""Visits of those who agreed to statistics, and the numbers that remain of them.

Nothing here has a moment, a row number or a name of a submission. On SQLite the rows lie in the order of their keys, which
are random: there is no hidden number that says which came first.
"""

from datetime import date

from sqlalchemy import BigInteger, Date, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class VisitRow(Base):
    """One visit: one browser on one day. ``key`` is of that day alone."""

    __tablename__ = "visits"
    __table_args__ = ({"sqlite_with_rowid": False},)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(8))
    device: Mapped[str] = mapped_column(String(16))
    came_back: Mapped[bool]
    network: Mapped[str | None] = mapped_column(String(40))


class VisitCountRow(Base):
    """One number: how often a value of a kind was counted on a day."""

    __tablename__ = "visit_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
