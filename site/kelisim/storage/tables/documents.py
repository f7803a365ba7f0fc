"""The texts as they were shown and as they were published, word for word, and who approved them."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class ShownText(Base):
    """A document as it was shown, found by its hash. Append-only: the evidence must outlive a change of settings."""

    __tablename__ = "shown_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[str] = mapped_column(String(32))
    in_force: Mapped[date] = mapped_column(Date)
    language: Mapped[str] = mapped_column(String(8))
    plain: Mapped[str] = mapped_column(Text)


class PublishedDocument(Base):
    """A text the Operator published. Append-only: its words, its date and its place never change."""

    __tablename__ = "published_documents"
    __table_args__ = (UniqueConstraint("kind", "revision", "language"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    in_force: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    summary: Mapped[list[str] | None] = mapped_column(JSON)


class DocumentApproval(Base):
    """Somebody's approval of the very words with this hash. Append-only."""

    __tablename__ = "document_approvals"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(String(64))
