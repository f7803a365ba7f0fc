"""Another key pair of the Operator in place of the first, in steps that a crash cannot tear apart.

The new private key lies beside the old one as ``operator-next.key``. The one rename that gives ``operator.pub`` the new
public half makes it the one that seals; until everything is wrapped anew both open. Then it takes the old one's name, and
the old key is gone. The desk's secret is renewed the same way: beside it as ``desk-next.key``, then in its place.
"""

import os
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from kelisim.vault.exchange import sync_folder
from kelisim.vault.keys import (
    DESK,
    NEXT,
    NEXT_DESK,
    DeskKeys,
    KeyFileError,
    Keys,
    desk_keys,
    desk_secret,
    new_private,
    new_secret,
    next_desk_secret,
    public_half,
    read_private,
    write_key,
)

_PRIVATE, _PUBLIC = "operator.key", "operator.pub"


def begin(folder: Path) -> float:
    """Make the new pair and seal with it from now on, or go on with what was begun. When that was, as a file's time.

    Raises KeyFileError where the private key is not here, OSError.
    """
    if not (folder / _PRIVATE).exists():
        raise KeyFileError(f"{folder / _PRIVATE} is missing: keys are rotated where the Operator's private key is.")
    if not (folder / NEXT).exists():
        _put(folder, NEXT, new_private())
    public = public_half(read_private(folder / NEXT))
    if (folder / _PUBLIC).read_bytes().strip() != b64encode(public):
        _put(folder, _PUBLIC, public)
    return (folder / _PUBLIC).stat().st_mtime


def finish(folder: Path) -> None:
    """The old private key is gone. Raises OSError."""
    (folder / NEXT).replace(folder / _PRIVATE)
    sync_folder(folder)


def begin_desk(folder: Path) -> tuple[DeskKeys, DeskKeys]:
    """The desk's keys as they are, and as they will be: the new secret lies beside, and is the one of a run before that
    was stopped. Raises KeyFileError where the Operator's private key is not here, OSError.
    """
    if not (folder / _PRIVATE).exists():
        raise KeyFileError(f"{folder / _PRIVATE} is missing: the desk's secret is renewed where the desk's keys are.")
    if not (folder / NEXT_DESK).exists():
        _put(folder, NEXT_DESK, new_secret())
    return desk_keys(desk_secret(folder)), desk_keys(next_desk_secret(folder))


def finish_desk(folder: Path) -> None:
    """The old secret of the desk is gone. Raises OSError."""
    (folder / NEXT_DESK).replace(folder / DESK)
    sync_folder(folder)


def _put(folder: Path, name: str, key: bytes) -> None:
    """A file of that name with this key, whole or not at all."""
    unfinished = folder / f"{name}.unfinished"
    unfinished.unlink(missing_ok=True)
    write_key(unfinished, key)
    unfinished.replace(folder / name)
    sync_folder(folder)


class KeyRing:
    """The keys of a running process: read again once their files are others."""

    def __init__(self, folder: Path, read: Callable[[Path], Keys]) -> None:
        """``read`` loads them from the folder. Raises what it raises."""
        self._folder, self._read = folder, read
        self._looked_at = [str(folder / name) for name in (_PUBLIC, _PRIVATE)]
        self._seen, self._keys = self._marks(), read(folder)

    def __call__(self) -> Keys:
        """The keys as they are now; those of before while the new ones cannot be read or lack one that was there."""
        marks = self._marks()
        if marks != self._seen:
            try:
                found = self._read(self._folder)
            except KeyFileError:
                return self._keys
            if set(found.files) >= set(self._keys.files):
                self._keys, self._seen = found, marks
        return self._keys

    def _marks(self) -> tuple[tuple[int, int], ...]:
        # The one changes when the new key begins to seal, the other when the old one goes.
        return tuple(_mark(path) for path in self._looked_at)


def _mark(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116  # asked many times in each request: half of what a Path's costs
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)
