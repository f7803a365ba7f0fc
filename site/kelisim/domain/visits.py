"""Visits of those who agreed to statistics, counted so that nothing joins one to a person or a submission.

A visit is known by the day alone: its key is made anew each day from the visit cookie, and is worth nothing without both
the cookie and the site's secret. What happens with the form is a number of the day and belongs to no visit.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

_LONGEST_HOST = 100
_HOST = re.compile(r"(?!.*[0-9]$)[a-z0-9-]+(\.[a-z0-9-]+)+")
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk/|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobi|iPhone|iPod|Phone")
_COMPUTER = re.compile(r"Windows|Macintosh|X11|CrOS|Linux")


class Device(StrEnum):
    """What a visit was made with, coarse on purpose."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    OTHER = "other"


class Event(StrEnum):
    """What came of the form, as a number of the day."""

    OPENED = "opened"
    MENDED = "mended"
    SENT = "sent"


class Kind(StrEnum):
    """What is counted. VISITS has the one value ALL; the rest of the first group are properties of visits."""

    VISITS = "visits"
    SOURCE = "source"
    LANGUAGE = "language"
    DEVICE = "device"
    CAME_BACK = "came_back"
    NETWORK = "network"
    PAGE = "page"
    EVENT = "event"


OF_VISITS = (Kind.SOURCE, Kind.LANGUAGE, Kind.DEVICE, Kind.CAME_BACK, Kind.NETWORK)
ALL, YES, NO, DIRECT = "all", "yes", "no", ""


@dataclass(frozen=True)
class Visit:
    """One visit: everything one browser opened on one day in Almaty. ``source``: a host, or DIRECT."""

    day: date
    key: bytes
    source: str
    language: str
    device: Device
    came_back: bool
    network: str | None


@dataclass(frozen=True)
class Count:
    """What a number counts: of a day, a kind and one of its values."""

    day: date
    kind: Kind
    value: str


@dataclass
class Batch:
    """Visits and numbers that wait to be written. Of several views of one visit the first says where it came from."""

    visits: dict[tuple[date, bytes], Visit] = field(default_factory=dict)
    counts: Counter[Count] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.visits or self.counts)

    def __len__(self) -> int:
        return len(self.visits) + len(self.counts)

    def add(self, visits: Iterable[Visit], counts: Mapping[Count, int]) -> None:
        """Add to what waits."""
        for visit in visits:
            self.visits.setdefault((visit.day, visit.key), visit)
        self.counts.update(counts)


def summed(visits: Iterable[Visit]) -> Counter[Count]:
    """Visits as the numbers that remain of them."""
    counts = Counter[Count]()
    for visit in visits:
        values = {
            Kind.VISITS: ALL,
            Kind.SOURCE: visit.source,
            Kind.LANGUAGE: visit.language,
            Kind.DEVICE: visit.device.value,
            Kind.CAME_BACK: YES if visit.came_back else NO,
        }
        counts.update(Count(visit.day, kind, value) for kind, value in values.items())
        if visit.network is not None:
            counts[Count(visit.day, Kind.NETWORK, visit.network)] += 1
    return counts


def source_of(referrer: str | None, own_host: str) -> str:
    """The host a visit came from: no path, no port, no address of a machine, not our own; DIRECT where none is left."""
    try:
        host = urlsplit(referrer or "").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        return DIRECT
    if host == own_host or len(host) > _LONGEST_HOST or not _HOST.fullmatch(host) or _is_address(host):
        return DIRECT
    return host.removeprefix("www.")


def device_of(user_agent: str, mobile_hint: str | None = None) -> Device:
    """The device a browser says it is on. ``mobile_hint``: the header Sec-CH-UA-Mobile."""
    if _TABLET.search(user_agent):
        return Device.TABLET
    if mobile_hint == "?1" or _PHONE.search(user_agent):
        return Device.PHONE
    return Device.COMPUTER if _COMPUTER.search(user_agent) else Device.OTHER


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
