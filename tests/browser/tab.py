"""One page of the browser for one look after another: each new context costs a process that knows no script yet."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.support.browser import MILLISECONDS, Witness


class Tab:
    """A page that is lent as it is on a first visit, unless something went wrong with it before."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser, self._origin = browser, origin
        self._free: tuple[Page, Witness] | None = None

    @contextmanager
    def lent(self) -> Iterator[Page]:
        """The page; what it asked elsewhere or broke fails whoever had it."""
        (page, witness), self._free = self._free or self._opened(), None
        yield page
        assert witness.problems == []
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.context.clear_cookies()
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="light", media="screen")
        self._free = page, witness

    def _opened(self) -> tuple[Page, Witness]:
        context = self._browser.new_context(base_url=self._origin)
        context.set_default_timeout(MILLISECONDS)
        return context.new_page(), Witness(context, self._origin)
