"""A browser's signal as it comes over the wire: once, several times, in both versions of HTTP."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("headers", "asks_not_to"),
    [
        ([("Sec-GPC", "1")], True),
        ([("Sec-GPC", "0"), ("Sec-GPC", "1")], True),
        ([("sec-gpc", "1"), ("SEC-GPC", "1"), ("Sec-GPC", "0")], True),
        ([("DNT", "0"), ("DNT", "1")], True),
        ([("Sec-GPC", "0"), ("DNT", "1")], True),
        ([("Sec-GPC", "0"), ("Sec-GPC", "0")], False),
        ([("Sec-GPC", "1;"), ("DNT", "11")], False),
        ([], False),
    ],
    ids=str,
)
def test_several_headers_of_a_signal_count_as_one(
    client: httpx.Client, headers: list[tuple[str, str]], asks_not_to: bool
) -> None:
    for path in ("/", "/cookies"):
        page = client.get(path, headers=headers).text
        assert ("data-asks" not in page) == asks_not_to
        assert ("cookies-title" in page) == (path == "/" and not asks_not_to)
        assert ("Your browser asks us not to" in page) == (path == "/cookies" and asks_not_to)
