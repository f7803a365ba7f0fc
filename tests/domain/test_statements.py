"""Who visitors are told of, what that promises, and what is stored of it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kelisim.domain.purposes import Purpose
from kelisim.domain.receipts import Party
from kelisim.domain.recipients import Recipient, Told, Undertaking, is_abroad, told_of
from kelisim.domain.statements import Stated, read_stated
from kelisim.domain.transfers import Promise

FEEDBACK, BOTH = (Purpose.FEEDBACK,), (Purpose.FEEDBACK, Purpose.SUPPORT)
HERE, THERE = Told("Courier", "KZ", FEEDBACK), Told("Abroad GmbH", "DE", FEEDBACK)
STATED = Stated({"en": ("Kept.",)}, {"en": Party("220540900218", "The Operator", "Astana", "")}, "https://a", 3)


def recipient(name: str, *undertakings: Undertaking, ended: date | None = None) -> Recipient:
    return Recipient(
        id=UUID(int=1),
        name=name,
        country="KZ",
        number="220540900218",
        purposes=BOTH,
        contact="x",
        ended=ended,
        undertakings=undertakings,
    )


def test_named_are_those_who_may_be_handed_data_that_day_with_the_purposes_they_undertook() -> None:
    standing = Undertaking(date(2026, 11, 1), date(2026, 11, 30), FEEDBACK)
    register = (
        recipient("b", standing),
        recipient("A", Undertaking(date(2026, 11, 1), date(2027, 11, 1), BOTH)),
        recipient("never undertook"),
        recipient("ended", standing, ended=date(2026, 11, 22)),
    )
    assert told_of(register, date(2026, 11, 22)) == (Told("A", "KZ", BOTH), Told("b", "KZ", FEEDBACK))
    assert told_of(register, date(2026, 12, 1)) == (Told("A", "KZ", BOTH),)
    assert [told.name for told in told_of(register, date(2026, 11, 21))] == ["A", "b", "ended"]
    assert told_of(register, date(2026, 10, 31)) == ()


@pytest.mark.parametrize(
    ("stated", "promises"),
    [
        (STATED, set(Promise)),
        (replace(STATED, recipients=(HERE,)), {Promise.HOME}),
        (replace(STATED, recipients=(HERE, THERE), abroad=True), set()),
        (replace(STATED, abroad=True), {Promise.NOBODY}),
    ],
)
def test_what_was_stated_promises_what_it_says(stated: Stated, promises: set[Promise]) -> None:
    assert stated.promises == promises
    assert read_stated(stated.content) == stated


def test_a_set_with_another_recipient_or_term_is_another_version() -> None:
    others = (STATED, replace(STATED, recipients=(HERE,)), replace(STATED, abroad=True), replace(STATED, years=4))
    assert len({stated.sha256 for stated in others}) == len(others)
    assert is_abroad((HERE, THERE))
    assert not is_abroad((HERE,))
