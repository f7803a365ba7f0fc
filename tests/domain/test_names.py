"""Names in any script; nothing that is no name, and nothing that cannot be seen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.names import NameProblem, masked_name, parse_name
from tests.support.people import PEOPLE

LONGEST = 100
NAMES = [
    *(name for person in PEOPLE for name in (person.name, person.second_name)),
    "Ә", "Ёлкина-Шаруа", "Әл-Фараби", "Қожа Ахмет", "Ұлпан", "Ғ. Мұстафин", "М’ята", "Мар'яна",
    "O'Neill", "O’Neill", "Oʻtkirbek", "D’Angelo", "’t Hooft", "'Abd al-Rahman", "Ng", "Ó", "Jean‑Luc", "Siegfried–Alt",
    "Gal·la", "ジョン・スミス", "李", "欧阳娜娜", "葛󠄀城", "김민준", "สมชาย", "रवि शंकर", "শেখ মুজিব", "தமிழ்ச்செல்வி",
    "محمّد", "می‌نا", "שרה", "ז׳בוטינסקי", "Ḥusayn", "Þórður", "Łukasz", "Çağrı", "İbrahim", "Nguyễn", "Αλέξανδρος",
    "გიორგი", "Հայկ", "አበበ፡በቀለ", "བསྟན་འཛིན", "Dr. Ada", "S/O Kumar", "Esq., John",
]  # fmt: skip  # a list to read, not a column
TEXTS = st.one_of(
    st.text(),
    st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=12),
    st.text(st.sampled_from("аБ'’-. \u00a0\u2003\u2028\u200c\u200d\u0301\u202e\n\t\x00\ud800/,·\ufeff"), max_size=12),
)


def problem(text: str) -> str:
    with pytest.raises(NameProblem) as caught:
        parse_name(text, LONGEST)
    assert str(caught.value) == caught.value.code
    return caught.value.code


def parsed(text: str) -> tuple[str | None, str]:
    try:
        return parse_name(text, LONGEST), ""
    except NameProblem as found:
        return None, found.code


@pytest.mark.parametrize("name", NAMES)
def test_a_real_name_is_taken_as_it_is(name: str) -> None:
    assert parse_name(name, LONGEST) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Айгерім ", "Айгерім"),
        ("\tАйгерім\r\n", "Айгерім"),
        ("Анна   Мария", "Анна Мария"),
        ("Анна\u00a0Мария", "Анна Мария"),
        ("Анна\u2028Мария", "Анна Мария"),
        ("\u3000山田", "山田"),
        ("Е\u0308лкина", "Ёлкина"),
        ("И\u0306ван", "Йван"),
    ],
)
def test_space_and_form_are_made_one(typed: str, stored: str) -> None:
    assert parse_name(typed, LONGEST) == unicodedata.normalize("NFC", stored)


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u00a0\u2003", " " * 400])
def test_nothing_typed_is_empty(text: str) -> None:
    assert problem(text) == "empty"


@pytest.mark.parametrize("text", ["а" * 101, "а" * 10_000, " " * 401, "а" + " " * 400, "\ud800" * 10_000])
def test_too_many_signs_are_too_long(text: str) -> None:
    assert problem(text) == "long"


def test_the_limit_counts_what_would_be_stored() -> None:
    assert parse_name("а" * 100, LONGEST) == "а" * 100
    assert parse_name(" " + "е\u0308" * 100 + " ", LONGEST) == "ё" * 100


@pytest.mark.parametrize(
    "sign",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u200b", "\u200e", "\u200f", "\u202e", "\u2066", "\u2069", "\u061c",
     "\ufeff", "\u00ad", "\u2060", "\ue000", chr(0xD800), chr(0xDFFF), "\ufffd", "\uffff", "\u0378", "\u115f", "\u1160",
     "\u3164", "\uffa0", "\U000e0041", "\n", "\t"],
)  # fmt: skip  # a list to read, not a column
def test_a_sign_that_cannot_be_seen_is_refused(sign: str) -> None:
    assert problem(f"Ан{sign}на") == "hidden"


@pytest.mark.parametrize("text", ["\x1cАнна", "Анна\x1f", "\x85Анна", "\x0bАнна\x0c"])
def test_a_control_sign_at_the_ends_is_not_taken_for_a_space(text: str) -> None:
    assert problem(text) == "hidden"


@pytest.mark.parametrize(
    "text", ["\u200dАнна", "Анна\u200c", "\u00a0\u200dАнна", "Анна\u200d\u00a0", "\u200d", "\u3164"]
)
def test_a_joiner_joins_nothing_at_the_ends(text: str) -> None:
    assert problem(text) == "hidden"


@pytest.mark.parametrize(
    "text",
    ["Анна2", "👩", "Анна ❤️", "<b>Анна</b>", "'; DROP TABLE submissions; --", "{{ 7*7 }}", "${jndi:x}", "a@b.kz", "a_b",
     "Анна!", "a\\b", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L", "А" + "\u0301" * 7, "-Анна", ".Анна", "/Анна", "·Анна", "\u0301Анна", "Ⅳ", "½",
     "٣", "⠀", "𝅙"],
)  # fmt: skip  # a list to read, not a column
def test_what_no_name_is_written_with_is_refused(text: str) -> None:
    assert problem(text) == "signs"


@pytest.mark.parametrize("text", ["'", "-", "...", "’’", "\u0301", ", /"])
def test_a_name_has_a_letter(text: str) -> None:
    assert problem(text) == "letters"


def test_six_marks_on_a_letter_are_a_script_and_seven_are_a_pile() -> None:
    assert parse_name("А" + "\u0301" * 6 + "б" + "\u0301" * 6, LONGEST)


@given(TEXTS)
def test_any_text_is_a_name_or_a_named_problem_and_a_name_stays_itself(text: str) -> None:
    name, code = parsed(text)
    if name is None:
        assert code in {"empty", "long", "hidden", "signs", "letters"}
        return
    assert 1 <= len(name) <= LONGEST
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in name)
    assert name == unicodedata.normalize("NFC", name).strip()
    assert parse_name(name, LONGEST) == name


@pytest.mark.parametrize(
    ("name", "second", "shown"),
    [("Айгерім", "Сейтқали", "А••• С•••"), ("Ө", "d'Artagnan", "Ө••• d•••"), ("'Abd", "’t Hooft", "'A••• ’t•••"),
     ("山田", "太郎", "山••• 太•••"), ("रवि", "O", "र••• O•••")],
)  # fmt: skip  # a list to read, not a column
def test_a_mask_shows_the_first_letter_and_hides_the_length(name: str, second: str, shown: str) -> None:
    assert masked_name(name, second) == shown
