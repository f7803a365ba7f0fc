"""An address is only ever known as its network (promise P5)."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("::ffff:cb00:714d", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.77%1", "203.0.113.0"),
        ("2002:cb00:714d:1::7", "203.0.113.0"),
        ("127.0.0.1", "127.0.0.0"),
        ("::1", "::"),
        ("2001:DB8:85A3:FFFF::1", "2001:db8:85a3::"),
    ],
)
def test_an_address_becomes_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    "text", ["", "unknown", "203.0.113", "203.0.113.77:443", "203.0.113.077", "a name", "\ud800", "1" * 10_000, "%eth0"]
)
def test_what_is_no_address_is_not_repeated(text: str) -> None:
    assert network_of(text) == "unknown"


@given(st.ip_addresses(v=4).map(str))
def test_the_last_of_four_numbers_never_shows(address: str) -> None:
    assert network_of(address) == address.rpartition(".")[0] + ".0"


@given(st.ip_addresses(v=6).filter(lambda found: found.ipv4_mapped is None and found.sixtofour is None))
def test_of_a_long_address_only_the_first_48_bits_show(address: object) -> None:
    network = ip_address(network_of(str(address)))
    assert int(network) % (1 << 80) == 0
    assert ip_address(str(address)) in ip_network((network, 48))


@given(st.ip_addresses())
def test_a_network_is_its_own_network(address: object) -> None:
    assert network_of(network_of(str(address))) == network_of(str(address))
