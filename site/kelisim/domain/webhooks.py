"""Webhooks: where they may go, when they are tried again, and their signature (Standard Webhooks 1.0)."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import digest
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

SECRET_BYTES = 32
_SECRET_BEGINS = "whsec_"  # noqa: S105  # what a secret begins with, not one
_LONGEST_ADDRESS = 500
_HTTPS_PORT = 443
# An IPv4 address inside an IPv6 one (RFC 6052): a translator on the way would take us to it.
_NAT64 = ip_network("64:ff9b::/96")
# Nobody's on the internet, and taken for public by one or another version of Python: of one site (RFC 3879), of protocols
# (RFC 6890), of relays that are no more (RFC 7526), of translators of one's own (RFC 8215), of examples (RFC 9637).
_NOBODYS = tuple(
    ip_network(text) for text in ("fec0::/10", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20")
)
Network = IPv4Network | IPv6Network


class Outcome(StrEnum):
    """What came of one try."""

    DELIVERED = "delivered"
    NO_ADDRESS = "no_address"
    PRIVATE_ADDRESS = "private_address"
    NO_CONNECTION = "no_connection"
    BAD_CERTIFICATE = "bad_certificate"
    TIMEOUT = "timeout"
    REDIRECT = "redirect"
    GONE = "gone"
    REFUSED = "refused"
    BROKEN_ANSWER = "broken_answer"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Target:
    """Where a webhook goes. ``host``: a name in ASCII or an address; ``path`` with its query."""

    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Pauses:
    """When a try follows a try: after ``first``, each pause three times the one before, at most ``longest``."""

    tries: int
    first: timedelta
    longest: timedelta

    def next_try(self, made: int, now: datetime) -> datetime | None:
        """When to try again after ``made`` tries, or None where it was the last."""
        if made >= self.tries:
            return None
        # Ten powers of three are beyond every longest pause; more would not fit a timedelta.
        grown: timedelta = self.first * 3 ** min(made - 1, 10)
        return now + min(grown, self.longest)


def target_of(address: str) -> Target | None:
    """Where an address leads, or None for one that no webhook may have: HTTPS only, no name and password in it."""
    if len(address) > _LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port or _HTTPS_PORT
    except ValueError:
        return None
    plain = parts.username is None and parts.password is None and "#" not in address and "\\" not in address
    if parts.scheme != "https" or not parts.hostname or not plain:
        return None
    return Target(parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def may_connect(address: str, allowed: Iterable[Network] = ()) -> bool:
    """True for an address of the public internet, or of a network that is allowed although it is not.

    Not public: loopback, private, link-local, site-local, shared, reserved, multicast, unspecified; an IPv6 address that carries
    an IPv4 one (mapped, 6to4, NAT64) is what that one is.
    """
    try:
        found = _meant(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(found in network for network in allowed):
        return True
    inside = found.is_multicast or found.is_reserved or any(found in network for network in _NOBODYS)
    return found.is_global and not inside


def outcome_of(status: int) -> Outcome:
    """What an answer's status says. 410: the recipient wants no more (Standard Webhooks)."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if 300 <= status < 400:
        return Outcome.REDIRECT
    return Outcome.GONE if status == 410 else Outcome.REFUSED


def secret_to_text(secret: bytes) -> str:
    """The secret as the recipient is shown it."""
    return _SECRET_BEGINS + b64encode(secret).decode()


def secret_from_text(text: str) -> bytes:
    """The secret in a text that ``secret_to_text`` wrote. Raises ValueError for another."""
    try:
        return b64decode(text.removeprefix(_SECRET_BEGINS), validate=True)
    except NotBase64 as problem:
        raise ValueError("not a webhook's secret") from problem


def headers(secret: bytes, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers that sign a webhook: id, time in seconds, HMAC-SHA256 over both and the body."""
    seconds = int(at.timestamp())
    signed = digest(secret, f"{message_id}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
