"""Is a process fit to serve? What it sees of its database, files and clock, and what of that is not enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Hosts whose clocks are kept by NTP differ by less; a clock that was set back differs by more.
_CLOCKS_DIFFER = timedelta(minutes=1)


class Check(StrEnum):
    """What is asked, in the order an answer names it."""

    DATABASE = "database"
    MIGRATIONS = "migrations"
    KEYS = "keys"
    WORKER = "worker"
    DISK = "disk"
    CLOCK = "clock"
    CERTIFICATE = "certificate"
    DRAINING = "draining"


@dataclass(frozen=True)
class Least:
    """What is enough. ``worker`` None: whether it runs is not asked. ``disk``: bytes."""

    revision: str
    worker: timedelta | None
    disk: int
    certificate: timedelta


@dataclass(frozen=True)
class Seen:
    """What was seen at one moment.

    ``revisions`` None where the database does not answer: what would stand in it is not known then. ``last_run``: the last
    sign of life of any job, None where none ever ran; ``newest_entry``: of the journal; ``free_disk``: bytes;
    ``certificate_ends`` None where this process shows none.
    """

    at: datetime
    revisions: tuple[str, ...] | None
    unreadable_keys: tuple[str, ...]
    last_run: datetime | None
    newest_entry: datetime | None
    free_disk: int
    certificate_ends: datetime | None


def is_new_enough(revisions: tuple[str, ...], revision: str) -> bool:
    """A schema that is newer than ours is taken: another host has the next version already, and a migration takes
    nothing away that the version before it uses. Revisions are numbered.
    """
    return len(revisions) == 1 and revisions[0] >= revision


def failed(seen: Seen, least: Least, *, began: datetime) -> tuple[Check, ...]:
    """The checks that fail. ``began``: when this process did; a worker is given as long as it may be late to begin."""
    held = {
        Check.DATABASE: seen.revisions is not None,
        Check.MIGRATIONS: seen.revisions is None or is_new_enough(seen.revisions, least.revision),
        Check.KEYS: not seen.unreadable_keys,
        Check.WORKER: not worker_is_late(seen, least, began),
        Check.DISK: seen.free_disk >= least.disk,
        Check.CLOCK: seen.newest_entry is None or seen.at >= seen.newest_entry - _CLOCKS_DIFFER,
        Check.CERTIFICATE: seen.certificate_ends is None or seen.certificate_ends - seen.at >= least.certificate,
    }
    return tuple(check for check, holds in held.items() if not holds)


def worker_is_late(seen: Seen, least: Least, began: datetime) -> bool:
    """True where no job showed a sign of life for too long."""
    if least.worker is None or seen.revisions is None or not is_new_enough(seen.revisions, least.revision):
        return False
    return seen.at - max(began, seen.last_run or began) > least.worker
