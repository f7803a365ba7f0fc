"""The class of an operator of personal data, by how many people's data it holds."""

from dataclasses import dataclass
from enum import StrEnum


class SizeClass(StrEnum):
    """The classes of the rules on protection: other duties begin where one ends."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True)
class People:
    """How many people at most. ``uncounted``: records not told apart yet, each of which counts as a person.

    ``small`` and ``medium``: the limits of these classes, which settings name.
    """

    known: int
    uncounted: int
    small: int
    medium: int

    @property
    def at_most(self) -> int:
        """The number that counts: never too low."""
        return self.known + self.uncounted

    @property
    def size(self) -> SizeClass:
        """The class. The limit itself still belongs to the lower one."""
        if self.at_most <= self.small:
            return SizeClass.SMALL
        return SizeClass.MEDIUM if self.at_most <= self.medium else SizeClass.LARGE
