"""What a person types finds the record it means, in any script and way of writing, and no other."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from kelisim.domain.search import LAST_DIGITS, Sought, folded, marks_of, rarest_first, read_search, words_of
from kelisim.domain.submissions import PersonalData
from tests.support.people import PEOPLE, Person


def finds(text: str, person: Person) -> bool:
    sought = read_search(text, longest_phone=40)
    marks = marks_of(PersonalData(person.name, person.second_name, person.e164), least=2)
    return not sought.is_empty and sought.reference is None and set(sought.marks) <= marks


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.e164)
def test_a_person_is_found_by_name_phone_and_last_digits_and_nobody_else_is(person: Person) -> None:
    for text in (
        f"{person.name} {person.second_name}",
        f"{person.second_name.upper()}, {person.name.lower()}",
        person.phone,
        person.e164,
        f"{person.name} {person.e164[-4:]}",
    ):
        assert [other for other in PEOPLE if finds(text, other)] == [person], text
    for digits in LAST_DIGITS:
        last = person.e164[-digits:]
        assert [finds(last, other) for other in PEOPLE] == [other.e164.endswith(last) for other in PEOPLE]


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("айг", "Айгерім"),
        ("АЙГЕРИМ", "Айгерім"),  # і, as typed on a Russian keyboard
        ("нурсултан абилкасым", "Нұрсұлтан"),
        ("кор", "Анна-Мария"),
        ("мария", "Анна-Мария"),
        ("Petr", ""),
        ("петр щеголев", "Пётр"),
        ("siobhan", "Siobhán"),
        ("o'connor", "Siobhán"),
        ("oconn", "Siobhán"),
        ("connor", "Siobhán"),
        ("artagnan", "John"),
        ("nguyen khai", "Nguyễn"),
        ("山田", "山田"),
        ("الفار", "محمد"),
        ("kumar", "Ravi"),
        ("luther king", "Martin Luther"),
        ("ө", "Ө"),
        ("о", "Ө"),
        ("а", ""),  # shorter than a beginning, and nobody's whole word
        ("герім", ""),  # not from its start
        ("айгерімм", ""),
    ],
)
def test_words_find_by_their_beginnings(text: str, whose: str) -> None:
    assert [person.name for person in PEOPLE if finds(text, person)] == ([whose] if whose else [])


@pytest.mark.parametrize("text", ["K7CD 94HJ", "k7cd94hj", "K7CD-94HJ"])
def test_a_reference_is_one(text: str) -> None:
    assert read_search(text, longest_phone=40) == Sought("K7CD94HJ", ())


@pytest.mark.parametrize("text", ["", " ", "'", "--", "🙂", "\x00", "%", "\u200d"])
def test_nothing_that_can_be_looked_for_is_nothing(text: str) -> None:
    assert read_search(text, longest_phone=40).is_empty


def test_what_no_record_bears_finds_none() -> None:
    for text in ("123", "12345678901", "+7 701 12"):
        assert not any(finds(text, person) for person in PEOPLE), text


@example("𝓐")
@given(some.text(max_size=60))
def test_any_text_is_read_and_folding_twice_is_folding_once(text: str) -> None:
    read_search(text, longest_phone=40)
    assert folded(folded(text)) == folded(text)
    assert all(words_of(text))


def test_a_long_word_is_found_whatever_follows_its_first_signs() -> None:
    person = Person("Қуанышбекқызының", "Ы", "", "+77011234567")
    assert finds("куанышбеккызыныңңң", person)


def test_what_the_fewest_bear_is_looked_for_first() -> None:
    typed = read_search("айгерім қуан 4567", longest_phone=40).marks
    assert rarest_first(typed) == ["last:4567", "name:аигерим", "name:куан"]
