"""The jobs of the background worker."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class JobRow(Base):
    """One job: who runs it until when, how it went, when it is due again."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    # Empty while nobody runs it. A process that died leaves its name here; after held_until another may take the job.
    holder: Mapped[str | None] = mapped_column(String(80))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_started: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_finished: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_result: Mapped[str | None] = mapped_column(String(120))
    failures: Mapped[int]
    next_due: Mapped[datetime] = mapped_column(UtcDateTime)
