"""The Operator's tags, and the records that bear them."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class TagRow(Base):
    """One tag of the Operator's list."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(40), unique=True)
    retired: Mapped[bool]


class RecordTagRow(Base):
    """A tag on a record. It goes with the record."""

    __tablename__ = "record_tags"
    __table_args__ = (Index(None, "submission_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, autoincrement=False)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
