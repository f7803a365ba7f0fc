"""The doctor: looks an installation over and says of each thing how it is, and how to mend what is not well.

It changes nothing, and names no value that could be secret.
"""

from collections.abc import Iterator

from kelisim.doctor import beside, content, machine
from kelisim.domain.findings import Finding
from kelisim.services import readiness
from kelisim.storage.db import db
from kelisim.web.house import House
from kelisim.web.readiness import certificate_of


def examine(here: House) -> Iterator[Finding]:
    """Every finding, the machine's first. Of a database that is away or of another version nothing more is asked."""
    session, certificate = db.session(), certificate_of(here.settings)
    seen = readiness.look(session, folder=here.settings.instance, certificate=certificate, keys=here.keys, now=here.now)
    yield from machine.findings(here, seen, certificate)
    yield from beside.findings(here)
    yield from content.findings(session, here, seen)
