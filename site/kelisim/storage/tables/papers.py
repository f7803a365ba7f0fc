"""Consents that were signed on paper."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class PaperRow(Base):
    """Where the sheet with the signature lies. Append-only; one inventory number in one place is one sheet."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("place", "number", name="uq_papers_place_number"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(32))
    # A day in Almaty.
    signed: Mapped[date] = mapped_column(Date)
    author: Mapped[str] = mapped_column(String(32))
