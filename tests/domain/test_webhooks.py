"""Webhooks: where they may go, when they are tried again, how they are signed."""

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.webhooks import (
    Outcome,
    Pauses,
    headers,
    may_connect,
    outcome_of,
    secret_from_text,
    secret_to_text,
    target_of,
)

NOW = datetime(2026, 12, 11, 7, 0, 30, 999999, tzinfo=UTC)
PAUSES = Pauses(8, timedelta(seconds=60), timedelta(hours=12))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # nothing is bound: it is where nothing may go
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1", "2001::1", "100::1", "", "localhost",
        "1.1", "0177.0.0.1", "fec0::1", "feff::1", "192.0.0.8", "192.88.99.1", "64:ff9b:1::a00:1", "3fff::1",
        "::10.0.0.1", "::ffff:0:10.0.0.1",
    ],
)  # fmt: skip  # one table
def test_nothing_inside_is_reached(address: str) -> None:
    assert not may_connect(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "95.56.234.1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_public_internet_is(address: str) -> None:
    assert may_connect(address)


@given(st.ip_addresses())
def test_what_is_not_global_is_reached_only_where_its_network_is_allowed(address: object) -> None:
    text = str(address)
    if may_connect(text):
        assert ip_address(text).is_global
    assert may_connect(text, [ip_network("0.0.0.0/0"), ip_network("::/0")])
    assert may_connect(text, [ip_network("10.0.0.0/8")]) in {True, may_connect(text)}


@pytest.mark.parametrize(
    ("address", "host", "port", "path"),
    [
        ("https://crm.example", "crm.example", 443, "/"),
        ("https://CRM.example:8443/in?x=1", "crm.example", 8443, "/in?x=1"),
        ("https://[2a00::1]/", "2a00::1", 443, "/"),
    ],
)
def test_an_address_over_https_leads_to_its_target(address: str, host: str, port: int, path: str) -> None:
    target = target_of(address)
    assert target is not None
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    "address",
    [
        "", "http://crm.example/", "ftp://crm.example", "//crm.example", "https://", "https:///in",
        "https://user@crm.example/", "https://user:pass@crm.example/", "https://crm.example/#x",
        "https://crm.example:99999/", "https://crm.example:x/", "https://crm example/", "https://crm.example\\@x/",
        "https://crm.example/\r\nHost: x", "https://жұмыс.example/", "https://crm.example/" + "a" * 500, "https://[::1",
    ],
)  # fmt: skip  # one table
def test_any_other_address_leads_nowhere(address: str) -> None:
    assert target_of(address) is None


@given(st.integers(1, 40), st.integers(1, 30), st.integers(5, 3600), st.integers(1, 48))
def test_pauses_grow_to_the_longest_and_end(made: int, tries: int, first: int, longest: int) -> None:
    pauses = Pauses(tries, timedelta(seconds=first), timedelta(hours=longest))
    soon, later = pauses.next_try(made, NOW), pauses.next_try(made + 1, NOW)
    if made >= tries:
        assert soon is None
    else:
        assert soon is not None
        assert timedelta(0) < soon - NOW <= timedelta(hours=longest)
        assert later is None or later >= soon


def test_the_pauses_of_the_default_settings() -> None:
    waits = [found - NOW for made in range(1, 8) if (found := PAUSES.next_try(made, NOW)) is not None]
    assert [int(wait.total_seconds()) for wait in waits] == [60, 180, 540, 1620, 4860, 14580, 43200]


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=200))
def test_the_signature_is_that_of_standard_webhooks(secret: bytes, body: bytes) -> None:
    signed = headers(secret, "msg_1", NOW, body)
    assert signed["webhook-timestamp"] == str(int(NOW.timestamp()))
    expected = hmac.new(secret, f"msg_1.{int(NOW.timestamp())}.".encode() + body, "sha256").digest()
    assert signed["webhook-signature"] == f"v1,{b64encode(expected).decode()}"
    text = secret_to_text(secret)
    assert text.startswith("whsec_")
    assert secret_from_text(text) == b64decode(text.removeprefix("whsec_")) == secret


def test_the_example_of_the_specification() -> None:
    secret = secret_from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ValueError, match="not a webhook"):
        secret_from_text("whsec_@@")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED), (204, Outcome.DELIVERED), (301, Outcome.REDIRECT), (308, Outcome.REDIRECT),
        (400, Outcome.REFUSED), (410, Outcome.GONE), (500, Outcome.REFUSED), (101, Outcome.REFUSED),
    ],
)  # fmt: skip  # one table
def test_only_a_good_status_is_an_arrival(status: int, outcome: Outcome) -> None:
    assert outcome_of(status) is outcome
