"""What the tests of the web share: a client that looks at every answer, a desk, the lines of the log."""

import io
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kelisim.settings import Settings
from kelisim.vault.keys import make_missing
from kelisim.web.log import JsonLines
from tests.conftest import FixedClock, dispose, migrated
from tests.support.redis import RedisServer, redis_server
from tests.support.rights import hold_to_rights
from tests.support.visitor import Visitor
from tests.web.desk import Desk
from tests.web.strict import StrictClient, page_of

hold_to_rights()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies of its own making, which looks at every answer."""
    return strict_client(app)


def strict_client(app: Flask) -> FlaskClient:
    """A client that looks at every answer."""
    app.test_client_class = StrictClient
    return app.test_client()


@pytest.fixture
def desk(app: Flask, clock: FixedClock) -> Desk:
    """A browser of the Operator, nobody signed in."""
    return Desk(strict_client(app), app, clock)


@pytest.fixture
def another(app: Flask) -> Callable[[], Visitor]:
    """Makes further visitors with browsers of their own."""
    return lambda: Visitor(strict_client(app))


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis server of the test's own."""
    with redis_server() as server:
        yield server


@dataclass(frozen=True)
class Prepared:
    """An instance on which one operator has set up their way in, made once and copied, since a set-up is slow."""

    instance: Path
    secret: str
    recovery_codes: tuple[str, ...]

    def copied(self, to: Path) -> Path:
        """A copy of the instance."""
        return Path(shutil.copytree(self.instance, to))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Set up an hour before the clock of the tests."""
    folder = tmp_path_factory.mktemp("prepared") / "instance"
    make_missing(folder / "keys")
    clock = FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    app = migrated(Settings(instance=folder), clock=clock)
    desk = Desk(strict_client(app), app, clock)
    codes = tuple("".join(code.itertext()) for code in page_of(desk.set_up(desk.link())).elements("code"))
    dispose(app)
    return Prepared(folder, desk.secret, codes)


@pytest.fixture
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An instance of the test's own: with somebody who has set up their way in, where it asks for ``prepared``."""
    folder = tmp_path / "instance"
    if "prepared" in request.fixturenames:
        return request.getfixturevalue("prepared").copied(folder)
    make_missing(folder / "keys")
    return folder


class Log:
    """The lines of the log."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        """All of it."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        """Each line read: each is an object of its own."""
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, name: str) -> list[dict[str, object]]:
        """The lines of one event."""
        return [line for line in self.lines if line["event"] == name]


@pytest.fixture
def log() -> Iterator[Log]:
    """What every logger of the process says, in the form the site's log has."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger("kelisim"), logging.getLogger()]
    for logger in loggers:
        logger.addHandler(handler)
    yield Log(stream)
    for logger in loggers:
        logger.removeHandler(handler)


def noon() -> datetime:
    """A clock for tests that have no fixture."""
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
