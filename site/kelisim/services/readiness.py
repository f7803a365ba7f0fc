"""Looking at what a process needs to serve: its database, its keys, its disk, its certificate. Nothing is changed."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kelisim.domain.readiness import Seen, is_new_enough
from kelisim.services.operators import factor_context
from kelisim.storage.db import DATABASE_AWAY
from kelisim.storage.schema import HEAD
from kelisim.storage.tables.jobs import JobRow
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.operators import OperatorRow
from kelisim.vault import keys as key_files
from kelisim.vault.keys import DeskKeys, Keys
from kelisim.vault.sealing import SealBroken, open_small

# The migration this version of the site works with.
REVISION = HEAD
# How many second factors are tried: one that opens is enough, and one alone may be damaged.
_TRIED = 5
# What a certificate that cannot be read counts as: one that ended long ago.
ENDED = datetime.min.replace(tzinfo=UTC)


def look(session: Session, *, folder: Path, certificate: Path | None, keys: Keys, now: datetime) -> Seen:
    """What is seen now. ``folder``: of the instance; ``certificate``: None where another program shows it.

    A database that is away is a fact here, and nothing is raised.
    """
    revisions, last_run, newest_entry, fits = _of_database(session, keys)
    lost = key_files.unreadable(folder / "keys", keys)
    return Seen(
        at=now,
        revisions=revisions,
        unreadable_keys=lost if fits or key_files.DESK in lost else (*lost, key_files.DESK),
        last_run=last_run,
        newest_entry=newest_entry,
        free_disk=shutil.disk_usage(folder).free,
        certificate_ends=certificate_ends(certificate) if certificate is not None else None,
    )


def certificate_ends(path: Path) -> datetime:
    """When the first certificate of a PEM file ends; ENDED for a file that is none."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return ENDED


def _of_database(session: Session, keys: Keys) -> tuple[tuple[str, ...] | None, datetime | None, datetime | None, bool]:
    """Revisions, last run, newest entry, and whether the desk's keys are those it was written with.

    Of an older schema than ours nothing but its revision is asked.
    """
    try:
        revisions = _revisions(session)
        if not is_new_enough(revisions, REVISION):
            return revisions, None, None, True
        runs = session.execute(select(func.max(JobRow.last_started), func.max(JobRow.last_finished))).one()
        newest = session.scalar(select(JournalRow.at).order_by(JournalRow.number.desc()).limit(1))
        fits = keys.desk_or_none is None or _opens_factors(session, keys.desk_or_none)
    except DATABASE_AWAY:
        session.rollback()
        return None, None, None, True
    return revisions, max((moment for moment in runs if moment is not None), default=None), newest, fits


def _opens_factors(session: Session, desk: DeskKeys) -> bool:
    """True unless there are second factors and these keys open none: ``desk.key`` was lost, and the site's took its place."""
    query = select(OperatorRow.id, OperatorRow.second_factor).where(OperatorRow.second_factor.is_not(None))
    sealed = session.execute(query.order_by(OperatorRow.id.desc()).limit(_TRIED)).all()
    return not sealed or any(_opens(desk, number, factor) for number, factor in sealed if factor is not None)


def _opens(desk: DeskKeys, number: int, factor: bytes) -> bool:
    try:
        open_small(factor, key=desk.second_factor, context=factor_context(number))
    except SealBroken:
        return False
    return True


def _revisions(session: Session) -> tuple[str, ...]:
    """The migrations the database stands at; none where it was never prepared."""
    try:
        return tuple(session.scalars(text("SELECT version_num FROM alembic_version")))
    except DBAPIError as problem:
        session.rollback()
        # A database that answers has no such table: SQLite says so as it says that it is away.
        session.execute(text("SELECT 1"))
        if not isinstance(problem, DATABASE_AWAY) or "no such table" in str(problem.orig):
            return ()
        raise
