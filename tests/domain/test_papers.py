"""Consents on paper: the number of the sheet, and the text that was in force on the day of the signature."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.deadlines import day_begins, local_day
from kelisim.domain.documents import Document, Kind, Library
from kelisim.domain.papers import PaperProblem, inventory_number, names_person, signed_under
from kelisim.domain.submissions import PersonalData

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERSONAL = PersonalData("Айгерім", "Сейтқали", "+77011234567")


def library(*consents: date, policy: date) -> Library:
    texts = [Document(Kind.CONSENT, str(day), day, "kk", "x", "x") for day in consents]
    return Library([*texts, Document(Kind.POLICY, "p", policy, "kk", "x", "x")])


@pytest.mark.parametrize(
    ("typed", "kept"), [(" pd-2026-17 ", "PD-2026-17"), ("пд-7", "ПД-7"), ("Қ-12", "Қ-12"), ("0", "0")]
)
def test_a_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert inventory_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "empty"), ("x" * 33, "long"), ("PD 17", "signs"), ("-17", "signs"), ("PD-", "signs"), ("<b>", "signs"),
     ("PD/17", "signs"), ("عقد-1", "signs"), ("²", "signs"), ("A\u202e1", "signs")],
)  # fmt: skip  # one case a pair
def test_a_number_is_no_free_text(typed: str, code: str) -> None:
    with pytest.raises(PaperProblem) as refused:
        inventory_number(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("number", ["87011234567", "PD-1234567", "701-123-45-67", "СЕЙТҚАЛИ-1", "А-Й-Г-Е-Р-І-М"])
def test_a_number_that_names_the_person_is_seen(number: str) -> None:
    assert names_person(number, PERSONAL)


@pytest.mark.parametrize("number", ["PD-2026-17", "123456", "СЕЙТ-7", "А-1"])
def test_a_number_of_its_own_names_nobody(number: str) -> None:
    assert not names_person(number, PERSONAL)


@given(first=DAYS, second=DAYS, day=DAYS, today=DAYS, policy=DAYS)
def test_a_paper_stands_on_what_was_in_force_on_its_day_or_on_nothing(
    first: date, second: date, day: date, today: date, policy: date
) -> None:
    shelf = library(first, second, policy=policy)
    allowed = []
    for revision in {str(first), str(second)}:
        try:
            found = signed_under(shelf, revision, "kk", day, today)
        except PaperProblem as problem:
            if problem.code == "future":
                assert day > today
            elif problem.code == "early":
                assert day < min(first, second)
            continue
        allowed.append(revision)
        assert found.consent == shelf.in_force(Kind.CONSENT, "kk", day)
        assert found.policy_later is (policy > day)
    assert len(allowed) == (min(first, second) <= day <= today)


@given(DAYS)
def test_the_day_of_the_signature_comes_back_from_its_moment(day: date) -> None:
    assert local_day(day_begins(day)) == day
    assert local_day(day_begins(day) - timedelta(microseconds=1)) == day - timedelta(days=1)
