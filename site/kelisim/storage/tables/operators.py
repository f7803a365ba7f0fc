"""The Operator's people: who they are, their second factor, their sessions, their wrong tries."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kelisim.storage.db import Base, UtcDateTime


class OperatorRow(Base):
    """One person. Without a password hash the set-up has not been finished and nobody can sign in by that name."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The time step of the last code taken: a code opens once (RFC 6238, 5.2).
    last_step: Mapped[int | None]
    # Last seen at the desk, and last seen before this visit: what came in between is new.
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    role: Mapped[str] = mapped_column(String(16), server_default="viewer")
    # Since when they may not come in any more; None while they may.
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCodeRow(Base):
    """One unused recovery code, hashed. Using it deletes it."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)


class SetUpLinkRow(Base):
    """One set-up link that has not been used, hashed under a key with its person. At most one per person."""

    __tablename__ = "set_up_links"

    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OperatorSessionRow(Base):
    """One signed-in browser. The cookie holds the token; here stands its keyed hash."""

    __tablename__ = "operator_sessions"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, str]] = mapped_column(JSON)


class SignInTriesRow(Base):
    """Wrong sign-ins by one key: a name from one network, or a name from anywhere. Keyed hashes, no name, no address."""

    __tablename__ = "sign_in_tries"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tries: Mapped[int]
    last_try: Mapped[datetime] = mapped_column(UtcDateTime)
