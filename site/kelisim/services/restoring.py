"""Bringing a site back: an empty database takes a backup, forgets what was erased since, is checked, and only then serves.

On SQLite that happens in a file beside, which then takes its name; on PostgreSQL in one transaction. A run that was
interrupted leaves nothing that could be served.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.backups import BackupBroken, Manifest
from kelisim.domain.documents import Library
from kelisim.domain.journal import SITE
from kelisim.services import backup_reading, choice_closings, document_checks, erasures, journal
from kelisim.services.records import By
from kelisim.storage import dump
from kelisim.storage.db import engine_options, prepare_engine, writing
from kelisim.storage.ledger import Ledger, sync_folder
from kelisim.storage.migrate import bring_to, known_revisions
from kelisim.storage.schema import HEAD
from kelisim.storage.tables.journal import JournalRow
from kelisim.vault.keys import SiteKeys

REGISTER = "backups"
# A database in which one of these has a row is somebody's.
_OF_A_SITE = ("submissions", "journal", "choices")
_BESIDE = ("", "-wal", "-shm", "-journal")


class RestoreProblem(Exception):
    """The site cannot be brought back. The message is one line; what was there is as it was."""


@dataclass(frozen=True)
class Means:
    """What a restoration needs. ``privates``: the Operator's keys, the newest first; ``migrations``: their folder."""

    privates: tuple[MLKEM768X25519PrivateKey, ...]
    site: SiteKeys
    ledger: Ledger
    shipped: Library
    migrations: Path
    by: By


@dataclass(frozen=True)
class Restored:
    """What came back: the backup's manifest, and how many records were erased again."""

    manifest: Manifest
    erased: int


def restore(path: Path, address: str, means: Means, *, wait_seconds: int) -> Restored:
    """Bring the database at an address back from a backup. Raises RestoreProblem, BackupBroken, LedgerBroken, OSError.

    The caller calls ``erasures.note_restored`` on the database once it is there.
    """
    _refuse_used(address, wait_seconds)
    manifest = backup_reading.checked(path, privates=means.privates, key=means.site.backup)
    if manifest.schema not in known_revisions(means.migrations):
        raise RestoreProblem(f"the backup is of schema {manifest.schema}, newer than this version: install a newer one")
    erased = {erasure.record for erasure in means.ledger.lines()}
    with _target(address, wait_seconds, means.migrations) as connection:
        bring_to(connection, manifest.schema, means.migrations)
        backup_reading.load(connection, path, privates=means.privates, erased=erased)
        bring_to(connection, HEAD, means.migrations)
        session = Session(bind=connection, join_transaction_mode="create_savepoint")
        _check(session, manifest, means)
        again = erasures.erase_again(session, means.ledger, by=means.by)
        _note(session, manifest, again, means.by)
        session.close()
    return Restored(manifest, again)


def _check(session: Session, manifest: Manifest, means: Means) -> None:
    broken = journal.verify(session, key=means.site.journal)
    if broken is not None:
        raise BackupBroken(f"its journal does not hold from entry {broken} on")
    mac = session.scalar(select(JournalRow.mac).where(JournalRow.number == manifest.entries))
    if manifest.entries and mac != manifest.mac:
        raise BackupBroken("its journal is not the one its manifest names")
    if choice_closings.verify(session, key=means.site.choice_record) is not None:
        raise BackupBroken("its records of choices do not hold")
    damages = document_checks.verify(session, means.shipped).damages
    if damages:
        raise BackupBroken(f"its document {damages[0].name} is not what was published or shown")


def _note(session: Session, manifest: Manifest, erased: int, by: By) -> None:
    details = {
        "register": REGISTER,
        "step": "restored",
        "made": manifest.made_at.isoformat(timespec="seconds"),
        "erased": str(erased),
    }
    with writing(session):
        journal.append(session, [journal.Deed(Act.STORAGE, SITE, by.actor, details)], key=by.key, now=by.now)


def _refuse_used(address: str, wait_seconds: int) -> None:
    file = _file_of(address)
    if file is not None and not file.exists():
        return
    engine = _engine(address, wait_seconds)
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            used = [
                name
                for name in _OF_A_SITE
                if name in there and connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first()  # noqa: S608  # names from the list above
            ]
    finally:
        engine.dispose()
    if used:
        raise RestoreProblem("the database is not empty: a backup is restored into a new instance only")


@contextmanager
def _target(address: str, wait_seconds: int, migrations: Path) -> Iterator[Connection]:
    """A connection to an empty database which becomes the one at the address at the end of the block, or never."""
    file = _file_of(address)
    if file is None:
        engine = _engine(address, wait_seconds)
        try:
            with dump.one_transaction(engine) as connection:
                if inspect(connection).has_table("alembic_version"):
                    bring_to(connection, "base", migrations)
                yield connection
        finally:
            engine.dispose()
        return
    unfinished = file.with_name(f"{file.name}.restoring")
    _remove(unfinished)  # of a run that was interrupted
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = _engine(f"sqlite:///{unfinished}", wait_seconds)
    try:
        with dump.one_transaction(engine) as connection:
            yield connection
        _empty_log(engine)
        engine.dispose()
        _open_alike(unfinished, file)
        _remove(file)
        unfinished.replace(file)
        sync_folder(file.parent)
    finally:
        engine.dispose()
        _remove(unfinished)


def _open_alike(unfinished: Path, file: Path) -> None:
    """Whoever may open the file may open the one that takes its place: site and desk may share it."""
    if file.exists():
        was = file.stat()
        with suppress(PermissionError):
            os.chown(unfinished, was.st_uid, was.st_gid)
        unfinished.chmod(stat.S_IMODE(was.st_mode))


def _empty_log(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _remove(file: Path) -> None:
    for ending in _BESIDE:
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def _engine(address: str, wait_seconds: int) -> Engine:
    engine = create_engine(address, **engine_options(address, wait_seconds))
    prepare_engine(engine)
    return engine


def _file_of(address: str) -> Path | None:
    """The file of a SQLite database, None for PostgreSQL."""
    url = make_url(address)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None
