"""Backups and what comes back of them, from and to both databases."""

import gzip
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask
from sqlalchemy import select, text

from kelisim.core import ROOT, create_core
from kelisim.domain.backups import KIND, BackupBroken
from kelisim.domain.desk_acts import DeskAct
from kelisim.domain.erasures import Erasure
from kelisim.jobs import make_backup
from kelisim.services import backup_reading, backups, desk_acts, erasures, journal, restoring, search
from kelisim.services.backups import BackupProblem
from kelisim.services.holders import Holder
from kelisim.services.records import By
from kelisim.services.restoring import Means, Restored, RestoreProblem
from kelisim.settings import Settings
from kelisim.storage.db import Base, db
from kelisim.storage.dump import LEFT_OUT
from kelisim.storage.ledger import Ledger
from kelisim.vault.boxes import BoxWriter
from kelisim.vault.keys import make_missing
from tests.conftest import FixedClock, dispose, migrated
from tests.services.given import add_operator, counts, house_of
from tests.services.test_desk_acts import by, given, row_of
from tests.storage.rows import fill
from tests.support.people import PEOPLE
from tests.support.postgres import PostgresServer

MIGRATIONS = ROOT / "migrations"
Instances = Callable[..., Flask]


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


@pytest.fixture
def new(tmp_path: Path, clock: FixedClock) -> Iterator[Instances]:
    """Makes a new instance with the keys and the ledger of another, its database not made yet."""
    built: list[Flask] = []

    def make(of: Flask, address: str = "") -> Flask:
        home = tmp_path / f"new{len(built)}"
        was = house_of(of).settings
        copytree(was.instance / "keys", home / "keys")
        if was.erasures.exists():
            copytree(was.erasures, home / "erasures")
        built.append(create_core(Settings(instance=home, database_url=address), clock=clock))
        return built[-1]

    yield make
    for app in built:
        dispose(app)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """Where a restored database shall lie: empty for SQLite's file in the instance."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


def backup(app: Flask, path: Path) -> Path:
    house = house_of(app)
    backups.make(db.session(), path, keys=house.keys, now=house.now, randomness=secrets.token_bytes)
    return path


class _Unplugged(Ledger):
    """A ledger whose disk is gone when it is read for the second time: after the rows came in."""

    reads = 0

    def lines(self) -> Iterator[Erasure]:
        self.reads += 1
        if self.reads > 1:
            raise OSError("unplugged")
        return iter(())


def restore(app: Flask, path: Path, ledger: Ledger | None = None) -> Restored:
    house = house_of(app)
    actor = By("site", house.keys.site.journal, house.now)
    means = Means(house.keys.privates, house.keys.site, ledger or house.ledger, house.library, MIGRATIONS, actor)
    done = restoring.restore(path, house.settings.database, means, wait_seconds=15)
    with app.app_context():
        erasures.note_restored(db.session(), house.ledger, by=actor)
    return done


def destroy(app: Flask, who: Holder) -> None:
    desk_acts.carry_out(db.session(), who.reference, DeskAct.DESTROY, "court", by=by(app))


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is kept, as Python has it."""
    db.session.rollback()
    return {
        found.name: [tuple(row) for row in db.session.execute(select(found).order_by(*found.primary_key.columns))]
        for found in Base.metadata.sorted_tables
        if found.name not in LEFT_OUT
    }


def test_every_row_comes_back_as_it_was(site: Flask, new: Instances, address: str, tmp_path: Path) -> None:
    for one in PEOPLE[:3]:
        given(site, one)
    add_operator(site)
    search.enter(db.session(), keys=house_of(site).keys, least=2, rows=10)
    path = backup(site, tmp_path / "a.backup")
    before = contents()
    other = new(site, address)
    done = restore(other, path)
    assert (done.manifest.rows, done.erased) == (sum(len(rows) for rows in before.values()), 0)
    with other.app_context():
        after = contents()
        assert {name: rows for name, rows in after.items() if name != "journal"} == {
            name: rows for name, rows in before.items() if name != "journal"
        }
        assert after["journal"][:-1] == before["journal"]
        assert journal.verify(db.session(), key=house_of(other).keys.site.journal) is None
        given(other, PEOPLE[3])
        add_operator(other, "second")


def test_a_row_of_every_table_is_kept_or_left_out_for_a_reason(site: Flask, new: Instances, tmp_path: Path) -> None:
    fill(db.session())
    path = backup(site, tmp_path / "a.backup")
    house = house_of(site)
    manifest = backup_reading.checked(path, privates=house.keys.privates, key=house.keys.site.backup)
    assert set(manifest.tables) | LEFT_OUT == set(Base.metadata.tables)
    assert set(manifest.tables) & LEFT_OUT == set()
    assert {name: found.rows for name, found in manifest.tables.items()} == counts(*manifest.tables)
    # Made-up rows hold no evidence: they would come in, and are refused before they could serve.
    other = new(site)
    with pytest.raises(BackupBroken, match="its journal does not hold"):
        restore(other, path)
    assert list(house_of(other).settings.instance.glob("kelisim.sqlite3*")) == []


