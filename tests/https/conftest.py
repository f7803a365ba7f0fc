"""The server that the tests of this folder share, and a person whose data nobody else has."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for this folder's tests in this process."""
    with running(Server(tmp_path_factory.mktemp("https"), run_jobs=False)) as started:
        yield started


@pytest.fixture(params=[False, True], ids=["http1", "http2"])
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[httpx.Client]:
    """A client of each version of HTTP."""
    with server.client(http2=request.param) as made:
        yield made
