"""The last day a submission is kept."""

from dataclasses import replace
from datetime import date

from kelisim.domain.retention import kept_until
from tests.domain.test_statements import STATED


def test_a_term_ends_on_the_day_of_sending_the_stated_years_later() -> None:
    assert kept_until(date(2026, 11, 22), STATED) == date(2029, 11, 22)
    assert kept_until(date(2028, 2, 29), STATED) == date(2031, 2, 28)
    assert kept_until(date(2028, 2, 29), replace(STATED, years=4)) == date(2032, 2, 29)
