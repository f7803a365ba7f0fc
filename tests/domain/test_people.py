"""The class of an operator of personal data: the limit belongs to the lower one, and the count is never too low."""

import pytest

from kelisim.domain.people import People, SizeClass


@pytest.mark.parametrize(
    ("known", "uncounted", "size"),
    [
        (0, 0, SizeClass.SMALL),
        (9_000, 1_000, SizeClass.SMALL),
        (9_000, 1_001, SizeClass.MEDIUM),
        (500_000, 0, SizeClass.MEDIUM),
        (500_000, 1, SizeClass.LARGE),
    ],
)
def test_the_class_by_how_many_people_at_most(known: int, uncounted: int, size: SizeClass) -> None:
    counted = People(known, uncounted, 10_000, 500_000)
    assert (counted.size, counted.at_most) == (size, known + uncounted)
