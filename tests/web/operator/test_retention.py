"""What is about to go, at the desk and by the commands; the term as it is stated and as the person sees it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kelisim.settings import Settings
from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import Desk
from tests.web.operator.test_records import newest_first

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def settings(instance: Path) -> Settings:
    """A purpose with a term of its own."""
    return Settings(instance=instance, retention_contract_years=5)


def test_the_stated_term_is_the_one_that_is_kept(
    app: Flask, desk: Desk, visitor: Visitor, prepared: Prepared, clock: FixedClock
) -> None:
    first = visitor.send(PEOPLE[0], topic="support").headers["Location"]
    clock.at += timedelta(minutes=1)
    second = visitor.send(PEOPLE[1], topic="contract").headers["Location"]
    contract, support = newest_first(app)
    assert "(a) concluding and performing contracts: 5 years" in visitor.page(first).text
    assert "22 November 2029" in visitor.page(first.replace("/receipt/", "/my/")).text
    assert "22 November 2031" in visitor.page(second.replace("/receipt/", "/my/")).text
    clock.at = datetime(2029, 11, 20, 3, 0, tzinfo=UTC)
    preview = f"2029-11-23 {support} term_ended\n1 records go within 14 days.\n"
    assert desk.command("retention", "preview") == preview
    assert desk.command("retention", "run").startswith("1 shown as about to go, 0 consents expired, 0 destroyed")
    desk.secret = prepared.secret
    desk.sign_in()
    page = desk.page("/operator/retention")
    assert "The job that destroys what is over is late" in page.text
    assert support in page.text
    assert contract not in page.text
    assert "23 November 2029" in page.text
    clock.at = datetime(2029, 11, 23, 3, 0, tzinfo=UTC)
    assert "1 consents expired, 1 destroyed" in desk.command("retention", "run")
    gone = visitor.page(first.replace("/receipt/", "/my/"))
    assert "Over: the term has ended" in gone.text
    assert PEOPLE[0].second_name not in gone.text
    assert PEOPLE[1].second_name in visitor.page(second.replace("/receipt/", "/my/")).text
