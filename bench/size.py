"""``python -m bench size [--rows N]``: what the desk's pages cost with a thousand submissions and with very many.

Both sites stand in this process, signed in, and are asked in turns; processor time is measured, so that a busy machine
disturbs less. Then the downloads are made (``bench.downloads``).
"""

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from flask import Flask

from bench import BenchError, downloads, many
from kelisim.services import search
from kelisim.web.cookies import DESK

_FEW, _ROUNDS, _WARM_UP = 1_000, 15, 3
_MOST_RATIO, _MOST_MS = 1.5, 50.0
_LIST = "/operator/submissions"


def main(arguments: Sequence[str]) -> int:
    """Make the data, measure, print. Exit code 0: slow is no error."""
    parser = argparse.ArgumentParser(prog="python -m bench size", description="What the desk's pages cost.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="so many submissions beside a thousand")
    rows = max(_FEW, parser.parse_args(arguments).rows)
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        began = time.monotonic()
        sites = [_signed_in(many.site(Path(folder) / name, count)) for name, count in (("few", _FEW), ("many", rows))]
        print(f"{_FEW:,} and {rows:,} submissions, made in {time.monotonic() - began:.0f} s\n")
        _pages(sites, rows)
        downloads.measure(Path(folder) / "downloads", min(rows, 100_000))
    return 0


Get = Callable[[str], float]


def _pages(sites: list[tuple[Get, Mapping[str, str]]], rows: int) -> None:
    print(f"{'processor time of a page, ms':40}{_FEW:>10,}{rows:>12,}{'ratio':>8}  goal")
    for name in sites[0][1]:
        figures: list[list[float]] = [[], []]
        for number in range(_WARM_UP + _ROUNDS):
            for (get, paths), found in zip(sites, figures, strict=True):
                spent = get(paths[name])
                if number >= _WARM_UP:
                    found.append(spent)
        few, all_of_them = (1000 * median(found) for found in figures)
        met = all_of_them <= _MOST_RATIO * few and all_of_them < _MOST_MS
        goal = f"<= {_MOST_RATIO}, < {_MOST_MS:.0f} ms  {'met' if met else 'MISSED'}"
        print(f"{name:40}{few:>10.1f}{all_of_them:>12.1f}{all_of_them / few:>8.2f}  {goal}")


def _signed_in(app: Flask) -> tuple[Get, Mapping[str, str]]:
    """Asks for a page and tells its processor time; and the pages by their names."""
    house, client = many.house_of(app), app.test_client()
    with app.app_context():
        client.set_cookie(DESK.name, downloads.session_of(app), domain="localhost", secure=True)
        person = many.person(0)
        sought = {
            text: search.sealed_text(text, keys=house.keys, randomness=secrets.token_bytes)
            for text in (person.name, f"{person.name} {person.second_name}", person.phone)
        }

    def get(path: str) -> float:
        began = time.process_time()
        answer = client.get(path, base_url=house.settings.address or "https://localhost:8443")
        answer.get_data()
        spent = time.process_time() - began
        if answer.status_code != 200:
            raise BenchError(f"{path}: {answer.status}")
        return spent

    by_name, by_both, by_phone = (f"{_LIST}?sought={token}" for token in sought.values())
    return get, {
        "home": "/operator",
        "the list, first page": _LIST,
        "the list, oldest first": f"{_LIST}?order=oldest&state=destroyed",
        "search by name": by_name,
        "search by name and second name": by_both,
        "search by phone": by_phone,
        "filter by topic and mailing": f"{_LIST}?topic=support&mailing=yes",
        "filter by state": f"{_LIST}?state=blocked",
        "filter by state and consent": f"{_LIST}?state=active&consent=given",
    }
