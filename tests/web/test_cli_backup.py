"""``flask backup`` and ``flask restore``: one line each, and nothing is written where something is wrong."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask

from kelisim.app import create_app
from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.rows import count, house_of
from tests.web.test_cli import failed, run


@pytest.fixture
def new(app: Flask, clock: FixedClock, tmp_path: Path) -> Iterator[Flask]:
    """A new instance with the keys of the first."""
    home = tmp_path / "new"
    copytree(house_of(app).settings.instance / "keys", home / "keys")
    built = create_app(Settings(instance=home), clock=clock)
    yield built
    dispose(built)


def test_a_site_is_brought_back(app: Flask, new: Flask, visitor: Visitor, person: Person, tmp_path: Path) -> None:
    visitor.send(person)
    path = str(tmp_path / "a.backup")
    made = run(app, "backup", path)
    assert made.exit_code == 0, made.output
    assert "the journal up to entry 3" in made.output
    assert f"{path} is there already" in failed(run(app, "backup", path))
    assert "no ledger of erasures" in failed(run(new, "restore", path))
    done = run(new, "restore", path, "--without-erasures")
    assert done.exit_code == 0, done.output
    assert "0 records that were destroyed since" in done.output
    assert count(new, "submissions") == 1
    assert run(new, "journal", "verify").output == "The journal holds: 4 entries.\n"
    assert run(new, "erasures", "verify").exit_code == 0
    assert "the database is not empty" in failed(run(new, "restore", path, "--without-erasures"))


def test_what_is_no_backup_is_said_in_one_line(new: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    assert "No such file" in failed(run(new, "restore", str(path), "--without-erasures"))
    path.write_bytes(b"something else")
    assert "is no whole backup of this site" in failed(run(new, "restore", str(path), "--without-erasures"))
    (house_of(new).settings.instance / "keys" / "operator.key").unlink()
    without = create_app(house_of(new).settings)
    assert "flask keys import" in failed(run(without, "restore", str(path), "--without-erasures"))
    dispose(without)
