"""The Operator's people: their names at the sign-in, their sessions, and the pause after wrong tries."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_NAME = re.compile(r"[\w][\w .@'-]{0,63}")


class Stage(StrEnum):
    """How far a sign-in has come. Only a full one opens the desk."""

    PASSWORD = "password"  # noqa: S105  # a stage of the sign-in, not a password
    FULL = "full"


@dataclass(frozen=True)
class Operator:
    """One person of the Operator."""

    id: int
    name: str


@dataclass(frozen=True)
class SessionTerms:
    """How long a session lives: idle and in any case (ASVS 7.1.1)."""

    idle: timedelta
    whole: timedelta

    def over(self, created_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """True when the session has ended, or comes from the future because the clock was moved."""
        return now - seen_at >= self.idle or now - created_at >= self.whole or now < created_at - self.idle


def operator_name(text: str) -> str | None:
    """The name in the one form it is stored and compared in, or None where it cannot be a name.

    Letters, digits, spaces and ``. _ @ ' -``, up to 64 signs, in any script; case does not matter.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return name if _NAME.fullmatch(name) else None


def pause_until(tries: int, allowed: int, last_try: datetime, pause: timedelta) -> datetime | None:
    """Until when no further try is looked at, or None. Each ``allowed`` wrong tries cost one pause."""
    return last_try + pause if tries and tries % allowed == 0 else None
