"""The texts persons have consented to, kept word for word."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text, UniqueConstraint
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


class PublishedDocumentRow(Base):
    """A revision in one language as it was published. Append-only: a published one never changes."""

    __tablename__ = "published_documents"
    __table_args__ = (UniqueConstraint("kind", "revision", "language"),)

    # Of the plain text as served, the Operator's facts filled in.
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    in_force: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DocumentApprovalRow(Base):
    """The Operator's approval of a text, by its hash. Append-only. Without one a text is marked as a draft."""

    __tablename__ = "document_approvals"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(String(64))
