"""The demo: made-up people in every state there is, a tour with a way in, and nothing of a real site in reach."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kelisim.app import create_app
from kelisim.domain.acts import ConsentState, State
from kelisim.domain.incidents import IncidentStep
from kelisim.domain.operators import Role
from kelisim.domain.requests import RequestState
from kelisim.domain.rights import RequestKind
from kelisim.domain.transfers import Delivery
from kelisim.services import journal
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from scripts import demo
from scripts.made_up.people import people
from tests.conftest import FixedClock, dispose
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import house_of

NOW = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)
MANY = 160


class Filled(NamedTuple):
    """An instance of fewer people than the demo's, with as many fates."""

    settings: Settings
    way_in: demo.WayIn

    def values(self, query: str) -> set[object]:
        """The first column of what the database answers."""
        with closing(sqlite3.connect(self.settings.instance / "kelisim.sqlite3")) as database:
            return {value for (value,) in database.execute(query)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Filled once for this file."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    make_missing(folder / "keys")
    settings = Settings(instance=folder)
    return Filled(settings, demo.fill(settings, NOW, MANY))


def test_there_is_a_record_and_a_request_in_each_state(filled: Filled) -> None:
    assert filled.values("SELECT state FROM submissions") == set(State)
    assert filled.values("SELECT consent_state FROM submissions") == set(ConsentState)
    assert filled.values("SELECT state FROM requests") == set(RequestState)
    assert filled.values("SELECT kind FROM requests") == set(RequestKind)
    for day in ("due < '2026-12-08'", "due >= '2026-12-08'"):
        assert filled.values(f"SELECT count(*) > 0 FROM requests WHERE state IN ('received', 'in_work') AND {day}") == {
            1
        }


def test_there_is_each_transfer_task_incident_export_and_person_of_the_desk(filled: Filled) -> None:
    assert filled.values("SELECT state FROM deliveries") == set(Delivery)
    assert filled.values("SELECT closed IS NULL FROM recipient_tasks") == {0, 1}
    assert {"register", "notify", "close"} <= set(IncidentStep) & filled.values("SELECT step FROM incident_steps")
    assert filled.values("SELECT count(DISTINCT incident_id) FROM incident_steps WHERE step = 'close'") == {1}
    assert filled.values("SELECT state FROM exports") == {"asked", "ready", "removed", "ended", "failed"}
    assert filled.values("SELECT role FROM operators") == set(Role)
    for table in ("papers", "contacts", "record_tags", "retention_warnings", "choices", "visits", "visit_counts", "heads",
                  "destructions", "keepings", "changes"):  # fmt: skip  # one list
        assert filled.values(f"SELECT count(*) > 0 FROM {table}") == {1}, table
    assert filled.values("SELECT count(*) > 0 FROM submissions WHERE suspicions <> '[]'") == {1}
    assert filled.values("SELECT count(*) >= 160 FROM submissions") == {1}


def test_its_journal_holds_and_its_way_in_opens_the_desk(filled: Filled) -> None:
    app = create_app(filled.settings, clock=FixedClock(NOW))
    with app.app_context():
        assert journal.verify(db.session(), key=house_of(app).keys.site.journal) is None
    desk, way_in = Desk(strict_client(app), app, FixedClock(NOW)), filled.way_in
    desk.give_password(way_in.name, way_in.password)
    assert desk.give_code(way_in.codes[0]).headers["Location"] == "/operator"
    for path in (
        "/operator",
        "/operator/submissions",
        "/operator/requests",
        "/operator/retention",
        "/operator/transfers",
    ):
        assert desk.page(path).heading
    dispose(app)


def test_it_makes_nobody_up_beside_what_is_there(filled: Filled) -> None:
    with pytest.raises(demo.NotEmpty):
        demo.fill(filled.settings, NOW, 1)
    with pytest.raises(demo.NotEmpty):
        demo.fill(Settings(instance=filled.settings.instance / "none", database_url="postgresql+psycopg://x"), NOW, 1)


def test_nothing_that_names_a_real_site_reaches_it(tmp_path: Path) -> None:
    real = {
        "KELISIM_INSTANCE": "/srv/kelisim",
        "KELISIM_DATABASE_URL": "postgresql+psycopg://kelisim@db.example/kelisim",
        "KELISIM_SMTP_HOST": "mail.example",
        "KELISIM_TRIAL": "false",
    }
    own = demo.own_environment({**os.environ, **real, "KELISIM_HTTPS_PORT": "9443"}, tmp_path)
    assert {name: value for name, value in own.items() if name.startswith("KELISIM_")} == {
        "KELISIM_INSTANCE": str(tmp_path),
        "KELISIM_HTTPS_PORT": "9443",
    }


def test_names_are_of_three_languages_and_numbers_of_a_range_that_is_not_given_out() -> None:
    crowd = people(demo.Random(1))
    found = [next(crowd) for _ in range(demo.PEOPLE)]
    assert {one.language for one in found} == {"kk", "ru", "en"}
    assert len({(one.personal.name, one.personal.second_name) for one in found}) > demo.PEOPLE / 2
    assert all(re.fullmatch(r"\+7700000\d{4}", one.personal.phone) for one in found)
    assert demo.PEOPLE - 30 < len({one.personal.phone for one in found}) < demo.PEOPLE, "some come again"


def test_the_tour_says_the_way_in_and_whole_addresses() -> None:
    way_in = demo.WayIn("operator", "seven quiet horses", ("abcd-efgh-jkmn", "pqrs-tuvw-xyz2"))
    said = demo.tour("https://localhost:8443", way_in)
    assert way_in.password in said
    assert {way_in.name, *way_in.codes} <= set(said.split())
    assert {f"https://localhost:8443{path}" for path in ("/", "/operator", "/operator/statistics")} <= set(
        re.findall(r"https:[\w:/.-]*\w[/]?", said)
    )
