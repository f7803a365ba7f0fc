"""Every host migrates at its start, all at once if they are started at once: one does it, the others find it done."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.domain.acts import Act
from kelisim.serve.instance import StartError
from kelisim.serve.migration import is_current, wait_until_current
from kelisim.serve.opening import check_keys
from kelisim.services import journal
from kelisim.services.journal import Deed
from kelisim.settings import Settings
from kelisim.storage.db import db, engine_options, writing
from kelisim.storage.migrate import alone
from kelisim.storage.schema import HEAD
from kelisim.vault.keys import make_missing
from tests.conftest import dispose, migrated
from tests.services.given import house_of
from tests.support.postgres import PostgresServer

HOSTS = 3


def opening(instance: Path, database: str) -> "subprocess.Popen[str]":
    """What a start of a host does beside its workers."""
    own = {"PYTHONPATH": str(ROOT / "site"), "KELISIM_INSTANCE": str(instance), "KELISIM_DATABASE_URL": database}
    return subprocess.Popen(
        [sys.executable, "-m", "kelisim.serve.opening"],
        cwd=ROOT,
        env={**{name: it for name, it in os.environ.items() if not name.startswith("KELISIM_")}, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def versions(database: str) -> list[str]:
    """What the database says of its schema."""
    engine = create_engine(database)
    with engine.connect() as connection:
        found = list(connection.scalars(text("SELECT version_num FROM alembic_version")))
    engine.dispose()
    return found


def test_three_hosts_that_start_at_once_on_an_empty_database(
    postgres: PostgresServer, instance: Path, tmp_path: Path
) -> None:
    database = postgres.new_database()
    with ExitStack() as stack:
        hosts = []
        for number in range(HOSTS):
            shutil.copytree(instance / "keys", tmp_path / f"host-{number}" / "keys")
            hosts.append(stack.enter_context(opening(tmp_path / f"host-{number}", database)))
        said = [host.communicate(timeout=120) for host in hosts]
    assert [(host.returncode, errors) for host, (_, errors) in zip(hosts, said, strict=True)] == [(0, "")] * HOSTS
    assert all("/operator/set-up/" in link for link, _ in said)
    assert versions(database) == [HEAD]


def test_who_migrates_holds_the_others_up_for_longer_than_any_statement_may_take(each_database: Settings) -> None:
    app = migrated(replace(each_database, database_wait_seconds=1))
    engine = create_engine(each_database.database, **engine_options(each_database.database, 1))
    began, ended = Event(), Event()

    def migrate() -> None:
        with app.app_context():
            began.set()
            upgrade(directory=str(ROOT / "migrations"))
        ended.set()

    host = Thread(target=migrate)
    with alone(engine):
        host.start()
        assert began.wait(60)
        assert not ended.wait(1.5)  # longer than a statement of a page, or its wait for a lock, may take
    host.join(60)
    assert ended.is_set()
    engine.dispose()
    dispose(app)


def test_a_host_of_the_version_before_serves_beside_the_next_one(app_on_each: Flask) -> None:
    settings = house_of(app_on_each).settings

    def become(version: str) -> None:
        with app_on_each.app_context(), db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    become("0001")
    assert not is_current(settings)
    become("9999")
    assert is_current(settings)
    wait_until_current(settings)
    become(HEAD)


def test_a_host_with_keys_of_its_own_is_stopped_before_it_breaks_the_journal(
    app_on_each: Flask, tmp_path: Path
) -> None:
    house = house_of(app_on_each)
    check_keys(app_on_each)
    with app_on_each.app_context(), writing(db.session()):
        deed = Deed(Act.ACCESS, UUID(int=7), "site", {})
        journal.append(db.session(), [deed], key=house.keys.site.journal, now=house.now)
    check_keys(app_on_each)
    make_missing(tmp_path / "other" / "keys")
    other = create_app(Settings(instance=tmp_path / "other", database_url=house.settings.database))
    with pytest.raises(StartError, match=r"put the keys of the host that wrote it there"):
        check_keys(other)
    dispose(other)
