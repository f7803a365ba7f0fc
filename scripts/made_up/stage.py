"""Where the made-up month is lived: the site's own services, at the moment something happens."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from kelisim.services.records import By
from kelisim.storage.db import db
from kelisim.web.house import House


class Month:
    """The clock of the demo: it stands at the moment that is being lived."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment."""
        return self.at


@dataclass
class Stage:
    """The house, its clock, chance (the same month each time), and what is still to happen."""

    house: House
    clock: Month
    now: datetime
    chance: Random
    _to_come: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _number: int = 0

    @property
    def session(self) -> Session:
        """The database."""
        return db.session()

    @property
    def tools(self) -> dict[str, Any]:
        """What a service that makes something is given."""
        return {"randomness": secrets.token_bytes}

    def by(self, actor: str) -> By:
        """Who acts at this moment."""
        return By(actor, self.house.keys.site.journal, self.clock.at)

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        self._number += 1
        heappush(self._to_come, (moment, self._number, act))

    def live(self, until: datetime | None = None) -> None:
        """Let everything up to a moment happen, each at its own; no clock goes back."""
        while self._to_come and (until is None or self._to_come[0][0] <= until):
            moment, _, act = heappop(self._to_come)
            self.clock.at = max(self.clock.at, moment)
            act()
        if until is not None:
            self.clock.at = max(self.clock.at, until)

    def ago(self, days: float, *, hours: float = 0) -> datetime:
        """So long before now."""
        return self.now - timedelta(days=days, hours=hours)
