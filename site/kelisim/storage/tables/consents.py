"""The records of consent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class ConsentRow(Base):
    """One consent as it was given. Append-only: what was said stays said."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "revision", "submission_id"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str] = mapped_column(String(16))
    revision: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(ForeignKey("shown_texts.sha256"))
    policy_revision: Mapped[str] = mapped_column(String(32))
    policy_sha256: Mapped[str] = mapped_column(ForeignKey("shown_texts.sha256"))
    language: Mapped[str] = mapped_column(String(8))
    person_states: Mapped[list[str]] = mapped_column(JSON)
    operator_states: Mapped[list[str]] = mapped_column(JSON)
    purposes: Mapped[list[str]] = mapped_column(JSON)
    # Empty for a consent from before the versions. Written in one transaction with the version it names.
    statements_number: Mapped[int | None]
