"""Exports: what was asked for, the sealed rows while they are kept, and which records are in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class ExportRow(Base):
    """One export. ``key``: its content key for the Operator; empty once there is nothing to open any more."""

    __tablename__ = "exports"
    __table_args__ = (Index(None, "operator_id", "id"), Index(None, "state", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The parts of the filter as they stood in the address: what was searched for is sealed there.
    scope: Mapped[dict[str, str]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)
    format: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    key: Mapped[bytes] = mapped_column(LargeBinary)
    # The last record that was looked at: where the making goes on after a stop.
    reached: Mapped[UUID | None]
    total: Mapped[int]
    looked_at: Mapped[int]
    pieces: Mapped[int]
    rows: Mapped[int]
    left_out: Mapped[dict[str, int]] = mapped_column(JSON)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved: Mapped[int]
    cause: Mapped[str] = mapped_column(String(16))


class ExportPieceRow(Base):
    """Some rows of an export, sealed under its key."""

    __tablename__ = "export_pieces"

    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ExportRecordRow(Base):
    """A record that is in an export, while the export is kept."""

    __tablename__ = "export_records"
    __table_args__ = (Index(None, "submission_id"),)

    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
