"""The check digit of a BIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.bin import bin_is_valid


@pytest.mark.parametrize(
    "text",
    [
        "220540900218",  # the Operator's: 140 mod 11 = 8
        "000020000003",  # 5 x 2 = 10 sends to the second weights: 7 x 2 = 14, mod 11 = 3
        "027132160215",
        "000000000000",
    ],
)
def test_a_right_check_digit_holds(text: str) -> None:
    assert bin_is_valid(text)


@pytest.mark.parametrize("eleven", ["06870986119", "77680075310", "77991951430"])
def test_a_number_for_which_both_sums_give_ten_is_never_issued(eleven: str) -> None:
    assert not any(bin_is_valid(f"{eleven}{last}") for last in range(10))


@given(st.text("0123456789", min_size=11, max_size=11))
def test_at_most_one_last_digit_is_right(eleven: str) -> None:
    assert sum(bin_is_valid(f"{eleven}{last}") for last in range(10)) <= 1


@pytest.mark.parametrize("text", ["220540900281", "220540900128", "225040900218", "202540900218", "220540900217"])
def test_two_neighbours_that_change_places_or_a_wrong_last_digit_show(text: str) -> None:
    assert not bin_is_valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22054090021",
        "2205409002180",
        " 220540900218",
        "22054090021a",
        "٢٢٠٥٤٠٩٠٠٢١٨",
        "²20540900218",
        "2205409002-8",
        "\ud80020540900218",
    ],
)
def test_twelve_plain_digits_are_asked_for(text: str) -> None:
    assert not bin_is_valid(text)
