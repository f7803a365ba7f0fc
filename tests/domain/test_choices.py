"""A choice: yes, no or not asked, for a term, for a text."""

from datetime import UTC, datetime, timedelta

import pytest

from kelisim.domain import choices
from kelisim.domain.choices import (
    CHANGES,
    VERSIONS,
    Answer,
    Choice,
    ChoiceMethod,
    ChoicePurpose,
    Kept,
    decide,
    everything,
    to_ask,
)

NOW = datetime(2026, 11, 22, 10, 7, 31, 500, tzinfo=UTC)


CONVENIENCE, STATISTICS, ADDRESS = ChoicePurpose
LATER = NOW + timedelta(days=30)


def decided(
    answers: dict[ChoicePurpose, bool], *, method: ChoiceMethod = ChoiceMethod.PAGE, now: datetime = NOW
) -> Choice:
    return decide(answers, receipt_id="a1", method=method, language="kk", now=now, days=182)


def kept(*made: Choice) -> Kept:
    """What the browser carries after these choices."""
    carried = Kept("a1", {})
    for choice in made:
        carried = carried.with_choice(choice)
    return carried


def test_yes_no_and_not_asked_are_three_things() -> None:
    stands = kept(decided({ChoicePurpose.CONVENIENCE: True, ChoicePurpose.STATISTICS: False})).stands(NOW)
    assert stands == {ChoicePurpose.CONVENIENCE: True, ChoicePurpose.STATISTICS: False}
    assert ChoicePurpose.ADDRESS not in stands


@pytest.mark.parametrize("answer", [True, False])
def test_the_banner_answers_every_purpose_alike(answer: bool) -> None:
    assert everything(answer) == dict.fromkeys(ChoicePurpose, answer)


@pytest.mark.parametrize("answer", [True, False])
def test_yes_and_no_are_kept_equally_long_and_not_a_moment_longer(answer: bool) -> None:
    choice = decided(dict(everything(answer)))
    assert choice.expires_at - choice.decided_at == timedelta(days=182)
    assert kept(choice).stands(choice.expires_at - timedelta(microseconds=1)) == everything(answer)
    assert kept(choice).stands(choice.expires_at) == {}


def test_the_time_is_kept_to_the_minute_so_that_it_tells_nobody_apart() -> None:
    assert decided({}).decided_at == datetime(2026, 11, 22, 10, 7, tzinfo=UTC)


def test_only_a_purpose_whose_text_changed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(choices, "VERSIONS", {**VERSIONS, STATISTICS: VERSIONS[STATISTICS] - 1})
        carried = kept(decided(dict(everything(True))))
        assert (to_ask(carried, NOW), carried.changed(NOW)) == ((), {})
    assert carried.stands(NOW) == {CONVENIENCE: True, ADDRESS: True}
    assert to_ask(carried, NOW) == (STATISTICS,)
    assert carried.changed(NOW) == {STATISTICS: CHANGES[STATISTICS][-1:]}
    assert not carried.allows(STATISTICS, NOW, signalled=False)
    assert carried.changed(NOW + timedelta(days=182)) == {}, "what has ended is asked anew, not as changed"


def test_what_was_not_asked_this_time_stays_as_it_was_answered_with_its_own_term() -> None:
    carried = kept(decided({CONVENIENCE: False, ADDRESS: True}), decided({STATISTICS: True}, now=LATER))
    assert carried.stands(LATER) == {CONVENIENCE: False, STATISTICS: True, ADDRESS: True}
    assert carried.stands(NOW + timedelta(days=182)) == {STATISTICS: True}
    assert to_ask(carried, NOW + timedelta(days=182)) == (CONVENIENCE, ADDRESS)


def test_a_signal_holds_back_an_earlier_yes_and_gives_way_to_a_later_one() -> None:
    before, after = (
        decided({STATISTICS: True, ADDRESS: False}, method=m) for m in (ChoiceMethod.PAGE, ChoiceMethod.SIGNAL)
    )
    assert kept(before).allows(STATISTICS, NOW, signalled=False)
    assert not kept(before).allows(STATISTICS, NOW, signalled=True)
    for signalled in (True, False):
        assert kept(before, after).allows(STATISTICS, NOW, signalled=signalled)
        assert not kept(before, after).allows(ADDRESS, NOW, signalled=signalled)
        assert not kept(before, after).allows(CONVENIENCE, NOW, signalled=signalled)
    assert not kept(after).allows(STATISTICS, after.expires_at, signalled=False)


def test_without_a_choice_everything_is_to_be_asked() -> None:
    assert to_ask(None, NOW) == to_ask(Kept("a1", {}), NOW) == tuple(ChoicePurpose)


def test_a_choice_says_the_version_of_each_text_that_was_answered_and_no_other() -> None:
    choice = decided({ChoicePurpose.ADDRESS: False})
    assert choice.versions == {ChoicePurpose.ADDRESS: VERSIONS[ChoicePurpose.ADDRESS]}
    assert (choice.receipt_id, choice.method, choice.language) == ("a1", ChoiceMethod.PAGE, "kk")


def test_a_choice_does_not_change_with_what_it_was_made_of() -> None:
    answers = {ChoicePurpose.ADDRESS: False}
    choice = decided(answers)
    answers[ChoicePurpose.ADDRESS] = True
    assert choice.answers == {ChoicePurpose.ADDRESS: False}


@pytest.mark.parametrize("version", [-1, 0, 1])
def test_an_answer_to_the_first_text_is_told_every_change(version: int) -> None:
    changed = Kept("a1", {ADDRESS: Answer(True, version, False, NOW, LATER)}).changed(NOW)
    assert changed == {ADDRESS: CHANGES[ADDRESS]}
    assert Kept("a1", {ADDRESS: Answer(True, 99, False, NOW, LATER)}).changed(NOW) == {ADDRESS: ()}
