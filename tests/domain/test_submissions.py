"""The three fields, the record's id, the reference and the secret."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.submissions import (
    PERSONAL_FIELDS,
    REFERENCE_SIGNS,
    PersonalData,
    is_reference,
    record_id,
    reference_from,
    secret_from_text,
    secret_to_text,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


def test_the_personal_fields_are_three() -> None:
    assert PERSONAL_FIELDS == ("name", "second_name", "phone")


@given(st.builds(PersonalData, WORDS, WORDS, WORDS))
def test_the_fields_come_out_of_their_bytes_as_they_went_in(personal: PersonalData) -> None:
    assert PersonalData.from_bytes(personal.to_bytes()) == personal


def test_the_bytes_are_utf_8_as_people_read_it() -> None:
    assert (
        PersonalData("Ө", "Сейтқали", "+7").to_bytes() == '{"name":"Ө","second_name":"Сейтқали","phone":"+7"}'.encode()
    )


@pytest.mark.parametrize("opened", [b'{"name":"a"}', b'{"name":"a","second_name":"b","phone":"c","email":"d"}'])
def test_other_fields_than_the_three_are_refused(opened: bytes) -> None:
    with pytest.raises(TypeError):
        PersonalData.from_bytes(opened)


@given(st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_with_its_time_in_front(random: bytes) -> None:
    found = record_id(NOW, random)
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert found.int >> 80 == int(NOW.timestamp() * 1000)
    assert found.int & ((1 << 62) - 1) == int.from_bytes(random, "big") & ((1 << 62) - 1)
    assert (found.int >> 64) & 0xFFF == int.from_bytes(random[:2], "big") & 0xFFF


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10), st.integers(1, 10**9))
def test_a_later_id_is_greater(first: bytes, second: bytes, milliseconds: int) -> None:
    later = NOW + timedelta(milliseconds=milliseconds)
    assert record_id(NOW, first) < record_id(later, second)
    assert record_id(NOW, first).hex < record_id(later, second).hex


def test_no_reference_has_look_alikes_or_words() -> None:
    assert not set(REFERENCE_SIGNS) & set("0O1IL5S2Z8BAEU")
    assert len(REFERENCE_SIGNS) == len(set(REFERENCE_SIGNS)) == 22


@given(st.binary(min_size=16, max_size=16))
def test_a_reference_is_eight_of_its_signs(random: bytes) -> None:
    reference = reference_from(random)
    assert len(reference) == 8
    assert is_reference(reference)
    assert not is_reference(reference.lower()) or reference.lower() == reference


def test_a_reference_uses_each_sign_in_each_place() -> None:
    assert reference_from(bytes(16)) == "33333333"
    assert reference_from((21).to_bytes(16, "big")) == "Y3333333"
    assert reference_from((22).to_bytes(16, "big")) == "34333333"
    assert reference_from((22**8 - 1).to_bytes(16, "big")) == "YYYYYYYY"


@pytest.mark.parametrize("text", ["", "3333333", "333333333", "3333333\x00", "3333333О", "333-3333", "\ud800" * 8])
def test_what_is_no_reference_is_known(text: str) -> None:
    assert not is_reference(text)


@given(st.binary(min_size=20, max_size=20))
def test_a_secret_comes_out_of_its_link_as_it_went_in(secret: bytes) -> None:
    text = secret_to_text(secret)
    assert len(text) == 32
    assert text == text.lower()
    assert secret_from_text(text) == secret
    assert secret_from_text(text.upper()) is None or text.isdigit()


@given(st.one_of(st.text(), st.text(min_size=32, max_size=32), st.text("abc17", min_size=32, max_size=32)))
def test_any_other_text_is_no_secret(text: str) -> None:
    found = secret_from_text(text)
    assert found is None or secret_to_text(found) == text


@pytest.mark.parametrize("text", ["a" * 31, "a" * 33, "A" * 32, "1" * 32, "a" * 31 + "=", "ı" * 32, "\ud800" * 32])
def test_a_secret_has_one_way_of_writing(text: str) -> None:
    assert secret_from_text(text) is None
