"""What this process knows of the journal: checked a stretch at a time, so that no page waits for the whole chain.

The knowledge is kept in memory: every process of the site finds out by itself, and forgets with its end.
"""

from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from kelisim.services import journal
from kelisim.services.journal import START, Reached
from kelisim.services.journal_reading import Checked


class JournalWatch:
    """The watch of one application. A break that was found stands until a check of the whole chain finds none."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._reached: Reached = START
        self.checked: Checked | None = None

    @property
    def broken(self) -> int | None:
        """The entry that does not hold, as far as is known."""
        return self.checked.broken if self.checked is not None else None

    def go_on(self, session: Session, *, key: bytes, now: datetime, every: timedelta, at_most: int) -> None:
        """Check the next ``at_most`` entries, unless a whole check was done less than ``every`` ago."""
        fresh = self.checked is not None and now - self.checked.at < every
        if (fresh and self._reached == START) or self.broken is not None or not self._turn.acquire(blocking=False):
            return
        try:
            self._note(journal.verify_on(session, self._reached, key=key, at_most=at_most), now)
        finally:
            self._turn.release()

    def take(self, checked: Checked) -> None:
        """What a check of the whole chain found."""
        self._reached, self.checked = START, checked

    def learn(self, noted: Checked | None) -> None:
        """What a check of the whole chain found that another process made, if it is newer than what is known here."""
        if noted is not None and (self.checked is None or noted.at > self.checked.at):
            self.take(noted)

    def _note(self, reached: Reached, now: datetime) -> None:
        done = reached.at_end or reached.broken is not None
        self._reached = START if done else reached
        if done:
            self.checked = Checked(now, reached.number, reached.broken)
