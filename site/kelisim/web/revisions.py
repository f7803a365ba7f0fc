"""The documents as this process knows them: the shipped files and what has been published since, picked up while it runs."""

import time
from collections.abc import Callable
from threading import Lock

from kelisim.domain.documents import Document, Library
from kelisim.services import documents
from kelisim.services.documents import Known, Stand
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.log import say_fault

# A text that was published is shown this many seconds later at most, by every worker of every host.
_PAUSE_SECONDS = 3.0
_PAUSE_WHILE_AWAY_SECONDS = 30.0
_NOTHING_YET: Stand = (-1, -1)


class Revisions:
    """The library of one process. One request in a few seconds asks the database whether anything is new."""

    def __init__(self, shipped: Library, tick: Callable[[], float] = time.monotonic) -> None:
        self.shipped = shipped
        self._tick = tick
        self._known = Known(_NOTHING_YET, shipped, {})
        self._next_look = float("-inf")
        self._looking = Lock()

    @property
    def library(self) -> Library:
        """Every document."""
        return self._known.library

    @property
    def stand(self) -> Stand:
        """What a kept page depends on: another number, and other documents may be there or approved."""
        return self._known.stand

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
            if documents.stand(session) != self._known.stand:
                self._known = documents.known(session, self.shipped)
        except DATABASE_AWAY:
            session.rollback()
            return False
        except Exception as problem:  # noqa: BLE001  # whatever it is: a page that needs the database will meet it and say so
            session.rollback()
            say_fault(problem)
            return False
        return True
