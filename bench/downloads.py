"""``python -m bench downloads [--rows N]``: what the desk's long files cost: an export in each format, the compliance pack.

Each is made in a process of its own, which tells the most memory it had: an export as the worker makes it and the desk
saves it, the pack by its page, with as many requests in the register as there are submissions.
"""

import argparse
import logging
import multiprocessing
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from bench import BenchError, many
from kelisim.app import create_app
from kelisim.domain.exports import Column, Format, Wanted
from kelisim.domain.operators import Role, SessionTerms, Stage
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import record_id
from kelisim.services import changes, export_making, exports, operators, sessions, staff
from kelisim.services.records import SITE_ACTOR, By
from kelisim.settings import Settings
from kelisim.storage.db import add_rows, db, writing
from kelisim.storage.tables.requests import RequestRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.web.cookies import DESK
from kelisim.web.house import House
from kelisim.web.operator.export_values import content, filter_of

ROWS = 100_000
_SECONDS, _MEGABYTES = 60, 200
_PASSWORD = "seven quiet horses cross the Ishim"  # noqa: S105  # of an instance that is gone a minute later
_PACK = "/operator/compliance"
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Made:
    """``made`` and ``saved``: seconds, ``cpu``: of the processor for both; ``megabytes``: the most resident memory, and what
    there was before it began.
    """

    rows: int
    made: float
    saved: float
    cpu: float
    size: int
    megabytes: float
    before: float


def main(arguments: Sequence[str]) -> int:
    """Make the data, measure, print. Exit code 0: slow is no error."""
    parser = argparse.ArgumentParser(prog="python -m bench downloads", description="What long files cost.")
    parser.add_argument("--rows", type=int, default=ROWS, help="so many submissions and requests")
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        measure(Path(folder) / "downloads", parser.parse_args(arguments).rows)
    return 0


def measure(folder: Path, rows: int) -> None:
    """Measure each of them over so many rows, and print."""
    app = many.site(folder, rows, opened=rows)
    with app.app_context():
        token, seals = session_of(app), _opening_alone(many.house_of(app), rows)
        _ask(rows)
        db.session.remove()
        db.engine.dispose()
    print(
        f"\n{f'files of {rows:,} rows':24}{'made, s':>10}{'saved, s':>10}{'cpu, s':>8}{'MB':>8}{'memory, MB':>12}{'before':>8}  goal"
    )
    makers: dict[str, Callable[[], Made]] = {f"export, {one.name}": partial(_exported, folder, one) for one in Format}
    makers["compliance pack"] = partial(_packed, folder, token)
    print(f"{'opening the seals alone':44}{seals:>8.1f}", flush=True)
    for name, maker in makers.items():
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found = pool.submit(maker).result()
        met = found.made + found.saved < _SECONDS and found.megabytes < _MEGABYTES
        print(
            f"{name:24}{found.made:>10.1f}{found.saved:>10.1f}{found.cpu:>8.1f}{found.size / 1e6:>8.1f}{found.megabytes:>12.0f}"
            f"{found.before:>8.0f}  < {_SECONDS} s, < {_MEGABYTES} MB  {'met' if met else 'MISSED'}",
            flush=True,
        )


def session_of(app: Flask) -> str:
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


def _opening_alone(house: House, rows: int) -> float:
    """Seconds of the processor for opening so many seals: what no export can do without, and what tells the machine."""
    some = db.session().scalars(select(SubmissionRow).limit(_AT_ONCE)).all()
    began = time.process_time()
    for row in some:
        changes.operators_key(row, house.keys)
    spent = time.process_time() - began
    db.session.rollback()
    return spent / len(some) * rows


def _ask(rows: int) -> None:
    """As many requests as there are submissions, written past the service: what is measured is reading them."""
    session, today = db.session(), datetime.now(UTC).date()
    ids = session.scalars(select(SubmissionRow.id).limit(rows)).all()
    session.rollback()
    plain = {"kind": "access", "channel": "site", "received": today, "due": today, "state": "answered"}
    plain |= {"identity": "secret_link", "ground": None, "author": "operator:1", "language": "kk", "objection": None}
    for first in range(0, len(ids), _AT_ONCE):
        made = [
            {"id": record_id(datetime.now(UTC), secrets.token_bytes(10)), "submission_id": one, **plain}
            for one in ids[first : first + _AT_ONCE]
        ]
        with writing(session):
            add_rows(session, RequestRow, made)


def _exported(folder: Path, wanted: Format) -> Made:
    """In a process of its own: make an export of everything and save it."""
    app = create_app(Settings(instance=folder))
    house, began, spent = many.house_of(app), time.perf_counter(), time.process_time()
    with app.test_request_context("/operator/exports"):
        session, before = db.session(), _most_megabytes()
        by = By("operator:1", house.keys.site.journal, house.now)
        asked = Wanted({}, tuple(Column), wanted, Purpose.FEEDBACK)
        term = timedelta(hours=house.settings.export_hours)
        new_id = exports.ask(
            session, asked, keys=house.keys, by=by, term=term, most=len(Format), randomness=secrets.token_bytes
        )
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
        saved = time.perf_counter()
        return Made(
            found.looked_at, made - began, saved - made, time.process_time() - spent, size, _most_megabytes(), before
        )


def _packed(folder: Path, token: str) -> Made:
    """In a process of its own: ask for the pack at its page, and read it as it comes."""
    app = create_app(Settings(instance=folder))
    logging.getLogger("kelisim").setLevel(logging.WARNING)
    client, where = app.test_client(), many.house_of(app).settings.address or "https://localhost:8443"
    client.set_cookie(DESK.name, token, domain="localhost", secure=True)
    page = client.get(_PACK, base_url=where).get_data(as_text=True)
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if csrf is None:
        raise BenchError("the page of the pack has no form")
    began, spent, before = time.perf_counter(), time.process_time(), _most_megabytes()
    answer = client.post(
        _PACK,
        base_url=where,
        data={"csrf_token": csrf[1]},
        headers={"Sec-Fetch-Site": "same-origin", "Referer": f"{where}{_PACK}"},
    )
    made = time.perf_counter()
    size = sum(len(part) for part in answer.iter_encoded())
    if answer.status_code != 200 or not size:
        raise BenchError(f"{_PACK}: {answer.status}")
    answer.close()
    saved = time.perf_counter()
    return Made(0, made - began, saved - made, time.process_time() - spent, size, _most_megabytes(), before)


def _most_megabytes() -> float:
    """The most resident memory so far. What ``getrusage`` tells begins with that of the process it was forked from."""
    told = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1]
    return int(told.split()[0]) * 1024 / 1e6
