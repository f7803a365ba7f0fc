"""``flask keys``: rotated while the site works, killed and run again; kept and brought back under a passphrase."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from secrets import token_bytes
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.domain.webhooks import secret_to_text
from kelisim.services.desk_secret import seal_anew
from kelisim.services.operators import factor_context
from kelisim.services.recipients import webhook_secret
from kelisim.services.records import By
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import DESK, NEXT, NEXT_DESK, load, make_missing
from kelisim.vault.rotation import begin, begin_desk
from kelisim.vault.sealing import SealBroken, open_small
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web import handing_over
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import connect, house_of, rows
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


def test_what_another_host_still_seals_with_the_old_key_is_waited_for(app: Flask, visitor: Visitor) -> None:
    """A host may have been given the new key a moment before --every-host, however long ago the rotation began."""
    visitor.send(PEOPLE[0])
    home = house_of(app).settings.instance
    begin(home / "keys")
    os.utime(home / "keys" / "operator.pub", (0, 0))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate", "--every-host", "--settle", "600"]
    environment = {
        **os.environ,
        "PYTHONPATH": "site",
        "KELISIM_INSTANCE": str(home),
        "KELISIM_DATABASE_URL": f"sqlite:///{home / 'kelisim.sqlite3'}",
    }
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(2)]
        process.kill()
    assert said == ["1 of 1 looked at\n", "waiting for what was sealed with the old key meanwhile\n"]
    assert (home / "keys" / NEXT).exists()


def test_the_old_key_goes_only_once_the_journal_says_so(app: Flask, visitor: Visitor) -> None:
    visitor.send(PEOPLE[0])
    folder = keys_folder(app)
    with connect(app) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END")
    assert run(app, "keys", "rotate", "--settle", "0").exit_code == 1
    assert (folder / NEXT).exists()
    with connect(app) as connection:
        connection.execute("DROP TRIGGER full")
    assert run(app, "keys", "rotate", "--settle", "0").exit_code == 0
    assert not (folder / NEXT).exists()
    assert rows(app, "SELECT count(*) FROM journal WHERE details LIKE '%rotated%'") == [(1,)]


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


@pytest.fixture
def before_desk_key(tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    """An instance from before there was desk.key, with its database."""
    make_missing(tmp_path / "old" / "keys")
    (tmp_path / "old" / "keys" / DESK).unlink()
    built = migrated(Settings(instance=tmp_path / "old"), clock=clock)
    yield built
    dispose(built)


def started_anew(app: Flask, clock: FixedClock) -> Flask:
    return create_app(house_of(app).settings, clock=clock)


def signs_in(desk: Desk, app: Flask, clock: FixedClock) -> bool:
    """Password and code of who was set up at a desk, at another start of it."""
    another = Desk(strict_client(app), app, clock)
    another.secret = desk.secret
    assert another.give_password().headers["Location"] == "/operator/sign-in/code"
    return another.give_code().status_code == 303


def test_the_desk_of_an_old_instance_gets_a_secret_of_its_own(before_desk_key: Flask, clock: FixedClock) -> None:
    app = before_desk_key
    assert "the desk's keys come from site.key" in run(app, "doctor").output
    desk = Desk(strict_client(app), app, clock).whole()
    place = handing_over.recipient(desk)
    shown = handing_over.webhook(desk, place).text
    old = house_of(app).keys.desk
    done = run(app, "keys", "rotate-desk")
    assert done.exit_code == 0, done.output
    assert "1 second factors and 1 webhooks' secrets are sealed anew" in done.output
    assert "0 passkeys and 10 recovery codes have gone" in done.output

    again = started_anew(app, clock)
    new = house_of(again).keys.desk
    assert {getattr(old, field.name) for field in fields(old)}.isdisjoint(
        getattr(new, field.name) for field in fields(new)
    )
    ((number, factor),) = rows(again, "SELECT id, second_factor FROM operators WHERE second_factor IS NOT NULL")
    with pytest.raises(SealBroken):
        open_small(factor, key=old.second_factor, context=factor_context(number))
    with again.app_context():
        (one,) = (UUID(hex=row[0]) for row in rows(again, "SELECT id FROM recipients"))
        assert secret_to_text(webhook_secret(db.session(), one, house_of(again).keys)) in shown
    assert rows(again, "SELECT count(*) FROM operator_sessions") == [(0,)]
    assert signs_in(desk, again, clock)
    assert run(again, "journal", "verify").exit_code == 0
    assert "the desk's keys come from site.key" not in run(again, "doctor").output
    dispose(again)


def test_a_new_secret_of_the_desk_that_was_cut_off_is_gone_on_with(app: Flask, clock: FixedClock) -> None:
    desk = Desk(strict_client(app), app, clock).whole()
    folder = keys_folder(app)
    old, new = begin_desk(folder)
    with app.app_context():
        by = By("site", house_of(app).keys.site.journal, clock())
        seal_anew(db.session(), old=old, new=new, by=by, randomness=token_bytes)
    assert load(folder).desk == old, "the file still has the old name"
    assert "1 second factors" in run(app, "keys", "rotate-desk").output
    assert load(folder).desk == new
    assert not (folder / NEXT_DESK).exists()
    again = started_anew(app, clock)
    assert signs_in(desk, again, clock)
    dispose(again)
    (folder / "operator.key").unlink()
    assert "operator.key is missing" in failed(run(app, "keys", "rotate-desk"))
