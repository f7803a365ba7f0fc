"""Choices as numbers: what remains of the records when their term ends, and what the desk counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kelisim.domain.choices import Choice, ChoiceMethod, ChoicePurpose
from kelisim.domain.deadlines import local_day


class Decision(StrEnum):
    """What one record says of one purpose."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Cell:
    """What records are counted by. ``day`` is the day in Almaty. Each record stands in one cell of each purpose."""

    day: date
    purpose: ChoicePurpose
    decision: Decision
    method: ChoiceMethod
    language: str


@dataclass(frozen=True)
class Tally:
    """How many records say yes, say no, or leave a purpose not asked (another was asked, or the term ended)."""

    yes: int = 0
    no: int = 0
    not_asked: int = 0


Tallies = Mapping[ChoicePurpose, Tally]


@dataclass(frozen=True)
class ChoiceCounts:
    """The records of a range of days. ``purposes`` and ``methods`` name all there are, ``days`` those with a record."""

    purposes: Tallies
    methods: Mapping[ChoiceMethod, int]
    languages: Mapping[str, int]
    days: Mapping[date, Tallies]


def cells(choice: Choice) -> tuple[Cell, ...]:
    """The cells of one record: one for each purpose."""
    return tuple(
        Cell(local_day(choice.decided_at), purpose, _decision(choice, purpose), choice.method, choice.language)
        for purpose in ChoicePurpose
    )


def summed(counted: Mapping[Cell, int]) -> ChoiceCounts:
    """The numbers of a range, from its cells."""
    days = sorted({cell.day for cell in counted})
    # Each record stands in one cell of each purpose: those of one purpose count the records.
    first = next(iter(ChoicePurpose))
    records = Counter[Cell]({cell: number for cell, number in counted.items() if cell.purpose is first})
    languages = sorted({cell.language for cell in records})
    return ChoiceCounts(
        purposes=_tallies(counted),
        methods={method: _sum(records, method=method) for method in ChoiceMethod},
        languages={language: _sum(records, language=language) for language in languages},
        days={day: _tallies({cell: number for cell, number in counted.items() if cell.day == day}) for day in days},
    )


def _decision(choice: Choice, purpose: ChoicePurpose) -> Decision:
    answer = choice.answers.get(purpose)
    return Decision.NOT_ASKED if answer is None else Decision.YES if answer else Decision.NO


def _tallies(counted: Mapping[Cell, int]) -> Tallies:
    return {
        purpose: Tally(*(_sum(counted, purpose=purpose, decision=decision) for decision in Decision))
        for purpose in ChoicePurpose
    }


def _sum(counted: Mapping[Cell, int], **wanted: object) -> int:
    return sum(
        number
        for cell, number in counted.items()
        if all(getattr(cell, name) == value for name, value in wanted.items())
    )
