"""Migrating: the tool, loaded on first use, and the turn that all processes of all hosts take at it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from kelisim.storage.db import db

# The place in the database whose holder may migrate.
_MIGRATIONS = 0x4B454C4D


class MigrationTool:
    """Stands where ``flask db`` and ``flask_migrate.upgrade`` look, until one of them does: Flask-Migrate brings
    Alembic along, which costs memory that only commands need.
    """

    def __init__(self, app: Flask, directory: str) -> None:
        self._app, self._directory = app, directory
        app.extensions["migrate"] = self

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415  # the reason for this class

        Migrate(self._app, db, directory=self._directory, render_as_batch=True)  # takes the place of this object
        return getattr(self._app.extensions["migrate"], name)


def known_revisions(folder: Path) -> frozenset[str]:
    """Every revision of the schema that this version can bring forward."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # as above

    return frozenset(script.revision for script in ScriptDirectory.from_config(_config(folder)).walk_revisions())


def bring_to(connection: Connection, revision: str, folder: Path) -> None:
    """Bring a database to a revision (``base``: to nothing), inside the connection's transaction."""
    from alembic import command  # noqa: PLC0415  # as above

    config = _config(folder)
    config.attributes["connection"] = connection
    (command.downgrade if revision == "base" else command.upgrade)(config, revision)


def _config(folder: Path) -> Any:
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config(str(folder / "alembic.ini"))
    config.set_main_option("script_location", str(folder))
    return config


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Within the block no other process migrates this database, on whatever host it runs: it waits for its turn.

    On PostgreSQL a transaction holds an advisory lock meanwhile, in a connection of its own, so that the end of the
    process, however it comes, gives the turn on; on SQLite a lock on the file's folder does.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": _MIGRATIONS})
            yield
        return
    folder = os.open(Path(engine.url.database or "").absolute().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def taking_its_time(connection: Connection) -> Iterator[Connection]:
    """A connection whose statements may take as long as a large table needs; what holds a lock against them may not."""
    if connection.dialect.name == "sqlite":
        yield connection
        return
    connection.execute(text("SET statement_timeout = 0"))
    connection.commit()
    try:
        yield connection
    finally:
        connection.rollback()
        connection.execute(text("RESET statement_timeout"))
        connection.commit()
