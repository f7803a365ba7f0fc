"""What the doctor looks at beside the site: its backups, and the Redis server that counts limits for several hosts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from kelisim.domain.backups import newest
from kelisim.domain.findings import Finding, advice, mend, well
from kelisim.services import limit_store
from kelisim.services.limit_store import StoreFault
from kelisim.settings import Settings
from kelisim.web.house import House


def findings(here: House) -> Iterator[Finding]:
    """Each of them, as far as the settings ask for it."""
    if here.settings.has_desk:  # whose worker makes them
        yield _backups(here.settings, here.now)
    if here.settings.redis_url:
        yield _redis(here.settings)


def _backups(settings: Settings, now: datetime) -> Finding:
    folder, hours = settings.backups, settings.backup_hours
    try:
        made = newest(_names(folder))
    except OSError as problem:
        return mend("backups", f"{folder} cannot be read ({problem.strerror})", "give the site's user the right to it")
    says = f"the newest in {folder} is of {made:%Y-%m-%d %H:%M} UTC" if made else f"none is in {folder}"
    if not hours:
        return advice("backups", f"the worker makes none; {says}", "set backup_hours, or call flask backup from cron")
    if made is None or now - made > 2 * timedelta(hours=hours):
        return mend("backups", says, "flask jobs run backup, and see in flask jobs list why the worker made none")
    return well("backups", says)


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def _redis(settings: Settings) -> Finding:
    fault = limit_store.fault_of(settings.redis_url)
    if fault is StoreFault.LOGIN:
        return mend("redis", "it refuses the name or password", "check them in redis_url")
    if fault is not None:
        return mend("redis", "it does not answer: each worker counts limits by itself", "start it, and check redis_url")
    return well("redis", "it answers")
