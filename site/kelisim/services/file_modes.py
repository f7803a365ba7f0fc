"""Who may read an instance's files. Its folder, settings, keys and database are for the site's user alone."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def own_files(instance: Path, *folders: Path) -> Iterator[Path]:
    """What of an instance is nobody else's, as far as it is there. ``folders``: those of its that lie elsewhere, too."""
    yield instance
    for pattern in ("settings.toml", "*.sqlite3*", "keys", "keys/*", "tls", "tls/*.key"):
        yield from sorted(instance.glob(pattern))
    for folder in folders:
        if os.path.exists(folder):  # noqa: PTH110  # a Path's own raises where a folder above it is closed
            yield folder
            with suppress(PermissionError):  # closed_to_us names it
                yield from sorted(folder.iterdir())


def closed_to_us(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The folders among them that this process cannot look into."""
    return tuple(path for path in paths if path.is_dir() and not os.access(path, os.R_OK | os.X_OK))


def open_to_others(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those that somebody else may read or write."""
    return tuple(path for path, found in _there(paths) if found.st_mode & _OTHERS)


def owned_by_others(paths: Iterable[Path], instance: Path) -> tuple[Path, ...]:
    """Those that do not belong to the owner of the instance."""
    owner = instance.stat().st_uid
    return tuple(path for path, found in _there(paths) if found.st_uid != owner)


def _there(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Each that is still there: SQLite's log goes and comes."""
    for path in paths:
        with suppress(FileNotFoundError):
            yield path, path.stat()
