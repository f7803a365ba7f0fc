"""The journal: one entry per act, each bound to the one before by a keyed hash, so that a rewrite shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest, digest
from uuid import UUID

from kelisim.domain.acts import Act

# What the first entry is bound to.
BEGINNING = bytes(32)
# The subject of an entry that is about no record: the site itself. Its details name the register it is about.
SITE = UUID(int=0)
# A mapping becomes an object; whatever else was put there behind the site's back stays what it is, and shows.
_CANONICAL = json.JSONEncoder(default=dict, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Entry:
    """One act. ``actor`` is a role or a role and an id (``person``, ``site``, ``operator:3``); ``details`` hold codes,
    never personal values; ``at`` is UTC.
    """

    number: int
    at: datetime
    act: Act
    subject: UUID
    actor: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Link:
    """An entry in its place in the chain."""

    entry: Entry
    mac: bytes


def chained(key: bytes, previous: bytes, entry: Entry) -> bytes:
    """HMAC-SHA256 over the mac before and a canonical form of the entry: 32 bytes."""
    canonical = _CANONICAL.encode(
        [
            entry.number,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.act,
            entry.subject.hex,
            entry.actor,
            entry.details,
        ]
    )
    return digest(key, previous + canonical.encode(), "sha256")


def first_broken(key: bytes, links: Iterable[Link], *, after: int = 0, previous: bytes = BEGINNING) -> int | None:
    """The number of the first entry that was changed, moved or taken out; None where the chain holds.

    ``links`` begin behind the entry ``after``, whose mac is ``previous``.
    """
    expected = after + 1
    for link in links:
        if link.entry.number != expected or not _holds(key, previous, link):
            return expected
        previous, expected = link.mac, expected + 1
    return None


def _holds(key: bytes, previous: bytes, link: Link) -> bool:
    try:
        return compare_digest(link.mac, chained(key, previous, link.entry))
    except (TypeError, ValueError, AttributeError):
        return False  # a value of another kind than an entry has was not written here
