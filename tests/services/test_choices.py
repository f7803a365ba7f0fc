"""A choice is appended as it was made."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from kelisim.domain.choices import ChoiceMethod, ChoicePurpose, decide, everything
from kelisim.services import choices
from kelisim.storage.db import db
from kelisim.storage.tables.choices import ChoiceRow
from tests.conftest import FixedClock


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
            choices.record(db.session(), choice)
        rows = db.session.scalars(select(ChoiceRow).order_by(ChoiceRow.number)).all()
    assert [row.receipt_id for row in rows] == ["a", "b", "a"]
    assert rows[1].answers == {"convenience": False, "statistics": False, "address": False}
    assert rows[2].answers == {"address": True, "statistics": False}
    assert rows[2].versions == {"address": 1, "statistics": 1}
    assert {(row.method, row.language) for row in rows} == {("banner", "ru")}
    assert {row.decided_at for row in rows} == {clock()}
    assert {row.expires_at for row in rows} == {clock() + timedelta(days=182)}
