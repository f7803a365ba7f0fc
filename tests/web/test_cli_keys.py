"""``flask keys``: rotated while the site works, killed and run again; kept and brought back under a passphrase."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.settings import Settings
from kelisim.vault.keys import NEXT, load, make_missing
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.rows import house_of, rows
from tests.web.test_cli import failed, run

PHRASE = "seven quiet horses"


def with_phrase(app: Flask, *words: str, phrase: str = PHRASE) -> Result:
    """A command that reads the passphrase from a pipe."""
    reads, writes = os.pipe()
    with os.fdopen(writes, "w", encoding="utf-8") as pipe:
        pipe.write(f"{phrase}\n")
    return run(app, *words, "--passphrase-fd", str(reads))


@pytest.fixture
def new(tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    """A new instance, with keys of its own as a first start makes them."""
    make_missing(tmp_path / "new" / "keys")
    built = migrated(Settings(instance=tmp_path / "new"), clock=clock)
    yield built
    dispose(built)


def keys_folder(app: Flask) -> Path:
    return house_of(app).settings.instance / "keys"


def test_a_rotation_that_is_killed_goes_on_when_it_is_run_again(app: Flask, visitor: Visitor) -> None:
    for person in PEOPLE[:6]:
        visitor.send(person)
    folder = keys_folder(app)
    before = load(folder).privates
    wrapped = rows(app, "SELECT id, key_for_operator FROM submissions ORDER BY id")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate", "--batch", "1", "--settle", "600"]
    environment = {**os.environ, "PYTHONPATH": "site", "KELISIM_INSTANCE": str(folder.parent)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(3)]
        process.kill()
    assert [line.partition(" ")[0] for line in said] == ["1", "2", "3"]
    assert {"operator-next.key", "operator.key"} < {path.name for path in folder.iterdir()}
    after = rows(app, "SELECT id, key_for_operator FROM submissions ORDER BY id")
    assert sum(was != now for was, now in zip(wrapped, after, strict=True)) >= 3
    visitor.send(PEOPLE[6])
    done = run(app, "keys", "rotate", "--settle", "0")
    assert done.exit_code == 0, done.output
    assert "the old key is gone" in done.output
    assert not (folder / NEXT).exists()
    assert len(load(folder).privates) == len(before) == 1
    assert "The search index is entered anew." in done.output
    assert run(app, "journal", "verify").exit_code == 0
    # Each record is entered into the index again: the new key opened it.
    assert rows(
        app, "SELECT count(*) FROM submissions WHERE search_version IS NOT NULL AND phone_token IS NOT NULL"
    ) == [(7,)]


def test_with_several_hosts_the_old_key_stays_until_each_has_the_new_one(
    app: Flask, clock: FixedClock, visitor: Visitor
) -> None:
    visitor.send(PEOPLE[0])
    home = house_of(app).settings.instance
    hosts = create_app(Settings(instance=home, database_url=f"sqlite:///{home / 'kelisim.sqlite3'}"), clock=clock)
    assert "--every-host" in run(hosts, "keys", "rotate", "--settle", "0").output
    assert (home / "keys" / NEXT).exists()
    assert "the old key is gone" in run(hosts, "keys", "rotate", "--settle", "0", "--every-host").output
    assert not (home / "keys" / NEXT).exists()
    dispose(hosts)


def test_keys_are_kept_and_brought_back_with_their_passphrase_alone(
    app: Flask, new: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.send(PEOPLE[0])
    path = tmp_path / "keys.json"
    assert "too short" in failed(with_phrase(app, "keys", "export", str(path), phrase="short"))
    assert not path.exists()
    assert with_phrase(app, "keys", "export", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert "there already" in failed(with_phrase(app, "keys", "export", str(path)))
    folder = keys_folder(new)
    own = {it.name: it.read_bytes() for it in folder.iterdir()}
    assert "another one" in failed(with_phrase(new, "keys", "import", str(path), phrase="seven noisy horses"))
    assert {it.name: it.read_bytes() for it in folder.iterdir()} == own
    back = with_phrase(new, "keys", "import", str(path))
    assert back.exit_code == 0, back.output
    assert load(folder).site == load(keys_folder(app)).site
    (beside,) = folder.parent.glob("keys.before-*")
    assert {it.name: it.read_bytes() for it in beside.iterdir()} == own
    backup = str(tmp_path / "a.backup")
    assert run(app, "backup", backup).exit_code == 0
    again = create_app(house_of(new).settings)
    assert run(again, "restore", backup, "--without-erasures").exit_code == 0
    dispose(again)


def test_keys_that_do_not_fit_the_database_are_not_brought_in(
    app: Flask, new: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.send(PEOPLE[0])
    path = str(tmp_path / "keys.json")
    assert with_phrase(new, "keys", "export", path).exit_code == 0
    before = load(keys_folder(app)).site
    assert "written with other keys" in failed(with_phrase(app, "keys", "import", path))
    assert load(keys_folder(app)).site == before
    assert sorted(it.name for it in keys_folder(app).parent.glob("keys*")) == ["keys"]


def test_at_a_terminal_the_passphrase_is_asked_for_twice(app: Flask, tmp_path: Path) -> None:
    words = ["keys", "export", str(tmp_path / "keys.json")]
    runner = app.test_cli_runner()
    wrong = runner.invoke(args=words, input=f"{PHRASE}\nanother one entirely\n")
    assert wrong.exit_code == 1
    assert PHRASE not in wrong.output
    right = runner.invoke(args=words, input=f"{PHRASE}\n{PHRASE}\n")
    assert right.exit_code == 0
    assert PHRASE not in right.output
