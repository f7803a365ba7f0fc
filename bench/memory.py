"""``python -m bench memory [--requests N]``: what a worker keeps in memory over very many requests.

Pages, and one form to a hundred of them (opened and sent), from 16 connections, in parts; after each part what the
worker has resident, how much of that is its own, and how many requests it has answered by then.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import BenchError, load, people, servers

_PAGES = ("/", "/consent", "/policy", "/cookies", "/rights", "/my")
_PARTS = 20
_FORMS = 100  # one form is opened and sent to so many requests of a part
_PART_SECONDS = 600.0
_RECEIPT = rb"\r\nlocation: *\S*(/receipt/[\w-]+)\r\n"
_FLAT = 1.05


def main(arguments: Sequence[str]) -> int:
    """Send the requests and print. Exit code 1 where an answer was not the expected one."""
    parser = argparse.ArgumentParser(prog="python -m bench memory", description="What a worker keeps in memory.")
    parser.add_argument("--requests", type=int, default=200_000, help="so many requests in all")
    wanted = max(_PARTS * _FORMS, parser.parse_args(arguments).requests)
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        site = servers.start_site(Path(folder) / "instance", Path(folder) / "servers.log", set())
        try:
            _measure(site, wanted)
        except BenchError as problem:
            print(f"bench: {problem}")
            return 1
        finally:
            site.stop()
    return 0


def _measure(site: servers.Server, wanted: int) -> None:
    print(f"{'requests':>12}{'forms':>10}{'resident, MB':>15}{'its own, MB':>14}{'of first part':>15}")
    sent = forms = 0
    first, began = 0.0, time.monotonic()
    for _ in range(_PARTS):
        few = wanted // _PARTS // _FORMS
        _send_forms(site.place, few)
        pages = wanted // _PARTS - 2 * few
        requests = tuple(site.place.get(_PAGES[number % len(_PAGES)]) for number in range(pages))
        load.run(load.Job(site.place, requests, _PART_SECONDS))
        sent, forms = sent + pages + 2 * few, forms + few
        resident = site.worker_megabytes()
        first = first or resident
        own = f"{site.worker_own_megabytes():>14.1f}"
        print(f"{sent:>12,}{forms:>10,}{resident:>15.1f}{own}{resident / first:>15.3f}", flush=True)
    said = "flat" if resident <= first * _FLAT else "NOT FLAT"
    print(f"\n{said}: {sent:,} requests, {forms:,} of them accepted forms, in {time.monotonic() - began:.0f} s")


def _send_forms(place: load.Place, many: int) -> None:
    opened = load.run(load.Job(place, (place.get("/"),) * many, _PART_SECONDS, find=people.TOKEN))
    posts = tuple(place.post("/", form) for form in people.forms(opened.found))
    sent = load.run(load.Job(place, posts, _PART_SECONDS, expected=b"HTTP/1.1 303 ", find=_RECEIPT))
    if len(set(sent.found)) != many:
        raise BenchError(f"{many} forms were sent, {len(set(sent.found))} receipts came")