def test_nothing_of_what_was_destroyed_since_touches_the_disk(
    site: Flask, new: Instances, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    who, blocked, stays = given(site, PEOPLE[0]), given(site, PEOPLE[1]), given(site, PEOPLE[2])
    search.enter(db.session(), keys=house_of(site).keys, least=2, rows=10)
    desk_acts.carry_out(db.session(), blocked.reference, DeskAct.BLOCK, "report", by=by(site))
    gone = [row_of(it) for it in (who, blocked)]
    hidden = [bytes(part) for row in gone for part in (row.sealed_content, row.key_for_operator, row.key_for_person)]
    hidden += [row.search_tokens for row in gone if row.search_tokens]
    kept = row_of(stays).sealed_content
    path = backup(site, tmp_path / "a.backup")
    desk_acts.carry_out(db.session(), blocked.reference, DeskAct.UNBLOCK, "not_confirmed", by=by(site))
    for it in (who, blocked):
        destroy(site, it)
    later = given(site, PEOPLE[3])
    destroy(site, later)
    folder, server = tmp_path / "new0", None
    if db.engine.dialect.name == "postgresql":
        server = PostgresServer()  # a cluster of its own: the first one's log holds what lay in the first database
        request.addfinalizer(server.stop)
        folder = server.folder
    other = new(site, server.new_database() if server is not None else "")
    assert restore(other, path).erased == 2
    with other.app_context():
        db.session.execute(text("SELECT 1"))
        if server is not None:
            db.session.rollback()
            db.session.execute(text("CHECKPOINT"))
        db.session.rollback()
        stored = b"".join(
            file.read_bytes() for file in folder.rglob("*") if file.is_file() and "keys" not in file.parts
        )
        assert kept in stored, "the search itself must find what is there"
        assert [part for part in hidden if part in stored] == []
        assert [row_of(it).state for it in (who, blocked, stays)] == ["destroyed", "destroyed", "active"]
        assert erasures.compare(db.session(), house_of(other).ledger).came_back == 0
        assert erasures.complete(db.session(), house_of(other).ledger) == 0
        details = journal.of_subject(db.session(), who.submission_id)[-1].details
        assert details["by"] == "restore"
        destroy(other, stays)
        assert [line.record for line in house_of(other).ledger.lines()][-1] == stays.submission_id


def test_a_backup_cut_anywhere_or_altered_is_refused_before_anything_is_written(
    app: Flask, new: Instances, tmp_path: Path
) -> None:
    with app.app_context():
        for one in PEOPLE[:2]:
            given(app, one)
        path = backup(app, tmp_path / "a.backup")
    whole = path.read_bytes()
    other = new(app)
    for at in (0, 5, len(KIND) + 2, len(KIND) + 40, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:at])
        with pytest.raises(BackupBroken):
            restore(other, path)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BackupBroken):
            restore(other, path)
    path.write_bytes(whole + b"x")
    with pytest.raises(BackupBroken):
        restore(other, path)
    assert list(house_of(other).settings.instance.glob("kelisim*")) == []
    path.write_bytes(whole)
    restore(other, path)


def test_what_somebody_else_sealed_for_the_operator_is_no_backup_of_the_site(
    app: Flask, new: Instances, tmp_path: Path
) -> None:
    with app.app_context():
        path = backup(app, tmp_path / "a.backup")
    keys = house_of(app).keys
    with backup_reading._opened(path, keys.privates) as lines:  # what is in it, line by line
        inside = list(lines)
    tampered = json.loads(inside[-1])
    tampered["manifest"]["journal"][0] += 1
    forged = tmp_path / "forged.backup"
    with forged.open("wb") as file:
        box = BoxWriter(file, kind=KIND, operator=keys.operator_public, randomness=secrets.token_bytes)
        box.write(gzip.compress(b"".join(inside[:-1]) + json.dumps(tampered).encode() + b"\n"))
        box.seal()
    with pytest.raises(BackupBroken, match="not made with the keys of this site"):
        restore(new(app), forged)


def test_a_kind_of_column_that_only_a_newer_version_knows_is_named(app: Flask, new: Instances, tmp_path: Path) -> None:
    keys, path = house_of(app).keys, tmp_path / "newer.backup"
    table = {"table": "submissions", "columns": [["id", "id"], ["place", "place on earth"]]}
    with path.open("wb") as file:
        box = BoxWriter(file, kind=KIND, operator=keys.operator_public, randomness=secrets.token_bytes)
        box.write(gzip.compress(json.dumps(table).encode() + b"\n"))
        box.seal()
    with pytest.raises(BackupBroken, match="kind place on earth, which a newer version may know"):
        restore(new(app), path)


