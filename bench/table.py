"""The table the bench prints: medians of rounds, their spread, the goals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Row:
    """One measured thing, a figure per round. ``goal`` None: shown for the record."""

    name: str
    unit: str = ""
    goal: float | None = None
    at_least: bool = True
    figures: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.figures)

    def verdict(self) -> str:
        """The goal and whether the median meets it."""
        if self.goal is None:
            return ""
        met = self.middle >= self.goal if self.at_least else self.middle <= self.goal
        return f"{'>=' if self.at_least else '<='} {_short(self.goal)}  {'met' if met else 'MISSED'}"


class Table:
    """Rows by name, in the order they first came."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = {row.name: row for row in rows}

    def add(self, name: str, figure: float) -> None:
        """Add one round's figure."""
        self._rows[name].figures.append(figure)

    def print(self, say: Callable[[str], None] = print) -> None:
        """Say the table in plain text."""
        say(f"{'':44}{'median':>9}{'min':>9}{'max':>9}  {'':10}goal")
        for row in self._rows.values():
            figures = (row.middle, min(row.figures), max(row.figures))
            numbers = "".join(f"{_short(figure):>9}" for figure in figures)
            say(f"{row.name:44}{numbers}  {row.unit:10}{row.verdict()}".rstrip())


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
