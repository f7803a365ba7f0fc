"""The search index: keyed hashes, worth nothing without the Operator's private key."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base


class SearchTokenRow(Base):
    """One mark of one record, as 64 bits of a keyed hash. Found by token, in the order of records."""

    __tablename__ = "search_tokens"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
