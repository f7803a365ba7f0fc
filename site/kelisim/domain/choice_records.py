"""The records of choices as proof: each bound to the one before by a keyed hash, and to the counts that replaced it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hmac import compare_digest, digest

from kelisim.domain.choice_counts import Cell
from kelisim.domain.choices import Choice, ChoiceMethod, ChoicePurpose
from kelisim.domain.deadlines import day_begins, local_day

# What the first record, and the first closing, is bound to.
BEGINNING = bytes(32)


@dataclass(frozen=True)
class Record:
    """A record as it lies in the database. ``mac`` None: written before records were bound to one another."""

    number: int
    receipt_id: str
    answers: Mapping[str, bool]
    versions: Mapping[str, int]
    method: str
    language: str
    decided_at: datetime
    expires_at: datetime
    mac: bytes | None

    @property
    def choice(self) -> Choice:
        """The choice it holds; a purpose that is not asked any more is left out. Raises ValueError where it is none."""
        known = {purpose.value: purpose for purpose in ChoicePurpose}
        return Choice(
            receipt_id=self.receipt_id,
            answers={known[name]: answer for name, answer in self.answers.items() if name in known},
            versions={known[name]: version for name, version in self.versions.items() if name in known},
            method=ChoiceMethod(self.method),
            language=self.language,
            decided_at=self.decided_at,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True)
class Closing:
    """The end of the records up to ``through``: their counts stay, and ``last_mac``, which the next record is bound to."""

    through: int
    closed_at: datetime
    last_mac: bytes
    counted: Mapping[Cell, int]
    mac: bytes


@dataclass(frozen=True)
class Damage:
    """What does not hold. ``in_counts``: the counts of the closing through ``number``; else the record ``number``."""

    number: int
    in_counts: bool


def bound(key: bytes, previous: bytes, record: Record) -> bytes:
    """HMAC-SHA256 over the mac before and a canonical form of the record: 32 bytes."""
    return _mac(
        key,
        previous,
        [
            "record",
            record.number,
            record.receipt_id,
            record.answers,
            record.versions,
            record.method,
            record.language,
            _moment(record.decided_at),
            _moment(record.expires_at),
        ],
    )


def closed(
    key: bytes, previous: bytes, through: int, closed_at: datetime, last_mac: bytes, counted: Mapping[Cell, int]
) -> Closing:
    """A closing, bound to the one before."""
    told = ["closing", through, _moment(closed_at), last_mac.hex(), _told(counted)]
    return Closing(through, closed_at, last_mac, counted, _mac(key, previous, told))


def first_damage(key: bytes, closings: Iterable[Closing], records: Iterable[Record]) -> Damage | None:
    """The first closing or record that was changed, moved or taken out; None where all hold."""
    previous, through, anchor = BEGINNING, 0, BEGINNING
    for closing in closings:
        expected = closed(key, previous, closing.through, closing.closed_at, closing.last_mac, closing.counted)
        if closing.through <= through or not _same(closing.mac, expected.mac):
            return Damage(closing.through, in_counts=True)
        previous, through, anchor = closing.mac, closing.through, closing.last_mac
    broken = _first_broken(key, anchor, through, records)
    return None if broken is None else Damage(broken, in_counts=False)


def last_mac(key: bytes, anchor: bytes, records: Iterable[Record]) -> bytes:
    """What the next record is bound to: the mac of the last one, or what it would be."""
    mac = anchor
    for record in records:
        mac = record.mac if record.mac is not None else bound(key, mac, record)
    return mac


def closes_before(now: datetime, days: int) -> datetime:
    """Records from before this moment are counted and go: the beginning of the day ``days`` days ago, in Almaty."""
    return day_begins(local_day(now) - timedelta(days=days))


def _first_broken(key: bytes, anchor: bytes, through: int, records: Iterable[Record]) -> int | None:
    previous, last, begun = anchor, through, anchor != BEGINNING
    for record in records:
        begun = begun or record.mac is not None
        mac = _mac_of(key, previous, record, begun)
        if mac is None or (begun and record.number != last + 1):
            return last + 1 if begun else record.number
        previous, last = mac, record.number
    return None


def _mac_of(key: bytes, previous: bytes, record: Record, begun: bool) -> bytes | None:
    """The mac of a record that holds; None for one that does not.

    A record from before the binding holds where it is a choice: the first one after them binds them all.
    """
    try:
        mac = bound(key, previous, record)
        choice = record.choice
    except (TypeError, ValueError, AttributeError):
        return None  # a value of another kind than a record has was not written here
    whole = choice.answers.keys() == choice.versions.keys() and set(map(type, choice.answers.values())) <= {bool}
    return mac if whole and (not begun or _same(record.mac, mac)) else None


def _same(one: bytes | None, other: bytes) -> bool:
    return isinstance(one, bytes) and compare_digest(one, other)


def _told(counted: Mapping[Cell, int]) -> list[list[object]]:
    return sorted(
        [_day(cell.day), cell.purpose, cell.decision, cell.method, cell.language, number]
        for cell, number in counted.items()
    )


def _mac(key: bytes, previous: bytes, told: list[object]) -> bytes:
    text = json.dumps(told, default=dict, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digest(key, previous + text.encode(), "sha256")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _day(day: date) -> str:
    return day.isoformat()
