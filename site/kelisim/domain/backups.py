"""What a backup says of itself: when it was made, of which schema, and how much is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import digest
from typing import Any

# Begins every backup: the kind of file and its version.
KIND = b"kelisim backup 1\n"
_NAME = "kelisim-%Y%m%d-%H%M%S.backup"


class BackupBroken(Exception):
    """A backup was cut, altered or put together by somebody else. The message says what does not fit."""


@dataclass(frozen=True)
class Table:
    """How many rows of a table are in it, and the SHA-256 over their lines."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The last line of a backup. ``entries`` and ``mac``: the head of the journal; ``acts``: acts of destruction."""

    made_at: datetime
    schema: str
    tables: Mapping[str, Table]
    entries: int
    mac: bytes
    acts: int

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables.values())

    def document(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "made_at": self.made_at.isoformat(),
            "schema": self.schema,
            "tables": {name: [table.rows, table.sha256] for name, table in self.tables.items()},
            "journal": [self.entries, self.mac.hex()],
            "acts": self.acts,
        }


def manifest_of(document: Any) -> Manifest:
    """The manifest as it was written. Raises BackupBroken."""
    try:
        return Manifest(
            made_at=datetime.fromisoformat(document["made_at"]),
            schema=str(document["schema"]),
            tables={name: Table(int(rows), str(sha256)) for name, (rows, sha256) in document["tables"].items()},
            entries=int(document["journal"][0]),
            mac=bytes.fromhex(document["journal"][1]),
            acts=int(document["acts"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise BackupBroken("its manifest cannot be read") from None


def mac_of(manifest: Manifest, key: bytes) -> bytes:
    """Shows that whoever made it has the site's secret: with the public key alone anybody could seal a file."""
    return digest(key, json.dumps(manifest.document(), sort_keys=True).encode(), "sha256")


def name_of(now: datetime) -> str:
    """The file name of a backup made by the worker: names in order are moments in order."""
    return now.astimezone(UTC).strftime(_NAME)


def is_name(name: str) -> bool:
    """True for a name that ``name_of`` gives."""
    try:
        datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def newest(names: list[str]) -> datetime | None:
    """When the newest of the worker's backups was made; None where there is none."""
    made = sorted(name for name in names if is_name(name))
    return datetime.strptime(made[-1], _NAME).replace(tzinfo=UTC) if made else None


def too_many(names: list[str], kept: int) -> list[str]:
    """The oldest of the worker's backups, beyond those that are kept."""
    made = sorted(name for name in names if is_name(name))
    return made[: max(0, len(made) - kept)]
