"""A network address in impersonal form (promise P5)."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_IPV4_PREFIX = 24
_IPV6_PREFIX = 48


def network_of(address: str) -> str:
    """The network an address belongs to: IPv4 to /24, IPv6 to /48, an IPv4-mapped address as IPv4.

    A text that is no address gives ``unknown``: it is not repeated anywhere.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    prefix = _IPV4_PREFIX if isinstance(found, IPv4Address) else _IPV6_PREFIX
    return str(ip_network((found, prefix), strict=False).network_address)
