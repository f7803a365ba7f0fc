"""What is done to a request before Flask sees it: who may speak for a proxy, and for which host we answer."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kelisim.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
              "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED", "HTTP_X_REAL_IP")  # fmt: skip  # one glance, not a column
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?", re.IGNORECASE | re.ASCII)
FOREIGN_HOST = "kelisim.foreign_host"


def without_forwarded(application: "WSGIApplication") -> "WSGIApplication":
    """Drop what a visitor claims about proxies: none is declared, so nobody may speak for one."""

    def without(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for name in _FORWARDED:
            environ.pop(name, None)
        return application(environ, start_response)

    return without


def with_own_host(application: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Mark a request for a foreign host and take that host's name off it: no address is ever built from it."""
    own = (urlsplit(settings.own_address).hostname or "").encode("idna").decode()
    # Without an address of its own, the site answers on this machine only, where its Operator can see why.
    known = {own, *(_LOCAL_HOSTS if settings.trial or not settings.is_addressed else ())}

    def with_own_host(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = _HOST.fullmatch(environ.get("HTTP_HOST", ""))
        if asked is None or (asked[1] or asked[2]).lower() not in known:
            environ["HTTP_HOST"], environ[FOREIGN_HOST] = "localhost", True
        return application(environ, start_response)

    return with_own_host
