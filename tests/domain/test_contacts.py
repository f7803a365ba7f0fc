"""A contact has a day that has come and a purpose that was consented to; a tag is words of the work."""

from datetime import date

import pytest

from kelisim.domain.contacts import Contact, ContactProblem, Outcome, Way, check_contact
from kelisim.domain.purposes import Purpose
from kelisim.domain.tags import TagProblem, parse_tag

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "purpose", "code"),
    [
        (TODAY, Purpose.FEEDBACK, None),
        (date(2026, 11, 20), Purpose.FEEDBACK, None),
        (date(2026, 11, 23), Purpose.FEEDBACK, "future"),
        (date(2026, 11, 19), Purpose.FEEDBACK, "early"),
        (TODAY, Purpose.MAILING, "purpose"),
    ],
)
def test_a_contact_is_checked(day: date, purpose: Purpose, code: str | None) -> None:
    contact = Contact(day, Way.CALL, Outcome.ANSWERED, purpose)
    found = None
    try:
        check_contact(contact, today=TODAY, received=date(2026, 11, 20), purposes={Purpose.FEEDBACK})
    except ContactProblem as problem:
        found = problem.code
    assert found == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" ", "empty"), ("a" * 41, "long"), ("8 701", "signs"), ("a\u202eb", "signs"), ("<b>", "signs")],
)
def test_words_that_are_no_tag_are_refused(text: str, code: str) -> None:
    with pytest.raises(TagProblem) as problem:
        parse_tag(text)
    assert problem.value.code == code


def test_the_words_of_a_tag_are_one_line() -> None:
    assert parse_tag("  қайта \n қоңырау шалу ") == "қайта қоңырау шалу"
