"""Writing a backup while the site works: every row of one moment, sealed for the Operator, in one file or none.

In the box lies compressed text, a line for each thing: for each table its shape and then its rows, at last the manifest.
No key is in it. A row never lies open on the disk; memory holds some hundred rows at a time.
"""

import gzip
import io
import json
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from kelisim.domain.backups import KIND, Manifest, Table, is_name, mac_of, name_of, too_many
from kelisim.domain.journal import BEGINNING
from kelisim.storage import dump
from kelisim.storage.ledger import sync_folder
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.journal import JournalRow
from kelisim.vault.boxes import BoxWriter
from kelisim.vault.keys import Keys

_UNFINISHED = ".unfinished"


class BackupProblem(Exception):
    """A backup cannot be written there. The message is one line."""


def make(
    session: Session,
    path: Path,
    *,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> Manifest:
    """Write a backup to a path where nothing is yet. Raises BackupProblem, OSError; then nothing is at the path."""
    if path.exists():
        raise BackupProblem(f"{path} is there already: a backup is never written over")
    if not path.parent.is_dir():
        raise BackupProblem(f"there is no folder {path.parent}")
    session.rollback()
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, dump.one_moment(session.get_bind().engine) as connection:
            manifest = _write(connection, file, keys, now, randomness)
            file.flush()
            os.fsync(file.fileno())
        _give_name(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
        sync_folder(path.parent)
    return manifest


def make_next(
    session: Session,
    folder: Path,
    *,
    kept: int,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> Manifest:
    """The worker's backup: one more in its folder, and the oldest beyond ``kept`` are gone. Raises as ``make``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f".*{_UNFINISHED}"):
        if is_name(left.name.removeprefix(".").rsplit(".", 2)[0]):
            left.unlink(missing_ok=True)  # of a worker that was killed
    manifest = make(session, folder / name_of(now), keys=keys, now=now, randomness=randomness)
    for name in too_many([path.name for path in folder.iterdir()], kept):
        (folder / name).unlink(missing_ok=True)
    return manifest


def _write(
    connection: Connection,
    file: BinaryIO,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> Manifest:
    box = BoxWriter(file, kind=KIND, operator=keys.operator_public, randomness=randomness)
    buffered = io.BufferedWriter(box, 1 << 16)
    with gzip.GzipFile(fileobj=cast(BinaryIO, buffered), mode="wb", compresslevel=1) as content:
        tables = {shape.name: _write_table(connection, shape, content) for shape in dump.shapes()}
        manifest = _manifest(connection, tables, now)
        content.write(_line({"manifest": manifest.document(), "mac": mac_of(manifest, keys.site.backup).hex()}))
    buffered.flush()
    box.seal()
    return manifest


def _write_table(connection: Connection, shape: dump.Shape, content: gzip.GzipFile) -> Table:
    content.write(_line({"table": shape.name, "columns": [list(column) for column in shape.columns]}))
    rows, digest = 0, sha256()
    for line in dump.lines(connection, shape):
        content.write(line)
        digest.update(line)
        rows += 1
    return Table(rows, digest.hexdigest())


def _manifest(connection: Connection, tables: dict[str, Table], now: datetime) -> Manifest:
    last = connection.execute(
        select(JournalRow.number, JournalRow.mac).order_by(JournalRow.number.desc()).limit(1)
    ).one_or_none()
    return Manifest(
        made_at=now,
        schema=str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
        tables=tables,
        entries=last.number if last is not None else 0,
        mac=last.mac if last is not None else BEGINNING,
        acts=connection.scalar(select(func.max(DestructionRow.number))) or 0,
    )


def _line(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _give_name(unfinished: Path, path: Path) -> None:
    """Under its name at last; what took that name meanwhile stays."""
    try:
        with suppress(PermissionError):  # a file system without hard links
            path.hardlink_to(unfinished)
            return
        unfinished.rename(path)
    except FileExistsError:
        raise BackupProblem(f"{path} is there already: a backup is never written over") from None
