"""A range is cut into days, weeks or months without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.spans import LONGEST_RANGE, RangeProblem, checked, cut

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(DAYS, st.integers(1, LONGEST_RANGE))
def test_the_spans_of_a_range_are_its_days_each_once(first: date, length: int) -> None:
    whole = checked(first, first + timedelta(days=length - 1))
    spans = cut(whole)
    assert [day for span in spans for day in span.days] == list(whole.days)
    assert len(spans) <= 62


@pytest.mark.parametrize("length", [0, -5, LONGEST_RANGE + 1])
def test_a_range_that_cannot_be_shown_is_refused(length: int) -> None:
    with pytest.raises(RangeProblem):
        checked(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=length - 1))
