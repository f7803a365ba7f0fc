"""Is the database's schema new enough? A light question, asked at each start; the answer needs no migration tool.

A newer one than ours is: another host has the next version already, or this one went back to the version before. A
migration takes nothing away that the version before it uses (docs/operations.md).
"""

import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from kelisim.settings import Settings
from kelisim.storage.schema import HEAD

_SQLITE = "sqlite:///"
_ASK = "SELECT version_num FROM alembic_version"


def is_current(settings: Settings) -> bool:
    """True when our newest migration was applied. False also where the database is away or not made yet."""
    if settings.database.startswith(_SQLITE):
        versions = _sqlite_versions(Path(settings.database.removeprefix(_SQLITE)))
    else:
        versions = _other_versions(settings.database)
    return len(versions) == 1 and versions[0] >= HEAD  # they are numbered


def wait_until_current(settings: Settings, seconds: float = 600.0, pause: float = 0.02) -> None:
    """Return as soon as the schema is new enough, whoever migrates it. Raises SystemExit with one line where that takes too long."""
    end = time.monotonic() + seconds
    while not is_current(settings):
        if time.monotonic() > end:
            raise SystemExit("kelisim: the database still has an older schema: stop the site and start it again.")
        time.sleep(pause)


def _sqlite_versions(path: Path) -> list[str]:
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.Error:
        return []
    try:
        return [row[0] for row in connection.execute(_ASK)]
    except sqlite3.Error:
        return []
    finally:
        connection.close()


def _other_versions(address: str) -> list[str]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    engine = create_engine(address, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return [str(version) for version in connection.scalars(text(_ASK))]
    except SQLAlchemyError:
        return []
