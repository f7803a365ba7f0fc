"""Whoever knows the rule, the total and all that is told can still not say what a small count is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.small_counts import FEW, SMALL, Told, members, parts, told, total

COUNTS = st.dictionaries(st.integers(0, 12), st.integers(0, 40), max_size=8)


def test_a_count_under_five_is_small_and_nothing_is_not() -> None:
    assert [told(count) for count in (0, 1, 4, 5)] == [Told(0, 0), SMALL, SMALL, Told(5, 5)]
    assert (told(5).exact, SMALL.exact, SMALL.is_small) == (5, None, True)


def splits(whole: int, into: int) -> Iterator[tuple[int, ...]]:
    if into == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in splits(whole - first, into - 1):
            yield (first, *rest)


@pytest.mark.parametrize(("into", "most"), [(2, 50), (3, 28), (4, 17)])
def test_every_small_part_could_be_at_least_two_numbers(into: int, most: int) -> None:
    """All splits of each total, put together by what is told of them: the tries of whoever knows the rule."""
    for whole in range(FEW, most):
        alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
        for split in splits(whole, into):
            said = parts(dict(enumerate(split)))
            alike[None if said is None else tuple(said.values())].append(split)
        for said, candidates in alike.items():
            for place in range(into):
                if said is None or said[place] == SMALL:  # type: ignore[index]  # a tuple, as made above
                    assert len({split[place] for split in candidates}) >= 2, (whole, said)


@pytest.mark.parametrize(("into", "most"), [(2, 50), (3, 28), (4, 17)])
def test_every_small_member_could_be_at_least_two_numbers(into: int, most: int) -> None:
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for whole in range(most + 12):  # a total may be a range: the splits of its neighbours belong to it
        for split in splits(whole, into):
            said, total_said = members(dict(enumerate(split)))
            alike[tuple(said.values()), total_said].append(split)
    for (said, total_said), candidates in alike.items():  # type: ignore[misc]  # the keys are the tuples made above
        for place in range(into):
            if said[place] == SMALL and total_said.most < most:
                assert len({split[place] for split in candidates}) >= 2, (said, total_said)


@given(COUNTS)
def test_what_is_told_is_true_and_no_small_count_is_told(counts: Mapping[int, int]) -> None:
    said = parts(counts)
    for key, count in counts.items() if said is not None else ():
        assert said is not None
        assert said[key].least <= count <= said[key].most
        assert said[key].is_small == (0 < count < FEW)
        assert said[key].exact is None or said[key].exact == count
    told_members, whole = members(counts)
    assert all(told_members[key].least <= count <= told_members[key].most for key, count in counts.items())
    assert whole.least <= sum(counts.values()) <= whole.most
    assert total(counts).least <= sum(counts.values()) <= total(counts).most


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_a_total_leaves_each_small_member_all_four_numbers(members: list[int]) -> None:
    counts = dict(enumerate(members))
    said = total(counts)
    small = [key for key, count in counts.items() if 0 < count < FEW]
    seen = sum(count for count in members if not 0 < count < FEW)
    for _ in small:
        for number in range(1, FEW):
            others = len(small) - 1
            # Some choice of the other small ones brings the total within what was told.
            assert seen + number + others <= said.most
            assert seen + number + others * (FEW - 1) >= said.least


def test_the_shapes_of_what_is_told() -> None:
    assert parts({"ru": 60, "kk": 38, "en": 0}) == {"ru": Told(60, 60), "kk": Told(38, 38), "en": Told(0, 0)}
    assert parts({"ru": 60, "kk": 30, "en": 2}) == {"ru": Told(58, 61), "kk": Told(30, 30), "en": SMALL}
    assert parts({"ru": 6, "kk": 3}) is None
    assert parts({}) == {}
    assert members({1: 3, 2: 40}) == ({1: SMALL, 2: Told(39, 42)}, Told(43, 43))
    assert members({1: 3, 2: 8, 3: 8}) == ({1: SMALL, 2: Told(8, 11), 3: Told(8, 8)}, Told(17, 23))
    assert total({1: 3, 2: 40}) == Told(41, 44)
    assert total(dict.fromkeys(range(30), 2)) == Told(60, 60)
    assert total({1: 1, 2: 1}) == Told(2, 8)
