"""The newest schema, for tests that need it and do not test how it is made."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_migrate import upgrade

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing


@cache
def migrated_file() -> bytes:
    """A SQLite file with the newest schema: copied for each test, since applying the migrations costs more."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.sqlite3"
        migrate_database(f"sqlite:///{file}")
        return file.read_bytes()


def migrate_database(address: str) -> None:
    """Bring the database at an address to the newest schema."""
    with TemporaryDirectory() as folder:
        make_missing(Path(folder) / "keys")
        app = create_app(Settings(instance=Path(folder), database_url=address))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            db.session.remove()
            db.engine.dispose()
