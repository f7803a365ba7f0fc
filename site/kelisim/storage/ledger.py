"""The file of the ledger of erasures: appended to under a lock, each time as far as the disk."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kelisim.domain.erasures import BEGINNING, Erasure, LineBroken, parsed, read, written

FILE = "erasures.jsonl"
_LONGEST_LINE = 4096


class LedgerBroken(Exception):
    """The ledger does not hold. The message is one line that names the file and the line in it."""


class Book:
    """The ledger while nobody else writes in it."""

    def __init__(self, path: Path, file: BinaryIO, key: bytes) -> None:
        self._file, self._key = file, key
        self.last, self._mac = _end_of(path, file)

    def add(self, erasures: Sequence[Erasure]) -> None:
        """Write lines behind the last one. They are on the disk when this returns."""
        lines = []
        for erasure in erasures:
            line, self._mac = written(erasure, key=self._key, previous=self._mac)
            lines.append(line)
        self._file.seek(0, os.SEEK_END)
        self._file.write(b"".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.last = erasures[-1]


class Ledger:
    """The ledger in a folder, with the key that chains its lines."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.path, self._key = folder / FILE, key

    def last(self) -> Erasure | None:
        """The last whole line, unchecked; None where there is none. Raises LedgerBroken, OSError."""
        try:
            with self.path.open("rb") as file:
                return _end_of(self.path, file)[0]
        except FileNotFoundError:
            return None

    def lines(self) -> Iterator[Erasure]:
        """Every line, the oldest first, each checked. A last line that was cut off by a crash is none.

        Raises LedgerBroken, OSError.
        """
        previous = BEGINNING
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    erasure, previous = read(line, key=self._key, previous=previous)
                except LineBroken:
                    raise LedgerBroken(f"{self.path} does not hold from line {number} on") from None
                yield erasure

    @contextmanager
    def held(self) -> Iterator[Book]:
        """The ledger to be written in; it is made where it is missing. Raises LedgerBroken, OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                sync_folder(self.path.parent)
            yield Book(self.path, file, self._key)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder as far as the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _end_of(path: Path, file: BinaryIO) -> tuple[Erasure | None, bytes]:
    """The last whole line and its mac. What a crash cut off behind it is taken away where the file may be written."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_LINE))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    try:
        if not whole and size >= _LONGEST_LINE:
            raise LineBroken
        end = parsed(whole.rstrip(b"\n").rpartition(b"\n")[2]) if whole else (None, BEGINNING)
    except LineBroken:
        raise LedgerBroken(f"{path} does not end with a line of a ledger") from None
    if len(whole) < len(tail) and file.writable():
        file.truncate(size - len(tail) + len(whole))
    return end
