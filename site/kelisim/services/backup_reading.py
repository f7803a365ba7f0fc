"""Reading a backup: checked as a whole first, then line by line into an empty database."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from sqlalchemy.engine import Connection

from kelisim.domain.backups import KIND, BackupBroken, Manifest, Table, mac_of, manifest_of
from kelisim.storage import dump
from kelisim.storage.dump import Shape
from kelisim.vault.boxes import BoxReader
from kelisim.vault.sealing import SealBroken

Privates = Sequence[MLKEM768X25519PrivateKey]
_AT_ONCE = 500
_LONGEST_LINE = 1 << 24
# Of a record that was erased since: what is not written at all, and what is written empty.
_NOT_WRITTEN = ("changes", "contacts", "record_tags", "search_tokens", "retention_warnings")
_EMPTY: dict[str, Any] = {
    "sealed_content": b"",
    "key_for_operator": b"",
    "key_for_person": b"",
    "search_version": None,
    "search_tokens": None,
    "phone_token": None,
}


def checked(path: Path, *, privates: Privates, key: bytes) -> Manifest:
    """Read all of a backup and hold it against its manifest. Raises BackupBroken, OSError."""
    tables: dict[str, Table] = {}
    shape, rows, digest = None, 0, sha256()
    with _opened(path, privates) as lines:
        for line in lines:
            if not line.startswith(b"{"):
                rows += 1
                digest.update(line)
                if shape is not None:
                    _values(shape, line)
                continue
            if shape is not None:
                tables[shape.name] = Table(rows, digest.hexdigest())
            document = _document(line)
            if "manifest" in document:
                manifest = manifest_of(document["manifest"])
                _compare(manifest, tables, document.get("mac"), key)
                if next(lines, None) is not None:
                    raise BackupBroken("something follows its manifest")
                return manifest
            shape, rows, digest = _shape(document), 0, sha256()
    raise BackupBroken("it has no manifest")


def load(connection: Connection, path: Path, *, privates: Privates, erased: AbstractSet[UUID]) -> None:
    """Write every row into a database of the backup's schema that has none. Of the records that were ``erased`` since,
    nothing sealed and no key touches the disk. Raises BackupBroken, OSError.
    """
    shape: Shape | None = None
    rows: list[list[Any]] = []
    sieve = _Sieve(erased)
    with _opened(path, privates) as lines:
        for line in lines:
            if line.startswith(b"{"):
                if shape is not None:
                    _put(connection, shape, rows)
                    dump.set_counters(connection, shape)
                document, rows = _document(line), []
                if "manifest" in document:
                    return
                shape = _shape(document)
            elif shape is not None:
                row = sieve.passed(shape, _values(shape, line))
                rows += [row] if row is not None else []
                if len(rows) >= _AT_ONCE:
                    _put(connection, shape, rows)
                    rows = []


@dataclass
class _Sieve:
    """Lets through what may be written of each row."""

    erased: AbstractSet[UUID]
    transfers: set[UUID] = field(default_factory=set)

    def passed(self, shape: Shape, row: list[Any]) -> list[Any] | None:
        if shape.name == "deliveries":
            if row[_place(shape, "transfer_id")] in self.transfers:
                row[_place(shape, "sealed")] = b""
            return row
        of_record = shape.index("id" if shape.name == "submissions" else "submission_id")
        if of_record is None or row[of_record] not in self.erased:
            return row
        if shape.name == "transfers":
            self.transfers.add(row[_place(shape, "id")])
        if shape.name == "submissions":
            return [_EMPTY.get(name, value) for (name, _), value in zip(shape.columns, row, strict=True)]
        return None if shape.name in _NOT_WRITTEN else row


def _place(shape: Shape, name: str) -> int:
    at = shape.index(name)
    if at is None:
        raise BackupBroken(f"its table {shape.name} has no {name}")
    return at


def _put(connection: Connection, shape: Shape, rows: list[list[Any]]) -> None:
    if rows:
        dump.put_in(connection, shape, rows)


@contextmanager
def _opened(path: Path, privates: Privates) -> Iterator[Iterator[bytes]]:
    """The lines in a backup. Whatever is wrong with the file while it is read is a BackupBroken."""
    try:
        with path.open("rb") as file:
            box = io.BufferedReader(BoxReader(file, kind=KIND, privates=privates), 1 << 16)
            with gzip.GzipFile(fileobj=cast(BinaryIO, box), mode="rb") as content:
                yield iter(lambda: content.readline(_LONGEST_LINE), b"")
                box.read()
    except SealBroken as problem:
        raise BackupBroken(str(problem)) from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BackupBroken("it is cut") from None


def _document(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise BackupBroken("a line of it cannot be read") from None
    return cast("dict[str, Any]", found)


def _shape(document: dict[str, Any]) -> Shape:
    try:
        shape = Shape(str(document["table"]), tuple((str(name), str(kind)) for name, kind in document["columns"]))
    except (KeyError, TypeError, ValueError):
        raise BackupBroken("a table of it cannot be read") from None
    if unknown := dump.unknown_kinds(shape):
        raise BackupBroken(
            f"its table {shape.name} has a column of the kind {unknown[0]}, which a newer version may know"
        )
    return shape


def _values(shape: Shape, line: bytes) -> list[Any]:
    try:
        return dump.values_of(shape, line)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupBroken(f"a row of {shape.name} cannot be read") from None


def _compare(manifest: Manifest, tables: dict[str, Table], mac: object, key: bytes) -> None:
    if not isinstance(mac, str) or not compare_digest(mac.encode(), mac_of(manifest, key).hex().encode()):
        raise BackupBroken("it was not made with the keys of this site")
    for name, table in manifest.tables.items():
        if tables.get(name) != table:
            raise BackupBroken(f"its table {name} is not what its manifest says")
    if set(tables) != set(manifest.tables):
        raise BackupBroken("it holds a table that its manifest does not name")
