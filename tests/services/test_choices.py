"""A choice is appended as it was made."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from kelisim.domain.choice_counts import Tally
from kelisim.domain.choices import VERSIONS, ChoiceMethod, ChoicePurpose, decide, everything
from kelisim.services import choices
from kelisim.storage.db import db
from kelisim.storage.tables.choices import ChoiceRow
from tests.conftest import FixedClock

ADDRESS, STATISTICS = ChoicePurpose.ADDRESS, ChoicePurpose.STATISTICS
KEY = bytes(range(32))


def test_every_choice_is_kept_yes_and_no_alike_in_the_order_they_were_made(
    app_on_each: Flask, clock: FixedClock
) -> None:
    with app_on_each.app_context():
        for receipt, answers in (
            ("a", everything(True)),
            ("b", everything(False)),
            ("a", {ChoicePurpose.ADDRESS: True, ChoicePurpose.STATISTICS: False}),
        ):
            choice = decide(
                answers, receipt_id=receipt, method=ChoiceMethod.BANNER, language="ru", now=clock(), days=182
            )
            choices.record(db.session(), choice, key=KEY)
        rows = db.session.scalars(select(ChoiceRow).order_by(ChoiceRow.number)).all()
        assert [row.receipt_id for row in rows] == ["a", "b", "a"]
        assert rows[1].answers == {"convenience": False, "statistics": False, "address": False}
        assert rows[2].answers == {"address": True, "statistics": False}
        assert rows[2].versions == {purpose.value: VERSIONS[purpose] for purpose in (ADDRESS, STATISTICS)}
        assert {(row.method, row.language) for row in rows} == {("banner", "ru")}
        assert {row.decided_at for row in rows} == {clock()}
        assert {row.expires_at for row in rows} == {clock() + timedelta(days=182)}


def test_the_counts_of_a_range_are_by_days_in_almaty_both_ends_included(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        for receipt, at in enumerate(("2026-11-21T18:59", "2026-11-21T19:00", "2026-11-23T18:59", "2026-11-23T19:00")):
            choice = decide(
                everything(receipt != 1),
                receipt_id=str(receipt),
                method=ChoiceMethod.BANNER if receipt == 1 else ChoiceMethod.SIGNAL,
                language="ru",
                now=datetime.fromisoformat(at).replace(tzinfo=UTC),
                days=182,
            )
            choices.record(db.session(), choice, key=KEY)
        found = choices.counts(db.session(), date(2026, 11, 22), date(2026, 11, 23))
    assert set(found.purposes.values()) == {Tally(yes=1, no=1, not_asked=0)}
    assert (found.methods[ChoiceMethod.BANNER], found.methods[ChoiceMethod.SIGNAL]) == (1, 1)
    assert list(found.days) == [date(2026, 11, 22), date(2026, 11, 23)]
    assert found.languages == {"ru": 2}
