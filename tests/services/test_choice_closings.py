"""Records of choices end as counts; nothing else takes them away, and what was done to them shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from kelisim.domain.choice_records import Damage
from kelisim.domain.choices import Choice, ChoiceMethod, decide, everything
from kelisim.services import choice_closings, choices
from kelisim.services.choice_closings import ChoicesDamaged
from kelisim.storage.db import db, writing
from kelisim.storage.tables.choices import ChoiceCount, ChoiceRow

KEY = bytes(range(32))
START = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
RANGE = (date(2025, 12, 1), date(2030, 1, 1))
DAYS = 760


def choice(receipt: int, at: datetime, *, yes: bool = True) -> Choice:
    return decide(
        everything(yes), receipt_id=f"{receipt:032x}", method=ChoiceMethod.BANNER, language="kk", now=at, days=182
    )


@pytest.fixture
def recorded(app_on_each: Flask) -> Iterator[Flask]:
    """Six records, one a day."""
    with app_on_each.app_context():
        for number in range(6):
            choices.record(db.session(), choice(number, START + timedelta(days=number), yes=number % 3 > 0), key=KEY)
        yield app_on_each


def compact(now: datetime) -> int:
    return choice_closings.compact(db.session(), key=KEY, now=now, days=DAYS)


def there() -> list[int]:
    return list(db.session.scalars(select(ChoiceRow.number).order_by(ChoiceRow.number)))


def verify() -> Damage | None:
    return choice_closings.verify(db.session(), key=KEY)


def refused(statement: str) -> bool:
    with pytest.raises(DBAPIError) as caught, writing(db.session()):
        db.session.execute(text(statement))
    return "rows of this table are never changed" in str(caught.value.orig)


def test_past_their_term_records_become_counts_and_the_numbers_stay(recorded: Flask) -> None:
    before = choices.counts(db.session(), *RANGE)
    assert compact(START + timedelta(days=DAYS)) == 0
    assert compact(START + timedelta(days=DAYS + 3)) == 3
    assert there() == [4, 5, 6]
    assert choices.counts(db.session(), *RANGE) == before
    assert verify() is None
    assert compact(START + timedelta(days=DAYS + 3)) == 0
    assert compact(START + timedelta(days=DAYS + 30)) == 3
    assert (there(), choices.counts(db.session(), *RANGE)) == ([], before)
    choices.record(db.session(), choice(9, START), key=KEY)
    assert there() == [7], "a number is never given twice"
    assert verify() is None
    one_day = choices.counts(db.session(), date(2026, 1, 11), date(2026, 1, 11))
    assert {tally.yes for tally in one_day.purposes.values()} == {1}


def test_the_database_lets_go_only_what_is_counted_and_takes_nothing_back(recorded: Flask) -> None:
    compact(START + timedelta(days=DAYS + 3))
    assert refused("DELETE FROM choices")
    assert refused("DELETE FROM choices WHERE number = 4")
    assert refused("UPDATE choices SET language = 'ru'")
    row = "SELECT 2, receipt_id, answers, versions, method, language, decided_at, expires_at, mac FROM choices"
    assert refused(f"INSERT INTO choices {row} WHERE number = 4")
    for table in ("choice_closings", "choice_counts"):
        assert refused(f"DELETE FROM {table}")
        assert refused(f"UPDATE {table} SET through = 100")
    assert there() == [4, 5, 6]


def test_damage_is_named_and_never_counted_away(recorded: Flask) -> None:
    forged = {**vars(choice(7, START)), "answers": {"address": True}, "versions": {"address": 1}, "method": "page"}
    with writing(db.session()):
        db.session.execute(insert(ChoiceRow), [{**forged, "number": 7, "mac": bytes(32)}])
    assert verify() == Damage(7, in_counts=False)
    with pytest.raises(ChoicesDamaged, match="from number 7 do not hold"):
        compact(START + timedelta(days=2 * DAYS))
    assert there() == [1, 2, 3, 4, 5, 6, 7]


def test_counts_that_no_closing_made_are_found(recorded: Flask) -> None:
    compact(START + timedelta(days=DAYS + 3))
    made = db.session.scalars(select(ChoiceCount)).first()
    assert made is not None
    count = {column.name: getattr(made, column.name) for column in ChoiceCount.__table__.columns}
    for stray in ({"through": 99}, {"purpose": "marketing"}, {}):
        with writing(db.session()):
            number = db.session.scalar(select(func.max(ChoiceCount.number))) or 0
            db.session.execute(insert(ChoiceCount), [{**count, "number": number + 1, **stray}])
        damage = verify()
        assert damage is not None
        assert damage.in_counts


def test_a_value_that_cannot_be_read_is_named(app: Flask) -> None:
    with app.app_context():
        for number in range(3):
            choices.record(db.session(), choice(number, START), key=KEY)
        with db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER choices_no_update"))
            connection.execute(text("UPDATE choices SET answers = '{' WHERE number = 2"))
        assert verify() == Damage(2, in_counts=False)


def test_records_from_before_the_binding_are_bound_by_the_next(recorded: Flask) -> None:
    with writing(db.session()):
        old = {**vars(choice(8, START)), "answers": {"address": False}, "versions": {"address": 1}, "method": "page"}
        db.session.execute(insert(ChoiceRow), [{**old, "number": 7}])
    assert verify() == Damage(7, in_counts=False), "none comes after a bound one"


def test_an_instance_with_unbound_records_goes_on(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        old = {**vars(choice(8, START)), "answers": {"address": False}, "versions": {"address": 1}, "method": "page"}
        with writing(db.session()):
            db.session.execute(insert(ChoiceRow), [{**old, "number": 1}, {**old, "number": 2}])
        choices.record(db.session(), choice(9, START), key=KEY)
        assert verify() is None
        assert compact(START + timedelta(days=2 * DAYS)) == 3
        assert verify() is None


def test_the_end_of_a_term_is_noted_once(recorded: Flask) -> None:
    end = START + timedelta(days=182)
    assert choices.note_expired(db.session(), key=KEY, now=end - timedelta(minutes=1)) == 0
    assert choices.note_expired(db.session(), key=KEY, now=end) == 1
    assert choices.note_expired(db.session(), key=KEY, now=end) == 0
    made, ended = choices.of_receipt(db.session(), f"{0:032x}")
    assert ended == replace(made, answers={}, versions={}, method=ChoiceMethod.EXPIRY, decided_at=end)
    found = choices.counts(db.session(), *RANGE)
    assert found.methods[ChoiceMethod.EXPIRY] == 1
    assert {tally.not_asked for tally in found.purposes.values()} == {1}
    assert (
        choice_closings.daily(db.session(), key=KEY, now=end + timedelta(days=DAYS), days=DAYS)
        == "5 ended, 6 counted and gone"
    )
    assert verify() is None


def test_a_browser_that_answered_again_has_not_ended(recorded: Flask) -> None:
    choices.record(db.session(), choice(0, START + timedelta(days=100)), key=KEY)
    later = START + timedelta(days=187)
    assert choices.note_expired(db.session(), key=KEY, now=later) == 5
    assert len(choices.of_receipt(db.session(), f"{0:032x}")) == 2
