"""Flask-Migrate, loaded on first use: it brings Alembic along, which costs memory that only commands need."""

from typing import Any

from flask import Flask

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
