"""The watch over the journal: a stretch at a time, and what is broken stays known until all of it holds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.services import journal
from kelisim.services.journal_reading import Checked
from kelisim.services.journal_watch import JournalWatch
from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.services.given import house_of
from tests.services.test_journal import ENTRIES, behind_our_back, key, site

HOUR = timedelta(hours=1)
__all__ = ["site"]


@pytest.fixture
def watch(site: Flask) -> Iterator[JournalWatch]:
    return JournalWatch()


def go_on(watch: JournalWatch, site: Flask, at_most: int = 4) -> None:
    watch.go_on(db.session(), key=key(site), now=house_of(site).now, every=HOUR, at_most=at_most)


def whole(watch: JournalWatch, site: Flask) -> int | None:
    """A check of all of it."""
    watch.take(Checked(house_of(site).now, ENTRIES, journal.verify(db.session(), key=key(site))))
    return watch.broken


def test_it_goes_on_where_it_stopped_and_begins_again_after_its_time(
    site: Flask, watch: JournalWatch, clock: FixedClock
) -> None:
    go_on(watch, site)
    assert watch.checked is None
    go_on(watch, site)
    assert watch.checked is not None
    assert (watch.checked.entries, watch.checked.broken, watch.checked.at) == (ENTRIES, None, clock.at)
    behind_our_back("UPDATE journal SET actor = 'operator:9' WHERE number = 2")
    go_on(watch, site)
    assert watch.broken is None, "it was checked a moment ago"
    clock.at += HOUR
    go_on(watch, site)
    assert watch.broken == 2


@pytest.mark.parametrize(("change", "entry"), [
    ("UPDATE journal SET actor = 'operator:9' WHERE number = 5", 5),
    ("DELETE FROM journal WHERE number = 5", 5),
    ("UPDATE journal SET at = 'never' WHERE number = 6", 6),
])  # fmt: skip  # one line each
def test_what_is_broken_is_named_and_known_until_the_whole_holds(
    site: Flask, watch: JournalWatch, clock: FixedClock, change: str, entry: int
) -> None:
    if "never" in change and db.engine.dialect.name != "sqlite":
        change = change.replace("'never'", "'2020-01-01'")
    behind_our_back("CREATE TEMPORARY TABLE kept AS SELECT * FROM journal", change)
    go_on(watch, site)
    go_on(watch, site)
    assert watch.broken == entry
    clock.at += 2 * HOUR
    go_on(watch, site)
    assert watch.broken == entry, "a stretch that holds does not take it back"
    assert whole(watch, site) == entry
    db.session.execute(text("DELETE FROM journal"))
    db.session.execute(text("INSERT INTO journal SELECT * FROM kept"))
    db.session.expire_all()
    assert whole(watch, site) is None
    assert watch.broken is None
