"""The browser's signals: ``1`` and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.signals import asks_not_to


@pytest.mark.parametrize("header", ["1", " 1", "1\t", "1,1", "0, 1", "1,0", "x,1,y"])
def test_one_is_a_signal_alone_or_among_several_headers(header: str) -> None:
    assert asks_not_to(header)
    assert asks_not_to(None, header)
    assert asks_not_to("0", header)


@pytest.mark.parametrize(
    "header", [None, "", "0", "2", "11", "01", "1.0", "-1", "+1", "true", "yes", "1;q=1", '"1"', "?1", "\u0661", "1 1"]
)
def test_anything_else_is_none(header: str | None) -> None:
    assert not asks_not_to(header)
    assert not asks_not_to(header, None)


@given(st.lists(st.text(), max_size=4))
def test_several_headers_count_as_one_where_one_of_them_says_one(headers: list[str]) -> None:
    parts = [part.strip(" \t") for header in headers for part in header.split(",")]
    assert asks_not_to(",".join(headers)) == ("1" in parts)
