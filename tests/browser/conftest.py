"""One server, one browser per process; pages in contexts of their own, watched over by a witness."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.desk import Desk, signed_in
from tests.support.browser import MILLISECONDS, Witness, launch
from tests.support.server import Server, running

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for this folder's tests in this process; a locked database is told of after a second."""
    with running(Server(tmp_path_factory.mktemp("browser"), database_wait_seconds=1)) as started:
        yield started


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, server: Server) -> Iterator[Browser]:
    """The browser most tests share."""
    with launch(playwright, server) as started:
        yield started


@pytest.fixture(scope="session")
def remembering_browser(playwright: Playwright, server: Server) -> Iterator[Browser]:
    """A browser whose Back shows a page as it was left."""
    with launch(playwright, server, keeps_pages=True) as started:
        yield started


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[NewPage]:
    """Makes a page in a fresh context; what any of them asked elsewhere or broke fails the test at its end."""
    witnesses = []
    contexts = []

    def make(of: Browser | None = None, origin: str = server.address, **options: Any) -> Page:
        context = (of or browser).new_context(base_url=origin, **options)
        contexts.append(context)
        witnesses.append(Witness(context, origin))
        context.set_default_timeout(MILLISECONDS)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert [problem for witness in witnesses for problem in witness.problems] == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of a first visit."""
    return new_page()


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def each_page(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    """A page with JavaScript, then one without."""
    return new_page(java_script_enabled=request.param)


@pytest.fixture(scope="session")
def desk(server: Server) -> Desk:
    """An operator who has signed in."""
    return signed_in(server, "aigerim.desk")
