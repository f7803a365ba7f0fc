"""The demo: days of made-up people, lived through the pages, and a tour with a way in."""

import re
import sqlite3
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from kelisim.app import ROOT, create_app
from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.web.conftest import strict_client
from tests.web.desk import Desk

NOW = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> ModuleType:
    """The script, which is no part of the package."""
    spec = spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_its_days_hold_what_a_desk_should_show(
    demo: ModuleType, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    demo.fill(settings, NOW, days=9)
    database = sqlite3.connect(settings.instance / "kelisim.sqlite3")
    for table in ("submissions", "requests", "choices", "visits", "visit_counts"):
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0, table
    (flagged,) = database.execute("SELECT count(*) FROM submissions WHERE suspicions <> '[]'").fetchone()
    database.close()
    assert flagged == 0
    assert capfd.readouterr().err == ""


def test_its_way_in_opens_the_desk(demo: ModuleType, settings: Settings) -> None:
    dispose(migrated(settings, clock=FixedClock(NOW)))
    way_in = demo.let_in(settings)
    app = create_app(settings)
    desk = Desk(strict_client(app), app, FixedClock(NOW))
    desk.give_password(way_in.name, way_in.password)
    assert desk.give_code(way_in.codes[0]).headers["Location"] == "/operator"
    said = demo.tour(settings.own_address, way_in)
    assert {way_in.name, way_in.password, *way_in.codes} <= set(said.split())
    assert {f"{settings.own_address}{path}" for path in ("/", "/operator", "/operator/statistics")} <= set(
        re.findall(r"https:[\w:/.-]*\w[/]?", said)
    )
    dispose(app)
