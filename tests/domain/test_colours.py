"""Contrast as WCAG counts it."""

import pytest

from kelisim.domain.colours import contrast, is_colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0), ("#abcdef", "#abcdef", 1)],
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("text", ["", "#fff", "00605c", "#00605g", "#00605c ", "red"])
def test_what_is_no_colour(text: str) -> None:
    assert not is_colour(text)
    with pytest.raises(ValueError, match="is no colour"):
        contrast(text, "#ffffff")
