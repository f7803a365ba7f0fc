"""Phone numbers: any common way of writing, one stored form."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.phones import PhoneProblem, masked_phone, parse_phone, spaced_phone
from tests.support.people import PEOPLE, Person

LONGEST = 40
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("0123456789+()- ./\u00a0"), max_size=30),
    st.from_regex(r"(\+7|8|7|00 7) ?\(?7[0-9]{2}\)? ?[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{2}", fullmatch=True),
    st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
)


def problem(text: str) -> str:
    with pytest.raises(PhoneProblem) as caught:
        parse_phone(text, LONGEST)
    assert str(caught.value) == caught.value.code
    return caught.value.code


def parsed(text: str) -> tuple[str | None, str]:
    try:
        return parse_phone(text, LONGEST), ""
    except PhoneProblem as found:
        return None, found.code


@pytest.mark.parametrize("person", PEOPLE)
def test_a_real_number_is_stored_in_e164(person: Person) -> None:
    assert parse_phone(person.phone, LONGEST) == person.e164


@pytest.mark.parametrize(
    "typed",
    ["8 701 123 45 67", "+7 701 123 45 67", "+77011234567", "87011234567", "7 701 123 45 67", "77011234567", "7011234567",
     "8(701)123-45-67", "8-701-123-45-67", "+7.701.123.4567", " 8 701 1234567 ", "00 7 701 123 45 67", "0077011234567",
     "+7 (701) 123–45–67", "８ ７０１ １２３ ４５ ６７", "＋7（701）123－45－67", "٨ ٧٠١ ١٢٣ ٤٥ ٦٧", "8\u00a0701\u202f123\u20094567",
     "+ 7 701 123 45 67", "8 701 123 45 67 "],
)  # fmt: skip  # a list to read, not a column
def test_one_number_of_kazakhstan_written_in_many_ways_is_the_same(typed: str) -> None:
    assert parse_phone(typed, LONGEST) == "+77011234567"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \t\u00a0", "empty"),
        ("8" * 41, "long"),
        ("8" * 10_000, "long"),
        ("8 701\u200e 123 45 67", "hidden"),
        ("\u202d+77011234567\u202c", "hidden"),
        ("8701\x001234567", "hidden"),
        (f"8701{chr(0xD800)}1234567", "hidden"),
        ("8701\ufffd1234567", "hidden"),
        ("8 701 CALL ME", "signs"),
        ("+7 701 123 45 67 ext. 5", "signs"),
        ("8 701 123 45 67;ext=5", "signs"),
        ("👍", "signs"),
        ("' OR 1=1", "signs"),
        ("<script>", "signs"),
        ("8 701 123*45*67", "signs"),
        ("8 701 123 45 6½", "signs"),
        ("8", "short"),
        ("8 701", "short"),
        ("8 701 123", "short"),
        ("+7 701 123", "short"),
        ("+", "short"),
        ("---", "short"),
        ("00", "short"),
        ("+999 123 456 789", "number"),
        ("8 701 123 45 67 89", "number"),
        ("+7 000 123 45 67", "number"),
        ("8 701 123 45 67 / 8 702 123 45 67", "number"),
    ],
)
def test_each_mistake_has_its_name(text: str, code: str) -> None:
    assert problem(text) == code


def test_the_limit_counts_what_was_typed_without_the_space_around_it() -> None:
    typed = "8 701" + " " * 26 + "123 45 67"
    assert len(typed) == LONGEST
    assert parse_phone(f"  {typed} ", LONGEST) == "+77011234567"
    assert problem(typed.replace("701", "701 ")) == "long"


@given(TEXTS)
def test_any_text_is_a_number_in_e164_or_a_named_problem(text: str) -> None:
    phone, code = parsed(text)
    if phone is None:
        assert code in {"empty", "long", "hidden", "signs", "short", "number"}
        return
    assert re.fullmatch(r"\+[1-9][0-9]{3,14}", phone)
    assert phonenumbers.is_valid_number(phonenumbers.parse(phone))
    assert parse_phone(phone, LONGEST) == phone
    assert parse_phone(spaced_phone(phone), LONGEST) == phone


@given(st.from_regex(r"7[0-9]{9}", fullmatch=True))
def test_eight_and_plus_seven_begin_the_same_number(national: str) -> None:
    assert parsed(f"8{national}") == parsed(f"+7{national}")


@pytest.mark.parametrize(
    ("phone", "masked", "spaced"),
    [
        ("+77011234567", "+7 ••• •• 67", "+7 701 123 4567"),
        ("+35312345678", "+353 ••• •• 78", "+353 1 234 5678"),
        ("+14045552671", "+1 ••• •• 71", "+1 404-555-2671"),
    ],
)
def test_a_mask_shows_the_country_and_two_digits(phone: str, masked: str, spaced: str) -> None:
    assert masked_phone(phone) == masked
    assert spaced_phone(phone) == spaced
