"""What this process knows of what others can change while it runs: the documents, shipped and published, and the register of
recipients, which visitors are told of.
"""

import time
from collections.abc import Callable
from threading import Lock

from kelisim.domain.documents import Document, Library
from kelisim.domain.recipients import Recipient
from kelisim.services import documents, recipients
from kelisim.services.documents import Known
from kelisim.services.texts import Stand, texts_stand
from kelisim.storage.db import DATABASE_AWAY, db, let_go
from kelisim.web.log import say_fault

# A text that was published is shown this many seconds later at most, by every worker of every host.
_PAUSE_SECONDS = 3.0
_PAUSE_WHILE_AWAY_SECONDS = 30.0
_NOTHING_YET = (-1, -1)


class Revisions:
    """The library of one process. One request in a few seconds asks the database whether anything is new."""

    def __init__(self, shipped: Library, tick: Callable[[], float] = time.monotonic) -> None:
        self.shipped = shipped
        self._tick = tick
        self._known = Known(_NOTHING_YET, shipped, {})
        self._recipients: tuple[Recipient, ...] = ()
        self._stand: Stand = _NOTHING_YET
        self._next_look = float("-inf")
        self._looking = Lock()

    @property
    def library(self) -> Library:
        """Every document."""
        return self._known.library

    @property
    def stand(self) -> Stand:
        """What a kept page depends on: another number, and other documents or recipients may be there, or approved."""
        return self._stand

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """The register of recipients; empty until the database was asked for the first time."""
        if not self.has_looked:
            self.look()
        return self._recipients

    @property
    def has_looked(self) -> bool:
        """False until the database has answered for the first time."""
        return self._stand != _NOTHING_YET

    def is_draft(self, document: Document) -> bool:
        """True until somebody has approved these very words."""
        return document.sha256 not in self._known.approved

    def approved_by(self, document: Document) -> str | None:
        """Who approved these very words, or None."""
        return self._known.approved.get(document.sha256)

    @property
    def is_due(self) -> bool:
        """Is it time to look?"""
        return self._tick() >= self._next_look

    def look(self, *, at_once: bool = False) -> None:
        """Ask the database, inside an application's context, if it is time to (or ``at_once``).

        While it is away the site goes on with what it knows: nothing can be recorded then either.
        """
        if not at_once and not self.is_due:
            return
        # Whoever comes while another looks does not wait for the answer.
        if not self._looking.acquire(blocking=at_once):
            return
        try:
            self._next_look = self._tick() + (_PAUSE_SECONDS if self._ask() else _PAUSE_WHILE_AWAY_SECONDS)
        finally:
            self._looking.release()

    def _ask(self) -> bool:
        session = db.session()
        try:
            # Counted first: what comes in between is looked for again.
            there = texts_stand(session)
            if there != self._stand:
                self._known, self._recipients = documents.known(session, self.shipped), recipients.all_of_them(session)
                self._stand = there
        except DATABASE_AWAY:
            let_go(session)
            return False
        except Exception as problem:  # noqa: BLE001  # whatever it is: a page that needs the database will meet it and say so
            let_go(session)
            say_fault(problem)
            return False
        return True
