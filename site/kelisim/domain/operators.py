"""The Operator's people: their roles, their names at the sign-in, their sessions, and the pause after wrong tries."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

_LONGEST_NAME = 64
# Wrong tries are forgotten after a day without one.
TRIES_KEPT = timedelta(days=1)
_BETWEEN_LETTERS = set(" ._@'-")


class Stage(StrEnum):
    """How far a sign-in has come. Only a full one opens the desk."""

    PASSWORD = "password"  # noqa: S105  # a stage of the sign-in, not a password
    FULL = "full"


class Role(StrEnum):
    """What a person of the Operator is at the desk."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Area(StrEnum):
    """A kind of pages of the desk.

    ``own``: the person's own way in. ``facts``: what the Operator says and counts, its recipients and transfers; no
    visitor's data. ``records``: reading submissions and requests. ``acts``: doing something with them. ``registers``: the
    journal, incidents and the compliance pack. ``rules``: who gets data, which days were moved. ``people``: who may
    come in, and as what.
    """

    OWN = "own"
    FACTS = "facts"
    RECORDS = "records"
    ACTS = "acts"
    REGISTERS = "registers"
    RULES = "rules"
    PEOPLE = "people"


# The one table: role -> the areas it may use. An auditor proves what was done, and opens nobody's data for it.
MAY: Mapping[Role, frozenset[Area]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Area.OWN, Area.FACTS, Area.RECORDS}),
        Role.OPERATOR: frozenset({Area.OWN, Area.FACTS, Area.RECORDS, Area.ACTS, Area.REGISTERS}),
        Role.AUDITOR: frozenset({Area.OWN, Area.FACTS, Area.REGISTERS}),
        Role.ADMINISTRATOR: frozenset(Area),
    }
)


@dataclass(frozen=True)
class Operator:
    """One person of the Operator."""

    id: int
    name: str
    role: Role

    def may(self, area: Area) -> bool:
        """True where the role may use the area."""
        return area in MAY[self.role]


@dataclass(frozen=True)
class SessionTerms:
    """How long a session lives: idle and in any case (ASVS 7.1.1); how many one person has at once (ASVS 7.1.2)."""

    idle: timedelta
    whole: timedelta
    at_once: int

    def over(self, created_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """True when the session has ended, or comes from the future because the clock was moved."""
        return now - seen_at >= self.idle or now - created_at >= self.whole or now < created_at - self.idle


def operator_name(text: str) -> str | None:
    """The name in the one form it is stored and compared in, or None where it cannot be a name.

    Letters, digits, spaces and ``. _ @ ' -``, up to 64 signs, in any script; case does not matter.
    """
    name = " ".join(_folded(_folded(text)).split())
    if not 0 < len(name) <= _LONGEST_NAME or not name[0].isalnum():
        return None
    return name if all(_is_of_a_word(sign) or sign in _BETWEEN_LETTERS for sign in name) else None


def _folded(text: str) -> str:
    """One round of Unicode's caseless form; a second one changes what the first has taken apart, a third nothing."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _is_of_a_word(sign: str) -> bool:
    # Vowels of Indic scripts are marks: without them no name in these scripts could be written.
    return sign.isalnum() or unicodedata.category(sign) in {"Mn", "Mc"}


def pause_until(tries: int, allowed: int, last_try: datetime, pause: timedelta) -> datetime | None:
    """Until when no further try is looked at, or None. Each ``allowed`` wrong tries cost one pause."""
    return last_try + pause if tries and tries % allowed == 0 else None
