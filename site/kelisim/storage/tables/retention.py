"""Which records were shown at the desk as about to go."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class WarningRow(Base):
    """Since which day a record is shown as about to go. It goes with the record, or when the record stays after all."""

    __tablename__ = "retention_warnings"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    since: Mapped[date] = mapped_column(Date)
    # The day of the job that will destroy it, as of its last run.
    goes: Mapped[date] = mapped_column(Date, index=True)
