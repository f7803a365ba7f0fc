"""What the Operator was told of by mail."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class NoticeRow(Base):
    """One thing that was told, so that it is told once. ``reached``: up to which entry of the journal."""

    __tablename__ = "notices"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reached: Mapped[int | None] = mapped_column(BigInteger)
