"""Flask-Migrate, loaded on first use: it brings Alembic along, which costs memory that only commands need."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.engine import Connection

from kelisim.storage.db import db


class MigrationTool:
    """Stands where ``flask db`` and ``flask_migrate.upgrade`` look, until one of them does."""

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
