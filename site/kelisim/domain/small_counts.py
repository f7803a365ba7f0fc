"""Small counts are not told: a count under five says "<5", and no total gives it away.

The rule looks only at what whoever knows the total could work out. Where small counts are hidden, the largest ones are
told as a range that is wide enough, until each small count could still be several numbers; where that is not possible,
the parts are not told at all.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

FEW = 5
_MOST_SMALL = FEW - 1
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Told:
    """A count as it is told: between ``least`` and ``most``, both included; the same where it is told exactly."""

    least: int
    most: int

    @property
    def exact(self) -> int | None:
        """The count, where it is told."""
        return self.least if self.least == self.most else None

    @property
    def is_small(self) -> bool:
        """True for what says "<5"."""
        return (self.least, self.most) == (1, _MOST_SMALL)


SMALL = Told(1, _MOST_SMALL)


def told(count: int) -> Told:
    """One count by itself. Nothing is not a small count: it is nobody's."""
    return SMALL if 0 < count < FEW else Told(count, count)


def total(counts: Mapping[Key, int]) -> Told:
    """The total of a row whose members are told one by one: exact where no small member can be worked out from it."""
    small = [count for count in counts.values() if 0 < count < FEW]
    hidden, number = sum(small), len(small)
    everything = sum(counts.values())
    if not small or number + _MOST_SMALL - 1 <= hidden <= _MOST_SMALL * number - _MOST_SMALL + 1:
        return Told(everything, everything)
    return Told(everything - hidden + number, everything - hidden + _MOST_SMALL * number)


def members(counts: Mapping[Key, int]) -> tuple[Mapping[Key, Told], Told]:
    """The members of a row and their total.

    All by themselves under an exact total, where that gives none away. Else the largest as a range: under the exact total,
    where the others leave it room, or under a total that is a range too.
    """
    alone, whole = {key: told(count) for key, count in counts.items()}, total(counts)
    large = sorted((key for key, count in counts.items() if count >= FEW), key=lambda key: -counts[key])
    if whole.exact is not None or not large:
        return alone, whole
    small = [key for key, count in counts.items() if 0 < count < FEW]
    pool = counts[large[0]] + sum(counts[key] for key in small)
    next_largest = max(FEW, *(counts[key] for key in large[1:]), FEW)
    room = pool - _MOST_SMALL * len(small)
    if room > next_largest:
        return {**alone, large[0]: Told(room, pool - len(small))}, told(sum(counts.values()))
    # Here the largest is below this, whatever the small ones are.
    most = next_largest + (_MOST_SMALL - 1) * len(small)
    seen = sum(counts[key] for key in large[1:])
    whole = Told(seen + next_largest + len(small), seen + most + _MOST_SMALL * len(small))
    return {**alone, large[0]: Told(next_largest, most)}, whole


def parts(counts: Mapping[Key, int]) -> Mapping[Key, Told] | None:
    """The parts of a total that is told. None: there are too few to tell them apart."""
    small = [key for key, count in counts.items() if 0 < count < FEW]
    if not small:
        return {key: Told(count, count) for key, count in counts.items()}
    # The largest first; of equals the one that stands first.
    large = sorted((key for key, count in counts.items() if count >= FEW), key=lambda key: -counts[key])
    most_hidden = _MOST_SMALL * len(small)
    for blurred in range(1, len(large) + 1):
        pool = sum(counts[key] for key in (*small, *large[:blurred]))
        floor = max([FEW, *(counts[key] for key in large[blurred:])])
        if pool - most_hidden >= blurred * floor + blurred:
            least = pool - most_hidden if blurred == 1 else floor
            ranges = Told(least, pool - len(small) - (blurred - 1) * floor)
            return {
                key: SMALL if key in small else ranges if key in large[:blurred] else Told(count, count)
                for key, count in counts.items()
            }
    return None
