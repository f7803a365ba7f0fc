"""The last day a submission is kept."""

from datetime import date

from kelisim.domain.retention import kept_until


def test_a_term_ends_on_the_day_of_sending_some_years_later() -> None:
    assert kept_until(date(2026, 11, 22), 3) == date(2029, 11, 22)
    assert kept_until(date(2028, 2, 29), 3) == date(2031, 2, 28)
    assert kept_until(date(2028, 2, 29), 4) == date(2032, 2, 29)
