"""What the views of one application share: its settings, keys, documents, clock and randomness."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from flask import current_app

from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Library
from kelisim.domain.statements import Stated
from kelisim.services.journal_watch import JournalWatch
from kelisim.services.passwords import Passwords
from kelisim.settings import Settings
from kelisim.storage.ledger import Ledger
from kelisim.vault.keys import Keys
from kelisim.web.kept_pages import KeptPages
from kelisim.web.readiness import Readiness
from kelisim.web.revisions import Revisions
from kelisim.web.statements import Statements
from kelisim.web.visit_buffer import VisitBuffer

Clock = Callable[[], datetime]
Randomness = Callable[[int], bytes]
_PLACE = "kelisim"


@dataclass(frozen=True)
class House:
    """Everything a view needs that is not in its request."""

    settings: Settings
    keys_now: Callable[[], Keys]
    revisions: Revisions
    passwords: Passwords
    kept_pages: KeptPages
    visits: VisitBuffer
    clock: Clock
    randomness: Randomness
    statements: Statements
    # What the background worker does, by the names of its jobs.
    job_names: frozenset[str] = frozenset()
    journal_watch: JournalWatch = field(default_factory=JournalWatch)
    readiness: Readiness = field(default_factory=Readiness)
    # Submissions of days that are over, as the desk's home counted them.
    counted_days: dict[date, int] = field(default_factory=dict)
    # References of submissions whose seal did not open when the desk last tried.
    broken_seals: set[str] = field(default_factory=set)

    @property
    def library(self) -> Library:
        """Every document this process knows of."""
        return self.revisions.library

    @property
    def now(self) -> datetime:
        """This moment, UTC."""
        return self.clock()

    @property
    def keys(self) -> Keys:
        """The keys this process may use; they change while it runs where they are rotated."""
        return self.keys_now()

    @property
    def ledger(self) -> Ledger:
        """The ledger of erasures."""
        return Ledger(self.settings.erasures, self.keys.site.erasures)

    @property
    def stated(self) -> Stated:
        """What the Operator states today."""
        return self.statements.stated(local_day(self.now))

    @property
    def statements_number(self) -> int | None:
        """Which version that is; None while the database is away."""
        return self.statements.number(local_day(self.now))


def house() -> House:
    """The house of the application that serves this request."""
    return cast(House, current_app.extensions[_PLACE])


def place(extensions: dict[str, object], built: House) -> None:
    """Put the house where ``house()`` finds it."""
    extensions[_PLACE] = built
