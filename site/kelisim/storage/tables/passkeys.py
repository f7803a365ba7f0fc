"""Passkeys of the Operator's people, and the challenges that had their answer."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class PasskeyRow(Base):
    """One passkey. Its public key is sealed with the desk's key, with whose it is and its id: nobody else adds or moves one."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    # Unsigned, 32 bits: more than an Integer of PostgreSQL holds.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(64))
    synced: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentChallengeRow(Base):
    """One challenge that was answered, rightly or not: it takes no second answer. Forgotten once it would be too old."""

    __tablename__ = "spent_challenges"

    challenge: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    over_at: Mapped[datetime] = mapped_column(UtcDateTime)
