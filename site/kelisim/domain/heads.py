"""The head of the journal: how many entries there are on a day, and the mac of the last. Published, it binds them all.

Whoever keeps a head can show later that an entry was changed or that the tail was cut off, also by somebody who owns
the database and its published heads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

KIND = "journal-head"
_MAC_BYTES = 32
_MOST_DIGITS = 18


class HeadProblem(Exception):
    """A document that is no head."""


class Misfit(StrEnum):
    """Why a journal does not fit a head."""

    GONE = "gone"  # the entry that was the last is not there: the tail was cut
    OTHER = "other"  # another entry stands in its place
    ALTERED = "altered"  # the head itself is not what was signed


@dataclass(frozen=True)
class Head:
    """The head of a day (in Almaty): ``entries`` and the ``mac`` of the last of them (32 bytes), taken ``at`` (UTC)."""

    day: date
    entries: int
    mac: bytes
    at: datetime


def head_document(head: Head, site: str) -> dict[str, str]:
    """What is signed and published: counts and one keyed hash, nothing of what the entries say."""
    return {
        "site": site,
        "day": head.day.isoformat(),
        "at": head.at.astimezone(UTC).isoformat(timespec="seconds"),
        "entries": str(head.entries),
        "mac": head.mac.hex(),
    }


def read_head(document: Mapping[str, Any]) -> Head:
    """The head of a document. Raises HeadProblem."""
    try:
        mac, entries = bytes.fromhex(document["mac"]), document["entries"]
        if len(mac) != _MAC_BYTES or not (entries.isascii() and entries.isdecimal() and len(entries) <= _MOST_DIGITS):
            raise HeadProblem("a head has a number of entries and a mac of 32 bytes")
        return Head(date.fromisoformat(document["day"]), int(entries), mac, datetime.fromisoformat(document["at"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise HeadProblem("not a head of the journal") from None


def misfit(head: Head, mac: bytes | None) -> Misfit | None:
    """Why a journal does not fit, or None. ``mac``: of the entry that has the head's number, None where there is none."""
    if mac is None:
        return Misfit.GONE
    return None if mac == head.mac else Misfit.OTHER
