"""The texts persons have consented to, kept word for word."""

from datetime import date

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class ShownText(Base):
    """A document as it was shown, found by its hash. Append-only: the evidence must outlive a change of settings."""

    __tablename__ = "shown_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[str] = mapped_column(String(32))
    in_force: Mapped[date] = mapped_column(Date)
    language: Mapped[str] = mapped_column(String(8))
    plain: Mapped[str] = mapped_column(Text)
