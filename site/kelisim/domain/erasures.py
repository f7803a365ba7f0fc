"""The ledger of erasures: one line for each record that was destroyed or depersonalized, each bound to the one before.

It lies outside the database, so that a database brought back from a backup can be told what must not come back. A line
names a record by its id and holds nothing personal.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest, digest
from typing import Any
from uuid import UUID

from kelisim.domain.acts import Act
from kelisim.domain.destructions import DestructionGround

# What the first line is bound to.
BEGINNING = bytes(32)
_NOBODY = UUID(int=0)


class LineBroken(Exception):
    """A line was not written here, or was changed, moved or taken out."""


class Kind(StrEnum):
    """What a line says."""

    DESTRUCTION = Act.DESTRUCTION.value
    DEPERSONALIZATION = Act.DEPERSONALIZATION.value
    # The database was brought back from a backup and cleaned: its acts go on from the number in this line.
    RESTORED = "restored"


@dataclass(frozen=True)
class Erasure:
    """One line. ``number``: of the act of destruction in the database; ``ground``: None where the kind is RESTORED."""

    number: int
    kind: Kind
    record: UUID
    ground: DestructionGround | None
    at: datetime

    @property
    def act(self) -> Act:
        """The act that took the data away. Raises ValueError where none did."""
        return Act(self.kind.value)


def restored(number: int, at: datetime) -> Erasure:
    """The line after a restoration: ``number`` is that of the last act of destruction in the database."""
    return Erasure(number, Kind.RESTORED, _NOBODY, None, at)


def written(erasure: Erasure, *, key: bytes, previous: bytes) -> tuple[bytes, bytes]:
    """The line with its end, and its mac, which the next line is bound to."""
    mac = digest(key, previous + _canonical(_facts(erasure)), "sha256")
    return _canonical({**_facts(erasure), "mac": mac.hex()}) + b"\n", mac


def read(line: bytes, *, key: bytes, previous: bytes) -> tuple[Erasure, bytes]:
    """The erasure of a line and its mac. Raises LineBroken."""
    erasure, mac = parsed(line)
    if not compare_digest(mac, digest(key, previous + _canonical(_facts(erasure)), "sha256")):
        raise LineBroken
    return erasure, mac


def parsed(line: bytes) -> tuple[Erasure, bytes]:
    """The same, unchecked. Raises LineBroken for what is no line."""
    try:
        found: dict[str, Any] = json.loads(line)
        erasure = Erasure(
            number=int(found["number"]),
            kind=Kind(found["what"]),
            record=UUID(hex=found["record"]),
            ground=DestructionGround(found["ground"]) if found["ground"] else None,
            at=datetime.fromisoformat(found["at"]),
        )
        return erasure, bytes.fromhex(found["mac"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LineBroken from None


def _facts(erasure: Erasure) -> dict[str, Any]:
    return {
        "number": erasure.number,
        "what": erasure.kind.value,
        "record": erasure.record.hex,
        "ground": erasure.ground.value if erasure.ground is not None else "",
        "at": erasure.at.isoformat(),
    }


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
