"""Counting a visit, after its page is made: only of those who agreed, only on pages whose address is nobody's secret."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from flask import Response, request

from kelisim.domain.deadlines import local_day
from kelisim.domain.visits import Count, Event, Kind, Visit, device_of, source_of
from kelisim.web.choice_cookie import address_allowed, statistics_allowed
from kelisim.web.cookies import VISIT, set_cookie
from kelisim.web.house import house
from kelisim.web.languages import select_language
from kelisim.web.public.closed import is_closed
from kelisim.web.security.limits import masked_network

# What a page is counted as. A page that is not here is not counted: none of what follows a submission is.
PAGES: Mapping[str, str] = {
    "submissions.form": "form",
    "documents.current": "",  # by its kind
    "documents.revision": "",
    "choices.page": "cookies",
    "rights.page": "rights",
    "receipts.check_page": "check",
    "my.way_in": "my",
}
_FORM, _SEND = "submissions.form", "submissions.send"
_SENT, _MENDED = 303, 422
_KEY_BYTES, _ID_BYTES = 16, 16
_COOKIE = re.compile(r"([0-9a-f]{32})-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_LONGEST_AGENT = 512


def count_visit(response: Response) -> Response:
    """Count this view, or what came of the form, where the person agreed to it."""
    if request.endpoint == _SEND and response.status_code in {_SENT, _MENDED}:
        _count_sending(response)
    elif _is_page(response) and statistics_allowed():
        _count_page(response)
    return response


def visit_key(secret: bytes, day: date, number: str) -> bytes:
    """What a visit is known by on one day: worth nothing on another, or without the site's secret."""
    return blake2b(f"{day.isoformat()} {number}".encode(), key=secret, digest_size=_KEY_BYTES).digest()


def _is_page(response: Response) -> bool:
    return (
        request.endpoint in PAGES
        and request.method == "GET"
        and response.status_code == 200
        and response.mimetype == "text/html"
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
    )


def _count_sending(response: Response) -> None:
    """A number of the day, of no visit: who sent the form is not to be known by what they looked at before."""
    again = response.status_code == _SENT and "again" in urlsplit(response.headers.get("Location", "")).query
    if not again and statistics_allowed():
        event = Event.SENT if response.status_code == _SENT else Event.MENDED
        house().visits.add((), {Count(local_day(house().now), Kind.EVENT, event.value): 1})


def _count_page(response: Response) -> None:
    today = local_day(house().now)
    number, made = _of_cookie(today)
    if number is None:
        number, made = house().randomness(_ID_BYTES).hex(), today
        set_cookie(response, VISIT, f"{number}-{today.isoformat()}")
    counts = {Count(today, Kind.PAGE, _page_code()): 1}
    if request.endpoint == _FORM and not is_closed():
        counts[Count(today, Kind.EVENT, Event.OPENED.value)] = 1
    here = house()
    key = visit_key(here.keys.site.visit, today, number)
    here.visits.add((_visit(today, key, came_back=made < today),) if here.visits.meet(key) else (), counts)


def _visit(today: date, key: bytes, *, came_back: bool) -> Visit:
    own_host = urlsplit(house().settings.address).hostname or ""
    agent = request.headers.get("User-Agent", "")[:_LONGEST_AGENT]
    network = masked_network() if address_allowed() else None
    return Visit(
        day=today,
        key=key,
        source=source_of(request.headers.get("Referer"), own_host),
        language=select_language(),
        device=device_of(agent, request.headers.get("Sec-CH-UA-Mobile")),
        came_back=came_back,
        network=None if network == "unknown" else network,
    )


def _of_cookie(today: date) -> tuple[str | None, date]:
    """The number in the visit cookie and the day it was made; None for one that is not ours, or older than it may be."""
    found = _COOKIE.fullmatch(request.cookies.get(VISIT.name, ""))
    if found is None:
        return None, today
    try:
        made = date.fromisoformat(found[2])
    except ValueError:
        return None, today
    oldest = today - timedelta(days=house().settings.visit_cookie_days)
    return (found[1], made) if oldest <= made <= today else (None, today)


def _page_code() -> str:
    code = PAGES[request.endpoint or ""]
    return code or str((request.view_args or {})["kind"])