def test_another_sites_key_opens_nothing(app: Flask, clock: FixedClock, tmp_path: Path) -> None:
    with app.app_context():
        path = backup(app, tmp_path / "a.backup")
    make_missing(tmp_path / "other" / "keys")
    other = create_core(Settings(instance=tmp_path / "other"), clock=clock)
    with pytest.raises(BackupBroken, match="sealed for another key"):
        restore(other, path)
    dispose(other)


def test_an_instance_that_is_used_is_left_alone(site: Flask, tmp_path: Path) -> None:
    given(site, PEOPLE[0])
    path = backup(site, tmp_path / "a.backup")
    before = counts()
    with pytest.raises(RestoreProblem, match="not empty"):
        restore(site, path)
    assert counts() == before


def test_an_empty_database_that_a_start_made_is_taken(
    app: Flask, each_database: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    with app.app_context():
        given(app, PEOPLE[0])
        path = backup(app, tmp_path / "a.backup")
    home = tmp_path / "started"
    copytree(house_of(app).settings.instance / "keys", home / "keys")
    other_settings = replace(each_database, instance=home)
    other = create_core(other_settings, clock=clock)
    dispose(migrated(other_settings, create_core))
    restore(other, path)
    with other.app_context():
        assert counts("submissions") == {"submissions": 1}
    dispose(other)


def test_whoever_may_open_the_empty_file_may_open_the_one_that_comes_back(
    app: Flask, clock: FixedClock, tmp_path: Path
) -> None:
    """A file that site and desk share has a mode of its own."""
    with app.app_context():
        given(app, PEOPLE[0])
        path = backup(app, tmp_path / "a.backup")
    home = tmp_path / "shared"
    copytree(house_of(app).settings.instance / "keys", home / "keys")
    dispose(migrated(Settings(instance=home), create_core))
    file = home / "kelisim.sqlite3"
    file.chmod(0o660)
    other = create_core(Settings(instance=home), clock=clock)
    restore(other, path)
    assert file.stat().st_mode & 0o777 == 0o660
    dispose(other)


def test_an_interrupted_restoration_leaves_nothing_and_can_be_begun_again(
    app: Flask, new: Instances, address: str, tmp_path: Path
) -> None:
    with app.app_context():
        given(app, PEOPLE[0])
        path = backup(app, tmp_path / "a.backup")
    other = new(app, address)
    folder = house_of(other).settings.instance
    if not address:
        (folder / "kelisim.sqlite3.restoring").write_bytes(b"of a run that was killed")
    with pytest.raises(OSError, match="unplugged"):
        restore(other, path, _Unplugged(house_of(other).ledger.path.parent, b""))
    assert list(folder.glob("kelisim*")) == []
    restore(other, path)
    with other.app_context():
        assert counts("submissions", "receipts") == {"submissions": 1, "receipts": 1}


def test_a_backup_is_one_moment_while_forms_come_in(site: Flask, tmp_path: Path) -> None:
    given(site, PEOPLE[0])
    stopped = threading.Event()
    begun = threading.Event()

    def send_on() -> None:
        with site.app_context():
            while not stopped.is_set():
                given(site, PEOPLE[1])
                begun.set()

    thread = threading.Thread(target=send_on)
    thread.start()
    try:
        assert begun.wait(60)
        path = backup(site, tmp_path / "a.backup")
    finally:
        stopped.set()
        thread.join(60)
    house = house_of(site)
    manifest = backup_reading.checked(path, privates=house.keys.privates, key=house.keys.site.backup)
    assert manifest.tables["submissions"].rows == manifest.tables["receipts"].rows >= 2
    assert manifest.entries == manifest.tables["journal"].rows == 2 * manifest.tables["submissions"].rows


def test_a_backup_shows_nothing_and_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        who = given(app, PEOPLE[0])
        path = backup(app, tmp_path / "a.backup")
        raw = path.read_bytes()
        assert who.reference.encode() not in raw
        assert row_of(who).sealed_content not in raw
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(BackupProblem, match="there already"):
            backup(app, path)
        with pytest.raises(BackupProblem, match="no folder"):
            backup(app, tmp_path / "nowhere" / "a.backup")
    assert path.read_bytes() == raw
    assert [it.name for it in tmp_path.iterdir() if "unfinished" in it.name] == []


def test_the_worker_makes_them_and_removes_the_oldest(
    app: Flask, clock: FixedClock, settings: Settings, tmp_path: Path
) -> None:
    house = house_of(app)
    with app.app_context():
        assert make_backup(house) == ""
        house = replace(house, settings=replace(settings, backup_hours=6, backups_kept=2))
        folder = settings.instance / "backups"
        folder.mkdir()
        (folder / "mine.backup").write_bytes(b"not the worker's")
        (folder / ".kelisim-20260101-000000.backup.0a0a0a0a.unfinished").write_bytes(b"of a worker that was killed")
        for _ in range(4):
            assert "rows kept" in make_backup(house)
            clock.at += timedelta(hours=6)
    names = sorted(it.name for it in folder.iterdir())
    assert names == ["kelisim-20261122-220000.backup", "kelisim-20261123-040000.backup", "mine.backup"]
