"""What a browser holds after it was on every public page, and what the site's own table lets it hold."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import httpx
from playwright.sync_api import BrowserContext, Page

from kelisim.domain.choices import ChoicePurpose
from kelisim.web.cookies import CHOICE, COOKIES, DRAFT
from tests.browser import request_states
from tests.browser.desk import PASSWORD, Desk
from tests.browser.states import publish_coming
from tests.support import pages
from tests.support.patience import await_that
from tests.support.people import PEOPLE
from tests.support.server import ROOT, Server, send

EVERYTHING = frozenset(ChoicePurpose)
NOTHING: frozenset[ChoicePurpose] = frozenset()
_ROUTES = Path(__file__).parents[1] / "web" / "routes.txt"
_OPEN_PAGE = re.compile(r"GET\s+(/.*\S)\s+open none")
_PART = re.compile(r"<(?:(any|uuid|int)(?:\(([^)]*)\))?:)?(\w+)>")
_IN_TURNS = ("", "/kk", "/ru", "/en")
# Everything a script could keep, each by its own name; a browser that blocks cookies blocks these too.
_STORED = """async (everywhere) => {
  const found = [];
  const places = {
    localStorage: () => Object.keys(localStorage),
    sessionStorage: () => Object.keys(sessionStorage),
  };
  if (everywhere) Object.assign(places, {
    indexedDB: async () => (await indexedDB.databases()).map((one) => one.name),
    caches: () => caches.keys(),
    worker: async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
    files: async () => {
      const names = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
      return names;
    },
  });
  for (const [place, read] of Object.entries(places)) {
    try { for (const name of await read()) found.push([place, name]); } catch (problem) { found.push([problem.name, place]); }
  }
  return found;
}"""
_BLOCKED = {"SecurityError", "UnknownError", "NotAllowedError", "NotSupportedError", "InvalidStateError"}


class Address(NamedTuple):
    """Something to open. ``page``: it is shown; else it is fetched."""

    path: str
    page: bool


def allowed(answered: bool, yes: Iterable[ChoicePurpose]) -> set[str]:
    """The rows of the site's own table that this state lets a visitor's browser hold."""
    agreed = set(yes)
    return {entry.name for entry in (*COOKIES, DRAFT) if entry.needs in agreed} | ({CHOICE.name} if answered else set())


def public_addresses(server: Server, desk: Desk) -> list[Address]:
    """Every address of the reviewed list that is open to anybody, its parts filled in with what is really there.

    A new public page joins by its line in that list; a new kind of part has to be given a value here.
    """
    publish_coming(server)
    parts = _parts(server, desk)
    paths = ["/nothing"]
    for route in _OPEN_PAGE.findall(_ROUTES.read_text(encoding="utf-8")):
        # An act of destruction is there for whose data were destroyed, and nothing else of theirs.
        whose = {"secret": parts["destroyed"]} if "/destruction" in route else {}
        paths += _filled(route, {**parts, **whose})
    return [Address(path, "." not in path.rpartition("/")[2]) for path in paths]


def walk(page: Page, addresses: Iterable[Address], may: set[str], first_language: int = 0) -> None:
    """Open everything, in each language by turns. After each page cookies and the storage of pages are looked at, at the
    end every kind of storage: those of a database or a worker take time, and do not go by themselves.
    """
    files = []
    for number, address in enumerate(addresses):
        path = _IN_TURNS[(first_language + number) % len(_IN_TURNS)] + address.path
        if not address.page:
            files.append(path)
            continue
        page.goto(path, wait_until="domcontentloaded")
        assert not (more := held(page, everywhere=False) - may), (path, more)
    page.evaluate("async (paths) => { await Promise.all(paths.map((path) => fetch(path))); }", files)
    assert not (more := held(page) - may), (files, more)


def held(page: Page, *, everywhere: bool = True) -> set[str]:
    """The names of all that the browser of a page holds: its cookies, whatever their path, and all kinds of storage."""
    names = {str(cookie["name"]) for cookie in page.context.cookies()}
    found = [(str(place), str(name)) for place, name in page.evaluate(_STORED, everywhere) if place not in _BLOCKED]
    return names | {name if place == "localStorage" else f"{place}: {name}" for place, name in found}


def choose(page: Page, yes: Iterable[ChoicePurpose]) -> None:
    """Answer each purpose on the cookies page."""
    page.goto("/cookies")
    agreed = set(yes)
    for purpose in ChoicePurpose:
        page.check(f"#{purpose.value}" if purpose in agreed else f"#{purpose.value}-no")
    with page.expect_navigation():
        page.locator("button[value=choose]").click()


def use(page: Page) -> None:
    """Do what makes the site keep something where it may: choose a look, open a language, begin a form."""
    page.goto("/cookies")
    if page.locator("#appearance-dark").count():
        page.check("#appearance-dark")
        with page.expect_navigation():
            page.locator("form[action='/appearance'] button").click()
    page.goto("/ru/")
    page.fill("#name", PEOPLE[0].name)


def _filled(route: str, parts: dict[str, list[str]]) -> Iterator[str]:
    """A route with every value of its parts; a value that hangs on the kind of a document is looked up by it."""
    names = [(kind, choices, name) for kind, choices, name in _PART.findall(route)]
    values = [choices.split(", ") if kind == "any" else [""] for kind, choices, _ in names]
    for chosen in product(*values):
        document = next((value for value in chosen if value), "")
        options = [
            [value] if value else parts[f"{document} {name}" if f"{document} {name}" in parts else name]
            for value, (_, _, name) in zip(chosen, names, strict=True)
        ]
        for option in product(*options):
            filling = iter(option)
            yield _PART.sub(lambda _found: next(filling), route)  # noqa: B023  # used before the next turn


def _parts(server: Server, desk: Desk) -> dict[str, list[str]]:
    """A value for each part of an address, of somebody who sent the form and whose request was answered."""
    documents = ROOT / "templates" / "documents"
    shipped = {
        folder.name: max(path.name.partition(".")[0] for path in folder.iterdir()) for folder in documents.iterdir()
    }
    with server.client() as client:
        _await(client, f"/cookies/coming/since/{shipped['cookies']}")
        mine = request_states.at(server, desk).own
        (sha256, *_) = re.findall(r"\b[0-9a-f]{64}\b", client.get(mine.replace("/my/", "/receipt/")).text)
        (answer, *_) = re.findall(rf"{mine}/answers/([0-9a-f-]+)", client.get(mine).text)
    return {
        **{f"{kind} revision": [revision] for kind, revision in shipped.items()},
        **{f"{kind} older": [] for kind in shipped},  # a first revision follows none
        "cookies older": [shipped["cookies"]],
        "cookies revision": ["coming"],
        "secret": [mine.rpartition("/")[2]],
        "destroyed": [_destroyed(server, desk)],
        "act": ["correct"],
        "request_id": [answer],
        "token": [server.set_up_link().rpartition("/")[2]],
        "sha256": [sha256],
        "name": ["site.css"],
    }


def _await(client: httpx.Client, path: str) -> None:
    """Until a page is there: the site asks once in a few seconds whether anything was published."""
    await_that(lambda: client.get(path).status_code == 200, pause=0.2)


def _destroyed(server: Server, desk: Desk) -> str:
    """The secret of somebody whose data were destroyed."""
    with server.client() as client:
        receipt = send(client, PEOPLE[2])
        reference = client.get(f"{receipt}/receipt.json").json()["receipt"]["dct:identifier"]
        client.cookies.update({str(one["name"]): str(one["value"]) for one in desk.cookies})
        asked = f"/operator/submissions/{reference}/acts/destroy"
        token = pages.Page(client.get(asked).text).value("csrf_token", -1)
        done = client.post(
            f"{asked}/do",
            data={"csrf_token": token, "code": "court", "password": PASSWORD, "app_code": desk.recovery_codes.pop()},
        )
        assert done.status_code == 303, done.text
    return receipt.rpartition("/")[2]


def open_in(context: BrowserContext) -> Page:
    """The page of a context, a new one where there is none."""
    return context.pages[0] if context.pages else context.new_page()
