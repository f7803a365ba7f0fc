"""Choices as numbers: each record once in each purpose, by its day in Almaty."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.choice_counts import Cell, Decision, Tally, cells, summed
from kelisim.domain.choices import Choice, ChoiceMethod, ChoicePurpose, decide

CONVENIENCE, STATISTICS, ADDRESS = ChoicePurpose
LATE = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
CHOICES = st.builds(
    decide,
    st.dictionaries(st.sampled_from(ChoicePurpose), st.booleans()),
    receipt_id=st.just("a1"),
    method=st.sampled_from(ChoiceMethod),
    language=st.sampled_from(["kk", "ru", "en"]),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis takes bounds without a zone
    days=st.just(182),
)


def test_a_record_stands_in_one_cell_of_each_purpose_on_its_day_in_almaty() -> None:
    choice = decide(
        {STATISTICS: True, ADDRESS: False},
        receipt_id="a1",
        method=ChoiceMethod.PAGE,
        language="kk",
        now=LATE,
        days=182,
    )
    day = date(2026, 11, 23)
    assert cells(choice) == (
        Cell(day, CONVENIENCE, Decision.NOT_ASKED, ChoiceMethod.PAGE, "kk"),
        Cell(day, STATISTICS, Decision.YES, ChoiceMethod.PAGE, "kk"),
        Cell(day, ADDRESS, Decision.NO, ChoiceMethod.PAGE, "kk"),
    )


@given(st.lists(CHOICES, max_size=8))
def test_the_sums_are_the_records(choices: list[Choice]) -> None:
    found = summed(Counter(cell for choice in choices for cell in cells(choice)))
    for purpose, tally in found.purposes.items():
        yes = sum(choice.answers.get(purpose) is True for choice in choices)
        no = sum(choice.answers.get(purpose) is False for choice in choices)
        assert tally == Tally(yes, no, len(choices) - yes - no)
        assert tally.yes == sum(tallies[purpose].yes for tallies in found.days.values())
    assert found.methods == {method: sum(choice.method is method for choice in choices) for method in ChoiceMethod}
    assert sum(found.languages.values()) == len(choices)


def test_nothing_is_zeros_by_name() -> None:
    found = summed({})
    assert found.purposes == dict.fromkeys(ChoicePurpose, Tally())
    assert found.methods == dict.fromkeys(ChoiceMethod, 0)
    assert (found.languages, found.days) == ({}, {})
