"""Fixtures of the start: the checkout's place, and an environment with nothing of Kelisim's in it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture
def now() -> datetime:
    """The moment of the test: certificates are checked by programs that have a clock of their own."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def bare_environment() -> dict[str, str]:
    """The environment without settings, as a newcomer's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("KELISIM_", "PYTHON"))}
