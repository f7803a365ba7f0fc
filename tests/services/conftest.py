"""The applications of services' tests: without pages, which take longer to build than most of these tests run."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kelisim.core import create_core
from kelisim.settings import Settings
from tests.conftest import FixedClock, lent


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """What a service needs around it, on SQLite, on the standing clock."""
    with lent(settings, clock, create_core) as built:
        yield built


@pytest.fixture
def app_on_each(each_database: Settings, clock: FixedClock) -> Iterator[Flask]:
    """What a service needs around it, on SQLite, then on PostgreSQL."""
    with lent(each_database, clock, create_core) as built:
        yield built
