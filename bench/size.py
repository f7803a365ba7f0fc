"""``python -m bench size [--rows N]``: what the desk's pages cost with a thousand submissions and with very many.

Both sites stand in this process, signed in, and are asked in turns; processor time is measured, so that a busy machine
disturbs less. The export is made in a process of its own, which tells the most memory it had.
"""

import argparse
import multiprocessing
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from pyotp import TOTP

from bench import BenchError, many
from kelisim.app import create_app
from kelisim.domain.exports import Column, Format, Wanted
from kelisim.domain.operators import Role, SessionTerms, Stage
from kelisim.domain.purposes import Purpose
from kelisim.services import export_making, exports, operators, search, sessions, staff
from kelisim.services.records import SITE_ACTOR, By
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.web.cookies import DESK
from kelisim.web.operator.export_values import content, filter_of

_FEW, _ROUNDS, _WARM_UP = 1_000, 15, 3
_MOST_RATIO, _MOST_MS = 1.5, 50.0
_EXPORT_SECONDS, _EXPORT_MEGABYTES = 60, 200
_LIST = "/operator/submissions"
_PASSWORD = "seven quiet horses cross the Ishim"  # noqa: S105  # of an instance that is gone a minute later


@dataclass(frozen=True)
class Exported:
    """``made`` and ``saved``: seconds; ``megabytes``: the most resident memory, and what there was before it began."""

    rows: int
    made: float
    saved: float
    megabytes: float
    before: float


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
        _export(Path(folder) / "export", min(rows, 100_000))
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
        client.set_cookie(DESK.name, _session(app), domain="localhost", secure=True)
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


def _session(app: Flask) -> str:
    """The token of a session of an operator who has just come in."""
    house, session = many.house_of(app), db.session()
    by = By(SITE_ACTOR, house.keys.site.journal, house.now)
    invited = staff.invite(
        session,
        "bench",
        Role.OPERATOR,
        settings=house.settings,
        keys=house.keys,
        by=by,
        randomness=secrets.token_bytes,
    )
    found = operators.invitation(session, invited.token, keys=house.keys, now=house.now)
    operators.set_up(
        session,
        invited.token,
        password=_PASSWORD,
        code=TOTP(found.secret).at(house.now),
        passwords=house.passwords,
        settings=house.settings,
        keys=house.keys,
        now=house.now,
        randomness=secrets.token_bytes,
    )
    return sessions.start(
        session,
        found.operator,
        Stage.FULL,
        {"csrf_token": secrets.token_hex(20)},
        replaces=None,
        key=house.keys.desk.session,
        terms=SessionTerms(idle=timedelta(minutes=15), whole=timedelta(hours=10), at_once=5),
        now=house.now,
        randomness=secrets.token_bytes,
    )


def _export(folder: Path, rows: int) -> None:
    app = many.site(folder, rows, opened=rows)
    with app.app_context():
        _session(app)
        db.session.remove()
        db.engine.dispose()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(_exported, folder).result()
    met = found.made + found.saved < _EXPORT_SECONDS and found.megabytes < _EXPORT_MEGABYTES
    print(
        f"\nexport of {found.rows:,} rows: made in {found.made:.1f} s, saved as XLSX in {found.saved:.1f} s, "
        f"at most {found.megabytes:.0f} MB ({found.before:.0f} MB before it began)"
        f"  < {_EXPORT_SECONDS} s, < {_EXPORT_MEGABYTES} MB  {'met' if met else 'MISSED'}"
    )


def _exported(folder: Path) -> Exported:
    """In a process of its own: make an export of everything and save it."""
    app = create_app(Settings(instance=folder))
    house, began = many.house_of(app), time.perf_counter()
    with app.test_request_context("/operator/exports"):
        session, before = db.session(), _most_megabytes()
        by = By("operator:1", house.keys.site.journal, house.now)
        wanted = Wanted({}, tuple(Column), Format.XLSX, Purpose.FEEDBACK)
        term = timedelta(hours=house.settings.export_hours)
        new_id = exports.ask(session, wanted, keys=house.keys, by=by, term=term, most=1, randomness=secrets.token_bytes)
        means = export_making.Means(
            keys=house.keys,
            reading=filter_of,
            clock=house.clock,
            randomness=secrets.token_bytes,
            rows=house.settings.export_batch,
            term=term,
        )
        export_making.make_due(session, means)
        made = time.perf_counter()
        found = exports.find(session, new_id, by)
        rows = exports.save(session, new_id, keys=house.keys, by=by)
        size = sum(len(part) for part in content(found, rows))
        if not found.rows or not size:
            raise BenchError("nothing was exported")
        return Exported(found.looked_at, made - began, time.perf_counter() - made, _most_megabytes(), before)


def _most_megabytes() -> float:
    """The most resident memory so far. What ``getrusage`` tells begins with that of the process it was forked from."""
    told = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1]
    return int(told.split()[0]) * 1024 / 1e6
