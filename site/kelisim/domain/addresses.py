"""A network address in impersonal form (promise P5)."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_IPV4_PREFIX = 24
_IPV6_PREFIX = 48


def network_of(address: str) -> str:
    """The network an address belongs to: IPv4 to /24, IPv6 to /48, an IPv4-mapped address as IPv4.

    So is one of 6to4 (RFC 3056): its first 48 bits hold the whole IPv4 address.

    A text that is no address gives ``unknown``: it is not repeated anywhere.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    prefix = _IPV4_PREFIX if isinstance(found, IPv4Address) else _IPV6_PREFIX
    return str(ip_network((found, prefix), strict=False).network_address)
