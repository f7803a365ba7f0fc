"""Colours as the style sheet has them, and whether words in one can be read on another (WCAG 2.2, 1.4.3)."""

import re
from dataclasses import dataclass

# The least contrast of words of usual size.
LEAST_CONTRAST = 4.5
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


@dataclass(frozen=True)
class Scheme:
    """A scheme of the style sheet: its accent, and the grounds that words in the accent stand on."""

    name: str
    accent: str
    grounds: tuple[str, ...]


LIGHT = Scheme("light", "#00605c", ("#f5f6f2", "#ffffff", "#e3eeea"))
DARK = Scheme("dark", "#7ad6c9", ("#101514", "#1a211f", "#22322f"))


def is_colour(text: str) -> bool:
    """True for ``#rrggbb``."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). Each must be a colour."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(accent: str, scheme: Scheme) -> float:
    """The contrast of an accent on the ground of the scheme where it is read worst."""
    return min(contrast(accent, ground) for ground in scheme.grounds)


def _luminance(colour: str) -> float:
    found = _HEX.fullmatch(colour)
    if found is None:
        raise ValueError(f"{colour!r} is no colour")
    red, green, blue = (_linear(int(part, 16) / 255) for part in found.groups())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
