"""Recipients and their undertakings: what is good enough for the register, and which undertaking counts on a day."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Facts, Recipient, RecipientProblem, Undertaking, check_undertaking, checked

TODAY = date(2026, 11, 23)
FACTS = Facts(
    name="  Call   Centre LLP ",
    country="KZ",
    number="2205 4090 0218",
    purposes=(Purpose.SUPPORT, Purpose.CONTRACT, Purpose.SUPPORT),
    contact="privacy@callcentre.example",
)
RECIPIENT = Recipient(id=UUID(int=1), **vars(checked(FACTS)))
days = st.integers(min_value=-400, max_value=400).map(lambda number: TODAY + timedelta(days=number))
scopes = st.lists(st.sampled_from(Purpose), min_size=1, unique=True).map(tuple)
undertakings = st.builds(Undertaking, signed=days, expires=days, scope=scopes)


def test_facts_are_kept_in_one_form() -> None:
    good = checked(FACTS)
    assert (good.name, good.number) == ("Call Centre LLP", "220540900218")
    assert good.purposes == (Purpose.CONTRACT, Purpose.SUPPORT)
    assert checked(good) == good
    assert checked(replace(FACTS, country="DE", number=" hrb  12345/7 ")).number == "HRB 12345/7"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " ", "name"),
        ("name", "x" * 201, "name"),
        ("name", "a\u202eb", "name"),
        ("contact", "", "contact"),
        ("country", "Kazakhstan", "country"),
        ("country", "kz", "country"),
        ("number", "220540900219", "bin"),
        ("number", "", "bin"),
        ("purposes", (), "purposes"),
    ],
)
def test_facts_that_cannot_be_so_are_named(field: str, value: object, code: str) -> None:
    with pytest.raises(RecipientProblem) as caught:
        checked(replace(FACTS, **{field: value}))  # type: ignore[arg-type]  # one field of several kinds
    assert caught.value.code == code


@pytest.mark.parametrize("number", ["", "1", "-12", "12-", "Ж12", "1" * 41])
def test_a_number_of_another_country_is_latin_and_short(number: str) -> None:
    with pytest.raises(RecipientProblem, match="number"):
        checked(replace(FACTS, country="DE", number=number))


@given(st.lists(undertakings, max_size=5).map(tuple), days)
def test_the_last_undertaking_signed_by_the_day_counts_and_none_before_it(
    given_ones: tuple[Undertaking, ...], day: date
) -> None:
    found = replace(RECIPIENT, undertakings=given_ones).undertaking(day)
    signed = [one for one in given_ones if one.signed <= day]
    if found is None:
        assert not signed or signed[-1].expires < day
    else:
        assert found is signed[-1]
        assert found.signed <= day <= found.expires


@given(undertakings, days)
def test_an_undertaking_is_taken_only_within_its_bounds(one: Undertaking, today: date) -> None:
    wrong = {
        "signed": one.signed > today,
        "expires": one.expires < max(one.signed, today),
        "scope": not set(one.scope) <= set(RECIPIENT.purposes),
    }
    first = next((code for code, holds in wrong.items() if holds), None)
    if first is None:
        taken = check_undertaking(one, RECIPIENT, today)
        assert (taken.signed, taken.expires, set(taken.scope)) == (one.signed, one.expires, set(one.scope))
    else:
        with pytest.raises(RecipientProblem, match=first):
            check_undertaking(one, RECIPIENT, today)


def test_who_was_ended_undertakes_nothing_more() -> None:
    ended = replace(RECIPIENT, ended=TODAY)
    with pytest.raises(RecipientProblem, match="ended"):
        check_undertaking(Undertaking(TODAY, TODAY, (Purpose.SUPPORT,)), ended, TODAY)
