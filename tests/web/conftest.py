"""What the tests of the web share: a client that looks at every answer, a desk, the lines of the log."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kelisim.web.log import JsonLines
from tests.conftest import FixedClock
from tests.support.visitor import Visitor
from tests.web.desk import Desk
from tests.web.strict import StrictClient


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
