"""With a replica the desk's lists and numbers come from there, and never without an act that its operator just did."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.domain.acts import Act
from kelisim.services import journal
from kelisim.services.journal import Deed
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.storage.db import DATABASE_AWAY, db, replica_session, writing
from tests.conftest import FixedClock, dispose, migrated
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.postgres import PostgresServer
from tests.support.schema import migrate_database
from tests.web.desk import Desk
from tests.web.rows import house_of

RECORD = re.compile(r"/operator/submissions/[0-9A-Z]{8}(\?|$)")
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def records_on(page: Page) -> int:
    """How many records a list shows."""
    return len({link.get("href") for link in page.elements("a") if RECORD.match(link.get("href") or "")})


class Pair:
    """The site, and the site as its replica would be if it had not followed at all."""

    def __init__(self, site: Flask, replica: Flask) -> None:
        self.site, self.replica = site, replica

    def follow(self) -> None:
        """Let the replica's journal come as far as the site's; nothing else is there."""
        with self.site.app_context():
            far = journal.count(db.session())
        with self.replica.app_context(), writing(db.session()):
            deed, house = Deed(Act.ACCESS, UUID(int=7), "site", {}), house_of(self.replica)
            journal.append(db.session(), [deed] * far, key=house.keys.site.journal, now=house.now)


@pytest.fixture
def pair(postgres: PostgresServer, settings: Settings, clock: FixedClock) -> Iterator[Pair]:
    with ExitStack() as stack:
        addresses = []
        for _ in range(2):
            address, give_back = postgres.lend(migrate_database)
            stack.callback(give_back)
            addresses.append(address)
        first, second = addresses
        site = migrated(replace(settings, database_url=first, replica_url=second), clock=clock)
        replica = migrated(replace(settings, database_url=second), clock=clock)
        for app in (site, replica):
            stack.callback(dispose, app)
        stack.callback(lambda: _close_replica(site))
        yield Pair(site, replica)


def _close_replica(app: Flask) -> None:
    with app.app_context():
        db.engines["replica"].dispose()


def test_a_list_is_of_the_replica_once_it_has_come_as_far_as_the_operators_last_act(
    pair: Pair, clock: FixedClock, person: Person
) -> None:
    desk = Desk(pair.site.test_client(), pair.site, clock).whole()
    assert desk.send(person).status_code == 303

    def search() -> str:
        found = desk.page("/operator/submissions")
        return desk.post("/operator/search", {"csrf_token": found.value("csrf_token"), "text": "8 701"}).location or ""

    def listed() -> int:
        return records_on(desk.page("/operator/submissions"))

    assert search()
    assert listed() == 1, "the replica does not have the operator's last act yet"
    pair.follow()
    assert listed() == 0, "it has now"
    desk.page("/operator/statistics")
    assert search()
    assert listed() == 0, "an act that changed nothing is in the journal of neither"
    with pair.site.app_context():
        reference = db.session.scalar(text("SELECT reference FROM receipts"))
    assert desk.page(f"/operator/submissions/{reference}").heading
    assert search()
    assert listed() == 1, "the opening was journalled after what the replica has"


def test_a_replica_refuses_a_write_whoever_asks(pair: Pair) -> None:
    with pair.site.app_context(), replica_session() as session, pytest.raises(DATABASE_AWAY):
        session.execute(text("DELETE FROM jobs"))


def test_a_replica_that_is_away_is_not_missed(
    postgres: PostgresServer, settings: Settings, clock: FixedClock, person: Person
) -> None:
    address, give_back = postgres.lend(migrate_database)
    app = migrated(replace(settings, database_url=address, replica_url=NOWHERE), clock=clock)
    desk = Desk(app.test_client(), app, clock).whole()
    desk.send(person)
    assert records_on(desk.page("/operator/submissions")) == 1
    assert desk.page("/operator/statistics").heading
    dispose(app)
    give_back()


@pytest.mark.parametrize(
    ("database", "replica"),
    [("", "postgresql+psycopg://x/y"), ("postgresql+psycopg://x/y", "sqlite:////x"), ("", "sqlite:////x")],
)
def test_only_postgresql_has_one(tmp_path: Path, database: str, replica: str) -> None:
    with pytest.raises(SettingsError, match=r"replica_url and the database_url it follows must both begin"):
        Settings.load(tmp_path, {"KELISIM_DATABASE_URL": database, "KELISIM_REPLICA_URL": replica})
