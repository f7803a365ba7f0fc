"""``python bench/weight.py``: what pages weigh on the wire and how much they shift while they load, in a real browser.

Each page is opened with an empty cache, on a phone of 360 px; a page opened again shows what the cache saves. Printed is a
table of Markdown, as it stands in ``docs/performance.md``.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from tests.browser.desk import Desk, signed_in  # noqa: E402  # the root must be on the path first
from tests.support.browser import launch  # noqa: E402  # as above
from tests.support.people import PEOPLE  # noqa: E402  # as above
from tests.support.server import Server, running, send  # noqa: E402  # as above

PHONE = {"width": 360, "height": 800}
PUBLIC = ("/", "/consent", "/policy", "/cookies", "/rights", "/my", "/receipts/check")
DESK = ("/operator", "/operator/submissions", "/operator/statistics", "/operator/requests", "/operator/journal")
# Counted from the first paint on, whatever moves by itself.
_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass
class Weight:
    """Bytes on the wire with their headers, how many answers they came in, and the shift of the layout."""

    sizes: list[float] = field(default_factory=list)
    shift: float = 0.0


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, running(Server(Path(folder))) as server, sync_playwright() as playwright:
        with server.client() as client:
            receipt, *_ = [send(client, person, topic="support") for person in PEOPLE]
        browser, desk = launch(playwright, server), signed_in(server, "әсел")
        print("| page | answers | first visit, bytes | again, bytes | layout shift |\n|---|---|---|---|---|")
        for path in (*PUBLIC, receipt, receipt.replace("/receipt/", "/my/")):
            _row(browser, server, path, None)
        for path in DESK:
            _row(browser, server, path, desk)
        browser.close()


def _row(browser: Browser, server: Server, path: str, desk: Desk | None) -> None:
    context = browser.new_context(base_url=server.address, viewport=PHONE)  # type: ignore[arg-type]  # it has its shape
    context.add_init_script(_SHIFTS)
    if desk is not None:
        context.add_cookies(desk.cookies)  # type: ignore[arg-type]  # as above
    page = context.new_page()
    with _weighed(page) as first:
        page.goto(path)
    with _weighed(page) as again:
        page.goto(path)
    shift = max(first.shift, again.shift)
    name = path if len(path) < 30 else f"{path[: path.index('/', 1)]}/…"
    print(f"| `{name}` | {len(first.sizes)} | {sum(first.sizes):,.0f} | {sum(again.sizes):,.0f} | {shift:.3f} |")
    context.close()


@contextmanager
def _weighed(page: Page) -> Iterator[Weight]:
    session, weight = page.context.new_cdp_session(page), Weight()
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.sizes.append(event["encodedDataLength"]))
    yield weight
    page.wait_for_load_state("networkidle")
    weight.shift = page.evaluate("window.shifted")
    session.detach()


if __name__ == "__main__":
    main()
