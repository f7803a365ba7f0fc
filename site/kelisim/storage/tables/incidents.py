"""The register of incidents."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class IncidentRow(Base):
    """One incident as it was registered. Append-only; what it is now follows from its steps."""

    __tablename__ = "incidents"

    # A UUID of version 7: the order of ids is the order of time.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IncidentStepRow(Base):
    """One step of an incident, its registration first. Append-only."""

    __tablename__ = "incident_steps"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    step: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(32))
    measures: Mapped[list[str]] = mapped_column(JSON)
    # About the event, never about a person: the form says so beside the field.
    note: Mapped[str] = mapped_column(String(2000))
    # Empty where the step says nothing new of them.
    categories: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    persons: Mapped[int | None]
    told_on: Mapped[date | None]
    authority_number: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(16))
