"""The fixtures every room's tests share: an instance of its own, an application on SQLite or PostgreSQL, a client."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from kelisim import core
from kelisim.app import create_app
from kelisim.services.passwords import Passwords
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from tests.support.apps import Lender, compile_each_statement_once, share_statements
from tests.support.people import Person
from tests.support.postgres import PostgresServer
from tests.support.schema import migrate_database, migrated_file
from tests.support.visitor import Visitor

ORIGIN = "https://localhost:8443"

# How long one example takes says something about the machine, not about the rule.
hypothesis_settings.register_profile("patient", deadline=None, max_examples=50)
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One real PostgreSQL server for the tests of this process, started by the first that asks."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A new instance folder with its keys."""
    make_missing(tmp_path / "instance" / "keys")
    return tmp_path / "instance"


@pytest.fixture
def settings(instance: Path) -> Settings:
    """The settings of a trial on SQLite."""
    return Settings(instance=instance)


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest, instance: Path) -> Iterator[Settings]:
    """Settings on SQLite, then on PostgreSQL: a test that takes them runs on both. No table has a row yet."""
    if request.param == "sqlite":
        yield Settings(instance=instance)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    address, give_back = server.lend(migrate_database)
    yield Settings(instance=instance, database_url=address)
    give_back()


@pytest.fixture(params=["sqlite", "postgresql"])
def each_new_database(request: pytest.FixtureRequest, instance: Path) -> Settings:
    """Settings on SQLite, then on PostgreSQL, where no database was prepared."""
    if request.param == "sqlite":
        return Settings(instance=instance)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Settings(instance=instance, database_url=server.new_database())


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> FixedClock:
    """Sunday, 22 November 2026, 10:00 UTC."""
    return FixedClock(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


class _Compiled(BytecodeCache):
    """Templates compiled once for the applications of all tests."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._kept.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = _Compiled()


def _compile_each_address_once() -> None:
    """Let every application of this process share what Werkzeug compiles of a rule's text: it is the same for all,
    and compiling it took half of the time that building an application takes.
    """
    compiled: dict[tuple[str, str | None, bool], object] = {}
    compile_builder = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> object:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, rule.subdomain, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign,assignment]


class _CheapPasswords(Passwords):
    """argon2id with the least cost there is: at its real one, hashing took half of a sign-in. What it costs where the
    site really runs is looked at there, and in the tests of passwords themselves.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_collection_finish() -> None:
    """What was loaded stays: looking through it for garbage again and again took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


core.Passwords = _CheapPasswords  # type: ignore[misc]
_compile_each_address_once()
compile_each_statement_once()
LENDER = Lender()


def migrated(settings: Settings, make: Callable[..., Flask] = create_app, **arguments: object) -> Flask:
    """An application whose database has the newest schema: the file of a test's own, or the one it was lent."""
    app = make(settings, **arguments)
    app.testing = False  # errors are answered with pages, as they are for a visitor
    app.jinja_env.bytecode_cache = COMPILED
    share_statements(app)
    _prepare_file(settings)
    return app


def _prepare_file(settings: Settings) -> None:
    if not settings.database_url and not (file := settings.instance / "kelisim.sqlite3").exists():
        file.write_bytes(migrated_file())


@contextmanager
def lent(
    settings: Settings, clock: FixedClock, make: Callable[..., Flask] = create_app, lender: Lender = LENDER
) -> Iterator[Flask]:
    """As ``migrated`` makes it, and used by other tests before and after."""
    app = lender.lend(make, settings, clock, migrated)
    _prepare_file(settings)
    yield app
    dispose(app)
    lender.take_back(app, make, settings)


def dispose(app: Flask) -> None:
    """Close the application's connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The application on SQLite, on the standing clock."""
    with lent(settings, clock) as built:
        yield built


@pytest.fixture
def app_on_each(each_database: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The application on SQLite, then on PostgreSQL."""
    with lent(each_database, clock) as built:
        yield built


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies of its own making."""
    return app.test_client()


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A person at the site over HTTPS, who fills in what the page offers."""
    return Visitor(client)


@pytest.fixture
def person() -> Person:
    """Somebody with a name that only this test's database can have."""
    return Person("Айгерім-Перизат", "Қуанышбекқызы", "8 701 555 31 37", "+77015553137")
