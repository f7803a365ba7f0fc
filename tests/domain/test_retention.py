"""How long a submission is kept, and what moves or stops its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.purposes import Purpose
from kelisim.domain.retention import Life, goes_on, is_ripe, kept_until, term_end

DAYS = some.dates(date(2024, 1, 1), date(2040, 12, 31))
YEARS = some.fixed_dictionaries({purpose: some.integers(1, 10) for purpose in Purpose})
LIVES = some.builds(
    Life,
    state=some.sampled_from(State),
    consent=some.sampled_from(ConsentState),
    given=DAYS,
    purposes=some.lists(some.sampled_from(Purpose), unique=True).map(tuple),
    promised=some.none() | YEARS,
    years_from_sending=some.none() | some.integers(1, 10),
    contacts=some.dictionaries(some.sampled_from(Purpose), DAYS),
    ended=some.none() | DAYS,
    kept_until=some.none() | DAYS,
    asked=some.booleans(),
)


def test_a_term_ends_some_years_later() -> None:
    assert kept_until(date(2026, 11, 22), 3) == date(2029, 11, 22)
    assert kept_until(date(2028, 2, 29), 3) == date(2031, 2, 28)
    assert kept_until(date(2028, 2, 29), 4) == date(2032, 2, 29)


@given(LIVES, YEARS, DAYS, some.none() | DAYS, some.integers(0, 30))
def test_what_is_blocked_or_asked_about_is_never_ripe(
    life: Life, years: Mapping[Purpose, int], today: date, shown: date | None, grace: int
) -> None:
    for held in (replace(life, state=State.BLOCKED), replace(life, asked=True)):
        assert goes_on(held, years) is None
        assert not is_ripe(goes_on(held, years), shown, today, grace)


@given(LIVES, YEARS)
def test_a_decision_to_keep_always_holds_and_never_brings_the_end_nearer(
    life: Life, years: Mapping[Purpose, int]
) -> None:
    free = goes_on(replace(life, kept_until=None), years)
    kept = goes_on(life, years)
    assert (free is None) is (kept is None)
    if free is not None and kept is not None and life.kept_until is not None:
        assert kept > life.kept_until
        assert kept >= free


@given(LIVES, YEARS, YEARS)
def test_no_setting_makes_a_term_longer_than_it_was_promised(
    life: Life, years: Mapping[Purpose, int], promised: Mapping[Purpose, int]
) -> None:
    told = replace(life, promised=promised)
    assert term_end(told, years) <= term_end(told, promised)


@given(LIVES, YEARS, some.sampled_from(Purpose), DAYS)
def test_only_a_contact_for_a_purpose_of_the_consent_counts_anew(
    life: Life, years: Mapping[Purpose, int], purpose: Purpose, day: date
) -> None:
    before = term_end(life, years)
    called = replace(life, contacts={**life.contacts, purpose: max(day, life.contacts.get(purpose, day))})
    after = term_end(called, years)
    assert after >= before
    counts = life.promised is not None and purpose in (life.purposes or (Purpose.FEEDBACK,))
    assert counts or after == before


@given(DAYS, DAYS, DAYS, some.integers(0, 30))
def test_nothing_goes_before_it_was_shown_for_the_grace(due: date, shown: date, today: date, grace: int) -> None:
    assert is_ripe(due, shown, today, grace) is (today >= due and today - shown >= timedelta(days=grace))
    assert not is_ripe(due, None, today, grace)
