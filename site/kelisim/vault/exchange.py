"""Keys that are brought back take the place of those that are there, so that a power cut in between is seen."""

import os
from pathlib import Path


def coming(folder: Path) -> Path:
    """Where keys that are brought back lie, whole, until they take the folder's place."""
    return folder.with_name(f"{folder.name}.coming")


def exchange(folder: Path, before: Path) -> None:
    """Give the keys that are coming the folder's place, the ones there that of ``before``. Raises OSError; all is as before then.

    Between the two steps there is no folder of keys. Whoever was cut off there finds the coming ones, and no start makes others.
    """
    sync_folder(coming(folder))
    sync_folder(folder.parent)
    folder.rename(before)
    try:
        coming(folder).rename(folder)
    except OSError:
        before.rename(folder)
        raise
    sync_folder(folder.parent)


def is_cut_off(folder: Path) -> bool:
    """True where an exchange stopped between its two steps."""
    return coming(folder).exists() and not folder.exists()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder as far as the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
