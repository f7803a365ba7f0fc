"""Who may read an instance's files. Its folder, settings, keys and database are for the site's user alone."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def own_files(instance: Path, *folders: Path) -> Iterator[Path]:
    """What of an instance is nobody else's, as far as it is there. ``folders``: those of its that lie elsewhere, too."""
    yield instance
    for pattern in ("settings.toml", "*.sqlite3*", "keys", "keys/*", "tls", "tls/*.key"):
        yield from sorted(instance.glob(pattern))
    for folder in folders:
        if folder.exists():
            yield from (folder, *sorted(folder.iterdir()))


def open_to_others(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those that somebody else may read or write."""
    return tuple(path for path in paths if path.stat().st_mode & _OTHERS)


def owned_by_others(paths: Iterable[Path], instance: Path) -> tuple[Path, ...]:
    """Those that do not belong to the owner of the instance."""
    owner = instance.stat().st_uid
    return tuple(path for path in paths if path.stat().st_uid != owner)
