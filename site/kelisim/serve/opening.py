"""What a start does beside serving: the newest schema, a look whether keys and database belong together, and the set-up
link while nobody can sign in yet.

``python -m kelisim.serve.opening`` runs beside the first worker, which loads the application meanwhile; this needs no page
of it. It prints the link, or nothing; where it fails, one line on stderr.
"""

import gc
import os
import sys
from typing import TYPE_CHECKING

from kelisim.serve.instance import ROOT, StartError
from kelisim.serve.migration import is_current
from kelisim.settings import Settings
from kelisim.settings.reading import instance_path

if TYPE_CHECKING:
    from flask import Flask

APP_FAILED = 4  # the exit code where the application does not load: the worker says why


def main() -> int:
    """Migrate, then print the set-up link. Returns the exit code."""
    gc.disable()  # this process is gone before garbage could matter
    try:
        from kelisim.core import create_core
        from kelisim.invitation import first_link

        settings = Settings.load(instance_path(os.environ, ROOT), os.environ)
        app = create_core(settings)
    except Exception:  # noqa: BLE001  # the worker loads the same and says why
        return APP_FAILED
    try:
        if not is_current(settings):
            migrate(app)
        check_keys(app)
        check_erasures(app)
        link = first_link(app) if settings.has_desk else None
    except Exception as problem:  # noqa: BLE001  # whatever the database says ends the start in one line
        print(f"the database cannot be made ready: {reason(problem)}", file=sys.stderr)
        return 1
    if link:
        print(link)
    return 0


def migrate(app: "Flask") -> None:
    """Bring the database to the newest schema."""
    from flask_migrate import upgrade

    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))


def check_keys(app: "Flask") -> None:
    """Raises StartError where the database was written with other keys than this host has: every entry it added would
    break the journal, and nobody could open what it sealed.
    """
    from kelisim.services import journal
    from kelisim.storage.db import db
    from kelisim.web.house import house

    with app.app_context():
        settings, key = house().settings, house().keys.site.journal
        if not journal.is_of_key(db.session(), key=key):
            raise StartError(
                f"it was written with other keys than those in {settings.instance / 'keys'}: "
                "put the keys of the host that wrote it there, or name an empty database in database_url"
            )


def check_erasures(app: "Flask") -> None:
    """Raises LedgerAhead where the database was brought back from a backup and what was destroyed since came with it."""
    from kelisim.services import erasures
    from kelisim.storage.db import db
    from kelisim.web.house import house

    with app.app_context():
        erasures.check_not_ahead(db.session(), house().ledger)


def reason(problem: Exception) -> str:
    """The first line of what went wrong, of the driver's own words where there are some: those hold no values."""
    said = getattr(problem, "orig", None) or problem
    return next(iter(str(said).strip().splitlines()), type(problem).__name__)


if __name__ == "__main__":
    sys.exit(main())
