"""What the Operator has stated beside the form."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class StatementsRow(Base):
    """One version of the statements, in every language. Append-only; ``number`` has no gaps."""

    __tablename__ = "statements"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
