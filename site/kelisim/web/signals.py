"""The browser's signals, read from a request before anything else is."""

from typing import TYPE_CHECKING

from kelisim.domain.signals import asks_not_to

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What an answer depends on, for whoever keeps copies.
HEADERS = ("Sec-GPC", "DNT")


def signalled(environ: "WSGIEnvironment") -> bool:
    """True where the browser asks us not to."""
    return asks_not_to(*(environ.get(f"HTTP_{name.upper().replace('-', '_')}") for name in HEADERS))
