"""The truth test: whatever was answered or signalled, a browser on every public page holds what the site's own table
says for that state, and nothing else; and no page asks another origin for anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from kelisim.domain.choices import ChoicePurpose
from kelisim.web.cookies import CHOICE, DRAFT
from tests.browser.desk import Desk
from tests.browser.truth import (
    EVERYTHING,
    NOTHING,
    Address,
    allowed,
    choose,
    held,
    open_in,
    public_addresses,
    use,
    walk,
)
from tests.support.browser import MILLISECONDS, Witness, launch_without_cookies
from tests.support.server import Server

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def addresses(server: Server, desk: Desk) -> list[Address]:
    """Every public address of the server."""
    return public_addresses(server, desk)


@contextmanager
def watched(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A page of a context; at the end nothing was asked elsewhere and nothing broke. What is absent may be fetched."""
    witness = Witness(context, server.address)
    context.set_default_timeout(MILLISECONDS)
    yield open_in(context)
    context.close()
    assert [problem for problem in witness.problems if not problem.startswith("404: ")] == []


@pytest.fixture
def opened(browser: Browser, server: Server) -> Callable[..., BrowserContext]:
    """Makes a fresh context."""
    return lambda **options: browser.new_context(base_url=server.address, **options)


def test_the_list_of_public_addresses_is_whole(addresses: list[Address], server: Server) -> None:
    paths = [address.path for address in addresses]
    assert not [path for path in paths if "<" in path]
    with server.client() as client:
        missing = {path for path in paths if client.get(path).status_code == 404}
    # No answer was given, no contact is set; a text that is in the library needs no copy of what was shown.
    absent = [path for path in missing if not path.startswith("/texts/")]
    assert sorted(absent) == ["/.well-known/security.txt", "/cookies/records.json", "/nothing"]


def test_the_search_itself_finds_whatever_a_page_keeps(opened: Callable[..., BrowserContext], server: Server) -> None:
    with watched(opened(), server) as page:
        page.goto("/policy")
        assert held(page) == set()
        page.evaluate("""async () => {
          document.cookie = "seen=1; path=/deep";
          localStorage.setItem("a", 1);
          sessionStorage.setItem("b", 1);
          await new Promise((done) => { indexedDB.open("c").onsuccess = done; });
          await caches.open("d");
          await (await navigator.storage.getDirectory()).getFileHandle("e", { create: true });
        }""")
        assert held(page) == {"seen", "a", "sessionStorage: b", "indexedDB: c", "caches: d", "files: e"}


def test_every_answer_keeps_what_it_allows_and_no_leaves_nothing_optional(
    opened: Callable[..., BrowserContext], server: Server, addresses: list[Address]
) -> None:
    """One browser's life: not asked yet, all yes, all no, each purpose alone, all yes and a signal."""
    with watched(opened(), server) as page:
        walk(page, addresses, allowed(answered=False, yes=NOTHING))
        for turn, yes in enumerate((EVERYTHING, NOTHING, *({purpose} for purpose in ChoicePurpose))):
            choose(page, yes)
            may = allowed(answered=True, yes=yes)
            assert held(page) - may == set(), "in the very answer"
            walk(page, addresses, may, turn)
            use(page)
            assert held(page) == may, "each purpose switches what the table says, and all of it"
        choose(page, EVERYTHING)
        use(page)
        page.context.set_extra_http_headers({"Sec-GPC": "1"})
        walk(page, addresses, {CHOICE.name})
        use(page)
        assert held(page) == {CHOICE.name}, "a yes from before the signal is on hold"


@pytest.mark.parametrize("signal", ["Sec-GPC", "DNT"])
def test_a_signal_keeps_nothing_until_a_yes_is_given_in_spite_of_it(
    opened: Callable[..., BrowserContext], server: Server, addresses: list[Address], signal: str
) -> None:
    with watched(opened(extra_http_headers={signal: "1"}), server) as page:
        walk(page, addresses, set())
        use(page)
        assert held(page) == set()
        choose(page, EVERYTHING)
        use(page)
        assert held(page) == allowed(answered=True, yes=EVERYTHING)


def test_without_a_script_the_cookies_are_those_of_the_answer(
    opened: Callable[..., BrowserContext], server: Server, addresses: list[Address]
) -> None:
    with watched(opened(java_script_enabled=False), server) as page:
        walk(page, addresses, set())
        choose(page, EVERYTHING)
        use(page)
        may = allowed(answered=True, yes=EVERYTHING) - {DRAFT.name}
        assert held(page) == may, "what a script keeps is not there"
        walk(page, addresses, may, 1)
        choose(page, NOTHING)
        assert held(page) == {CHOICE.name}, "in the very answer"


def test_with_cookies_blocked_nothing_is_kept_whatever_is_answered(
    playwright: Playwright, server: Server, tmp_path: Path, addresses: list[Address]
) -> None:
    with watched(launch_without_cookies(playwright, server, tmp_path / "profile"), server) as page:
        walk(page, addresses, set())
        choose(page, EVERYTHING)
        use(page)
        assert held(page) == set()
