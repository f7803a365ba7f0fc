"""Whether this process is fit to serve, remembered for a second: whoever asks often asks for nothing."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kelisim.domain.readiness import Check, Least, Seen, failed
from kelisim.services.readiness import REVISION
from kelisim.settings import Settings
from kelisim.web.log import say

_KEPT_SECONDS = 1.0
_MEGABYTE = 1_000_000


class Readiness:
    """Of one process. ``draining`` once it is about to end: who spreads visitors over hosts sends it no more."""

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._draining = threading.Event()
        self._looking = threading.Lock()
        self._until = 0.0
        self._last: tuple[Seen, tuple[Check, ...]] | None = None

    def drain(self) -> None:
        """From now on not ready, to the end."""
        self._draining.set()

    def forget(self) -> None:
        """Look anew when asked next."""
        self._until = 0.0

    def failed(self, look: Callable[[], Seen], least: Least) -> tuple[Check, ...]:
        """The checks that fail now or failed within the last second. Nobody waits behind somebody who looks."""
        draining = (Check.DRAINING,) if self._draining.is_set() else ()
        if time.monotonic() >= self._until and self._looking.acquire(blocking=False):
            try:
                self._look(look, least)
            finally:
                self._looking.release()
        found = self._last[1] if self._last is not None else (Check.DATABASE,)  # the first look is still under way
        return (*found, *draining)

    @property
    def seen(self) -> Seen | None:
        """What the last look saw."""
        return self._last[0] if self._last is not None else None

    def _look(self, look: Callable[[], Seen], least: Least) -> None:
        seen = look()
        self._began = self._began or seen.at
        found = failed(seen, least, began=self._began)
        before = self._last[1] if self._last is not None else ()
        if found != before:
            say("readiness", logging.WARNING if found else logging.INFO, failed=[check.value for check in found])
        self._last, self._until = (seen, found), time.monotonic() + _KEPT_SECONDS


def least_of(settings: Settings) -> Least:
    """What the settings ask for."""
    minutes = settings.worker_late_minutes
    return Least(
        revision=REVISION,
        worker=timedelta(minutes=minutes) if minutes else None,
        disk=settings.free_disk_megabytes * _MEGABYTE,
        certificate=timedelta(days=settings.certificate_days_left),
    )


def certificate_of(settings: Settings) -> Path | None:
    """The certificate this site shows; None where it shows none by itself."""
    if settings.certificate:
        return Path(settings.certificate)
    local = settings.instance / "tls" / "localhost.pem"
    return local if local.exists() else None
