"""The WSGI application: ``app`` for the server, for ``flask`` commands and for any WSGI server.

Where the instance or a setting is missing or wrong, loading ends with one line that says which.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))

from kelisim.app import create_app  # noqa: E402  # site/ is a source root: it must be on the path first
from kelisim.doctor.unloaded import tell  # noqa: E402  # as above
from kelisim.domain.documents import DocumentError  # noqa: E402  # as above
from kelisim.settings import Settings  # noqa: E402  # as above
from kelisim.settings.entry import SettingsError  # noqa: E402  # as above
from kelisim.settings.reading import instance_path  # noqa: E402  # as above
from kelisim.vault.keys import KeyFileError  # noqa: E402  # as above
from kelisim.web.visit_writer import write_visits  # noqa: E402  # as above

try:
    settings = Settings.load(instance_path(os.environ, ROOT), os.environ)
    app = create_app(settings)
    write_visits(app)
except (SettingsError, KeyFileError, DocumentError) as problem:
    tell(problem, sys.argv[1:])
    raise SystemExit(f"kelisim: {problem}") from None
