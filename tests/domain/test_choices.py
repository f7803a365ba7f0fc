"""A choice: yes, no or not asked, for a term, for a text."""

from datetime import UTC, datetime, timedelta

import pytest

from kelisim.domain import choices
from kelisim.domain.choices import VERSIONS, Choice, ChoiceMethod, ChoicePurpose, decide, everything

NOW = datetime(2026, 11, 22, 10, 7, 31, 500, tzinfo=UTC)


def decided(answers: dict[ChoicePurpose, bool], days: int = 182) -> Choice:
    return decide(answers, receipt_id="a1", method=ChoiceMethod.PAGE, language="kk", now=NOW, days=days)


def test_yes_no_and_not_asked_are_three_things() -> None:
    stands = decided({ChoicePurpose.CONVENIENCE: True, ChoicePurpose.STATISTICS: False}).stands(NOW)
    assert stands == {ChoicePurpose.CONVENIENCE: True, ChoicePurpose.STATISTICS: False}
    assert ChoicePurpose.ADDRESS not in stands


@pytest.mark.parametrize("answer", [True, False])
def test_the_banner_answers_every_purpose_alike(answer: bool) -> None:
    assert everything(answer) == dict.fromkeys(ChoicePurpose, answer)


@pytest.mark.parametrize("answer", [True, False])
def test_yes_and_no_are_kept_equally_long_and_not_a_moment_longer(answer: bool) -> None:
    choice = decided(dict(everything(answer)))
    assert choice.expires_at - choice.decided_at == timedelta(days=182)
    assert choice.stands(choice.expires_at - timedelta(microseconds=1)) == everything(answer)
    assert choice.stands(choice.expires_at) == {}


def test_the_time_is_kept_to_the_minute_so_that_it_tells_nobody_apart() -> None:
    assert decided({}).decided_at == datetime(2026, 11, 22, 10, 7, tzinfo=UTC)


def test_only_a_purpose_whose_text_changed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = decided(dict(everything(True)))
    monkeypatch.setattr(choices, "VERSIONS", {**VERSIONS, ChoicePurpose.STATISTICS: 2})
    assert choice.stands(NOW) == {ChoicePurpose.CONVENIENCE: True, ChoicePurpose.ADDRESS: True}


def test_an_answer_without_its_version_does_not_stand() -> None:
    choice = Choice("a1", everything(True), {}, ChoiceMethod.BANNER, "en", NOW, NOW + timedelta(days=1))
    assert choice.stands(NOW) == {}


def test_a_choice_says_the_version_of_each_text_that_was_answered_and_no_other() -> None:
    choice = decided({ChoicePurpose.ADDRESS: False})
    assert choice.versions == {ChoicePurpose.ADDRESS: VERSIONS[ChoicePurpose.ADDRESS]}
    assert (choice.receipt_id, choice.method, choice.language) == ("a1", ChoiceMethod.PAGE, "kk")


def test_a_choice_does_not_change_with_what_it_was_made_of() -> None:
    answers = {ChoicePurpose.ADDRESS: False}
    choice = decided(answers)
    answers[ChoicePurpose.ADDRESS] = True
    assert choice.stands(NOW) == {ChoicePurpose.ADDRESS: False}
