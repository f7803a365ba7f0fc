"""The demo: days of made-up people, lived through the pages."""

import sqlite3
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from kelisim.app import ROOT
from kelisim.settings import Settings

NOW = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)


def test_its_days_hold_what_a_desk_should_show(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    spec = spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec is not None
    assert spec.loader is not None
    demo = module_from_spec(spec)
    spec.loader.exec_module(demo)
    demo.fill(settings, NOW, days=9)
    database = sqlite3.connect(settings.instance / "kelisim.sqlite3")
    for table in ("submissions", "requests", "choices", "visits", "visit_counts"):
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0, table
    (flagged,) = database.execute("SELECT count(*) FROM submissions WHERE suspicions <> '[]'").fetchone()
    database.close()
    assert flagged == 0
    assert capfd.readouterr().err == ""
