"""What is kept of a visit: a host, a coarse device, and nothing that could be an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.visits import DIRECT, Device, device_of, source_of

OWN = "consent.example.kz"


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("https://www.google.com/search?q=%D0%90%D0%B9%D0%B3%D0%B5%D1%80%D1%96%D0%BC", "google.com"),
        ("https://user:secret@News.Example.KZ:8443/a#b", "news.example.kz"),
        ("android-app://org.telegram.messenger/", "org.telegram.messenger"),
        ("https://қазақ.example/жол", "xn--80aau21bd.example"),
        (f"https://{OWN}/consent", DIRECT),
        ("https://203.0.113.77/x", DIRECT),
        ("https://[2001:db8::1]/x", DIRECT),
        ("https://0x7f.1/", DIRECT),
        ("http://intranet/x", DIRECT),
        ("https://" + "a" * 99 + ".kz/", DIRECT),
        ("https://[broken/", DIRECT),
        ("x" * 5000, DIRECT),
        ("", DIRECT),
        (None, DIRECT),
    ],
)
def test_of_a_referrer_the_host_alone_is_kept(referrer: str | None, source: str) -> None:
    assert source_of(referrer, OWN) == source


@given(st.text(max_size=60), st.ip_addresses())
def test_no_referrer_breaks_it_or_brings_an_address(text: str, address: object) -> None:
    for referrer in (text, f"https://{text}/", f"https://{address}/{text}", f"https://[{address}]:1/"):
        found = source_of(referrer, OWN)
        assert len(found) <= 100
        assert str(address) not in found


@pytest.mark.parametrize(
    ("agent", "hint", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36", "?1", "phone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1", None, "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1", None, "tablet"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/140 Safari/537.36", "?0", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36", "?0", "computer"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", None, "computer"),
        ("", None, "other"),
        ("curl/8.0", "?1", "phone"),
    ],
)
def test_the_device_is_coarse(agent: str, hint: str | None, device: str) -> None:
    assert device_of(agent, hint) is Device(device)
