"""How often: each network has its limits, counted here or in Redis."""

import re
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from limits import parse_many

from kelisim.domain.addresses import network_of
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.web.log import log_limits
from kelisim.web.security.openings import COUNTS_WRONG, LIMITS

# Redis that does not answer is away: no visitor waits for it.
_REDIS_OPTIONS: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1}


def masked_network() -> str:
    """The network this request comes from, in impersonal form: all the site ever knows of an address."""
    return network_of(request.remote_addr or "")


def limit_endpoints(app: Flask, settings: Settings) -> None:
    """Put a limit on each endpoint of the table. Raises SettingsError for one that cannot be read."""
    log_limits()
    limiter = Limiter(
        masked_network,
        app=app,
        storage_uri=_store(settings.redis_url),
        storage_options=_REDIS_OPTIONS if settings.redis_url else {},
        # What cannot be counted is logged. Only the count of a wrong try comes after its answer was made.
        swallow_errors=True,
        # Redis away: each worker counts by itself until it is back. A visitor is not made to pay for it.
        in_memory_fallback_enabled=bool(settings.redis_url),
        headers_enabled=False,
    )
    for endpoint, name in LIMITS.items():
        if endpoint not in app.view_functions:  # of the desk, which this process does not serve
            continue
        limit = _readable_limit(settings, name)
        if limit:
            counts = _was_wrong if name in COUNTS_WRONG else None
            limited: Any = limiter.limit(limit, deduct_when=counts)(app.view_functions[endpoint])
            app.view_functions[endpoint] = limited


def _store(redis_url: str) -> str:
    """Where the limits are counted, as the library names it."""
    return re.sub("^unix://", "redis+unix://", redis_url) or "memory://"


def _was_wrong(response: Response) -> bool:
    """A secret that opens nothing; a way in that was mistyped. Whoever has the secret is not counted."""
    return response.status_code == 404 or (request.endpoint == "my.enter" and response.status_code >= 400)


def _readable_limit(settings: Settings, name: str) -> str:
    """A limit of the settings. Flask-Limiter would serve without one it cannot read."""
    limit: str = getattr(settings, name).strip()
    try:
        return limit if not limit or parse_many(limit) else ""
    except ValueError:
        raise SettingsError(f"{name} is {limit!r}: write it as 60 per minute; 600 per hour.") from None
