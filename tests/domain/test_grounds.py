"""Closed lists of grounds, each with its article or knowingly without; a decision to keep data."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.grounds import (
    KEEPING_ARTICLES,
    REFUSAL_ARTICLES,
    Keeping,
    KeepingGround,
    KeepingProblem,
    RefusalGround,
)
from kelisim.domain.rights import RIGHTS, RequestKind

DAYS = st.dates(date(2023, 1, 1), date(2040, 1, 1))


def test_each_ground_has_its_article_or_is_a_fact() -> None:
    assert list(REFUSAL_ARTICLES) == list(RefusalGround)
    assert list(KEEPING_ARTICLES) == list(KeepingGround)
    assert {ground for ground, article in REFUSAL_ARTICLES.items() if article is None} == {RefusalGround.NO_DATA}
    for article in (*filter(None, REFUSAL_ARTICLES.values()), *KEEPING_ARTICLES.values()):
        assert re.fullmatch(r"[1-9]\d?(\(\d\))*", article)


def test_what_refuses_a_withdrawal_is_a_ground_to_keep_the_data() -> None:
    about_the_person = {RefusalGround.IDENTITY_NOT_CONFIRMED, RefusalGround.NO_DATA}
    for ground in RIGHTS[RequestKind.WITHDRAW].refusals - about_the_person:
        assert KEEPING_ARTICLES[KeepingGround(ground.value)] == REFUSAL_ARTICLES[ground]


@given(st.sampled_from(KeepingGround), DAYS, st.integers(0, 4000), DAYS)
def test_a_decision_stands_from_its_day_to_its_last(
    ground: KeepingGround, decided: date, days: int, today: date
) -> None:
    until = decided + timedelta(days)
    keeping = Keeping(ground, "operator:3", decided, until)
    assert keeping.stands(today) is (decided <= today <= until)
    assert keeping.stands(decided)
    assert keeping.stands(until)


@pytest.mark.parametrize(
    ("author", "until", "code"), [(" ", date(2027, 1, 1), "author"), ("operator:3", date(2026, 11, 21), "term")]
)
def test_a_decision_needs_an_author_and_a_term(author: str, until: date, code: str) -> None:
    with pytest.raises(KeepingProblem) as caught:
        Keeping(KeepingGround.UNFULFILLED_OBLIGATION, author, date(2026, 11, 22), until)
    assert caught.value.code == code
