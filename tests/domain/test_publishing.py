"""What may be published: never back-dated, never changed, always whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.documents import Document, Kind, Library
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.publishing import PublishProblem, check
from tests.support.documents import revision_of

TODAY = date(2026, 11, 22)
FIRST = revision_of("2023-07-20", date(2023, 7, 20))
Change = Callable[[list[Document]], list[Document]]


def refusal(texts: list[Document], there: list[Document] = FIRST, taken: tuple = ()) -> str:
    with pytest.raises(PublishProblem) as caught:
        check(texts, Library(there), taken, TODAY)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def each(**changes: object) -> Change:
    return lambda texts: [replace(text, **changes) for text in texts]  # type: ignore[arg-type]  # fields of a document


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1), date(2099, 1, 1)])
def test_a_whole_revision_from_today_on_may_be_published(day: date) -> None:
    check(revision_of("new", day), Library(FIRST), (), TODAY)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _texts: [], "name the files to publish"),
        (lambda texts: texts[1:], "consent new: kk is missing; give every language in one command"),
        (lambda texts: texts[:1], "consent new: ru, en is missing"),
        (lambda texts: [*texts, texts[0]], "consent new: kk is given twice"),
        (lambda texts: [*texts, replace(texts[0], language="de\n")], r"'de\n' is no language of this site"),
        (lambda texts: [replace(texts[0], in_force=date(2027, 1, 1)), *texts[1:]], "its languages differ in in_force"),
        (each(in_force=date(2026, 11, 21)), "in_force is 2026-11-21, but today is 2026-11-22; nothing is back-dated"),
        (each(revision="2023-07-20"), "consent 2023-07-20 is there with other words and never changes"),
        (each(revision="archive"), "write the revision with up to 32 small letters"),
        (each(revision="a/b"), "write the revision with up to 32 small letters"),
        (each(revision="a.txt"), "write the revision with up to 32 small letters"),
        (each(revision="a\nb"), "write the revision with up to 32 small letters"),
        (each(revision="a" * 33), "write the revision with up to 32 small letters"),
        (each(revision="-a"), "write the revision with up to 32 small letters"),
        (each(title=" "), "consent new (kk): write a title of one line"),
        (each(title="a\nb"), "write a title of one line"),
        (each(title="a" * 201), "write a title of one line"),
        (each(text="\n"), "there is no text under the front matter"),
        (each(text="a\x00b"), "the text holds control signs"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_line(change: Change, says: str) -> None:
    assert says in refusal(change(revision_of("new", date(2026, 12, 1))))


def test_what_is_there_word_for_word_is_not_published_again() -> None:
    assert refusal(FIRST) == "consent 2023-07-20 is there already, word for word."


def test_the_name_of_a_text_that_persons_were_shown_is_taken_though_it_is_shipped_no_more() -> None:
    assert "never changes" in refusal(revision_of("2020", TODAY), [], ((Kind.CONSENT, "2020"),))
    check(revision_of("2020", TODAY), Library([]), ((Kind.POLICY, "2020"),), TODAY)


def test_two_revisions_of_a_kind_do_not_come_into_force_on_one_day() -> None:
    there = [*FIRST, *revision_of("a", date(2026, 12, 1))]
    assert "another consent comes into force on 2026-12-01" in refusal(revision_of("b", date(2026, 12, 1)), there)
    both = [*revision_of("b", date(2026, 12, 2)), *revision_of("c", date(2026, 12, 2))]
    assert "comes into force on 2026-12-02" in refusal(both, there)
    check(revision_of("b", date(2026, 12, 1), kind=Kind.POLICY), Library(there), (), TODAY)


def test_the_words_of_one_kind_are_not_published_as_another() -> None:
    there = [*FIRST, *revision_of("a", date(2026, 12, 1))]
    said = refusal(revision_of("a", date(2026, 12, 1), kind=Kind.POLICY), there)
    assert said == "policy a: these are the very words of the consent; check the file."


DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
TEXTS = st.builds(
    Document,
    kind=st.sampled_from(Kind),
    revision=st.sampled_from(["2023-07-20", "a", "b", "c"]),
    in_force=st.one_of(st.just(date(2023, 7, 20)), DAYS),
    language=st.sampled_from([*LANGUAGES, "de"]),
    title=st.just("T"),
    text=st.sampled_from(["one\n", "two\n"]),
)
WHOLE = st.builds(
    revision_of,
    revision=st.sampled_from(["2023-07-20", "a", "b", "c"]),
    day=DAYS,
    kind=st.sampled_from(Kind),
    words=st.sampled_from(["one\n", "two\n"]),
)


@given(st.lists(st.tuples(WHOLE | st.lists(TEXTS, max_size=4), DAYS), max_size=6))
def test_whatever_is_tried_nothing_is_back_dated_nothing_changes_and_each_day_has_one_text(
    tries: list[tuple[list[Document], date]],
) -> None:
    """Publish what may be published, day by day, and look at what was in force on every day before."""
    there, today = list(FIRST), TODAY
    for texts, day in sorted(tries, key=lambda tried: tried[1]):
        today = max(today, day)
        before = Library(there)
        past = [today - timedelta(days=back) for back in range(1, 40)]
        try:
            check(texts, before, (), today)
        except PublishProblem:
            continue
        there = [*there, *texts]
        after = Library(there)
        assert set(before) <= set(after), "what was there is there unchanged"
        assert [after.in_force(Kind.CONSENT, "en", on) for on in past] == [
            before.in_force(Kind.CONSENT, "en", on) for on in past
        ]
        for kind in Kind:
            for language in LANGUAGES:
                days = [found.in_force for found in after.revisions(kind, language)]
                assert len(days) == len(set(days))
                assert len(days) == len(after.revisions(kind, "en")), "every language has every revision"
