"""ZIP files that say nothing but what is in them.

Small ones are made in memory, and equal contents give equal bytes; large ones go into a file piece by piece.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored, in the order of names, each at the same time: no clock and no packer shows in the bytes."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(_place(name), files[name])
    return target.getvalue()


class Packing:
    """A ZIP that is written into a file, packed. ``hashes``: SHA-256 of what is in it, by name, in hexadecimal."""

    def __init__(self, target: IO[bytes]) -> None:
        self._archive = ZipFile(target, "w", ZIP_DEFLATED)
        self.hashes: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """A file, part by part: memory holds one part at a time."""
        place, hashed = _place(name), sha256()
        place.compress_type = ZIP_DEFLATED
        with self._archive.open(place, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                hashed.update(part)
        self.hashes[name] = hashed.hexdigest()

    def end(self) -> None:
        """Nothing more comes."""
        self._archive.close()


def packed(write: Callable[[Packing], None], *, in_memory: int = 1_000_000) -> IO[bytes]:
    """A ZIP at its beginning, in a file that has no name and is gone once it is closed: who calls closes it.

    Up to ``in_memory`` bytes it never reaches the disk. ``write`` puts in what is to be in it.
    """
    target = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115  # it is open for who calls
    packing = Packing(target)
    try:
        write(packing)
        packing.end()
        target.seek(0)
    except BaseException:
        with suppress(OSError):
            packing.end()
        target.close()
        raise
    return target


def _place(name: str) -> ZipInfo:
    place = ZipInfo(name, _SAME_TIME)
    place.external_attr = _READABLE_BY_ALL
    place.create_system = 3
    return place


def as_json(document: Mapping[str, Any]) -> bytes:
    """A document for people and programs: sorted, indented, UTF-8."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
