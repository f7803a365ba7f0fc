"""What a sent form asks for, of the six purposes of clause 2."""

import pytest

from kelisim.domain.purposes import Purpose, purposes_of

ALWAYS = {Purpose.FEEDBACK, Purpose.PERSONAL_PAGES}


def test_the_six_purposes_stand_in_the_order_of_the_clause() -> None:
    assert list(Purpose) == ["contract", "personal_pages", "products", "mailing", "feedback", "support"]


@pytest.mark.parametrize("topic", [None, *Purpose])
@pytest.mark.parametrize("mailing", [True, False])
def test_an_answer_and_the_persons_own_page_belong_to_every_form(topic: Purpose | None, mailing: bool) -> None:
    assert set(purposes_of(topic, mailing)) >= ALWAYS


@pytest.mark.parametrize("topic", [None, *Purpose])
def test_mailing_is_there_only_by_its_own_box(topic: Purpose | None) -> None:
    assert Purpose.MAILING not in purposes_of(topic, mailing=False)
    assert Purpose.MAILING in purposes_of(topic, mailing=True)


@pytest.mark.parametrize("topic", [topic for topic in Purpose if topic is not Purpose.MAILING])
def test_a_topic_adds_itself_and_nothing_else(topic: Purpose) -> None:
    assert set(purposes_of(topic, mailing=False)) == ALWAYS | {topic}


@pytest.mark.parametrize("topic", [None, *Purpose])
@pytest.mark.parametrize("mailing", [True, False])
def test_each_purpose_stands_once_in_the_order_of_the_clause(topic: Purpose | None, mailing: bool) -> None:
    found = purposes_of(topic, mailing)
    assert list(found) == [purpose for purpose in Purpose if purpose in found]
