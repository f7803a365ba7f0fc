"""``python -m bench scale``: how cost grows with the number of submissions, on SQLite and on PostgreSQL."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from bench import ROOT
from bench.fill import Like, fill
from kelisim.app import create_app
from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.documents import Kind
from kelisim.domain.filters import Filter, Order
from kelisim.domain.purposes import purposes_of
from kelisim.domain.search import read_search
from kelisim.domain.submissions import Draft, PersonalData
from kelisim.services import journal, listing, search, submissions
from kelisim.services.journal import START
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import make_missing
from kelisim.web.house import House, house

SIZES = (10_000, 100_000, 1_000_000)
_TIMES, _WRITERS, _ENTRIES, _FRESH = 25, 8, 10_000, 60
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_STATEMENTS = Statements(("1.1. The data are my own.",), ("It is kept for three years.",))
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


def main(words: Sequence[str]) -> int:
    """Measure on both databases, or on the one that is named, up to as many rows as are named."""
    sizes = tuple(int(word) for word in words if word.isdigit()) or SIZES
    chosen = [word for word in words if not word.isdigit()] or list(_SIZE)
    print(f"{'':14}{'rows':>10}{'bytes/row':>11}{'accept':>10}{'8 at once':>11}{'list':>10}{'search':>10}{'check':>10}")
    print(f"{'':24}{'':>11}{'ms':>10}{'a second':>11}{'ms':>10}{'ms':>10}{'us/entry':>10}", flush=True)
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="kelisim-scale-") as folder, _application(name, Path(folder)) as app:
            _grow(app, name, sizes)
    return 0


@contextmanager
def _application(name: str, folder: Path) -> Iterator[Flask]:
    make_missing(folder / "keys")
    with _address(name) as address:
        app = create_app(Settings(instance=folder, database_url=address))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            yield app
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _address(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    from tests.support.postgres import PostgresServer  # noqa: PLC0415  # only who measures it starts one

    server = PostgresServer()
    try:
        yield server.durable_database()
    finally:
        server.stop()


def _grow(app: Flask, name: str, sizes: Sequence[int]) -> None:
    given, session = house(), db.session()
    _accept(given, _BEGAN)
    row = session.scalars(select(SubmissionRow)).one()
    consent = session.scalars(select(ConsentRow)).one()
    like = Like(_values(row), _values(consent))
    like.submission["search_version"] = search._version(given.keys.search or b"", given.settings.search_least)  # noqa: SLF001  # as if the worker had entered them
    there, moment = 1, _BEGAN
    for size in sizes:
        fill(session, like, size - there, key=given.keys.site.journal, begin=moment)
        moment = datetime.now(UTC) if size == sizes[-1] else _BEGAN + timedelta(milliseconds=8 * size)
        there = size
        if name == "postgresql":
            session.rollback()
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text("VACUUM ANALYZE"))
                connection.execute(text("RESET statement_timeout"))
        weight = (session.scalar(text(_SIZE[name])) or 0) / there
        accepted = _times(partial(_accept, given, moment), _FRESH)
        together = _together(app, given, moment)
        there += _FRESH + _TIMES * _WRITERS
        _enter(given)
        listed, found = _times(lambda: _page(given, Filter())), _times(lambda: _page(given, _searched(given)))
        print(
            f"{name:14}{size:>10,}{weight:>11,.0f}{accepted:>10.2f}{together:>11,.0f}{listed:>10.2f}{found:>10.2f}"
            f"{_check(given):>10.1f}",
            flush=True,
        )
        moment += timedelta(minutes=1)


def _accept(given: House, moment: datetime) -> None:
    today = datetime.now(UTC).date()
    shown, policy = (given.library.in_force(kind, "en", today) for kind in (Kind.CONSENT, Kind.POLICY))
    submissions.accept(
        db.session(),
        Draft(PersonalData("Aruzhan", "Seitkali", f"+7701{secrets.randbelow(10**7):07}"), None, False, ()),
        Consent(
            revision=shown.revision,
            sha256=shown.sha256,
            policy_revision=policy.revision,
            policy_sha256=policy.sha256,
            language="en",
            statements=_STATEMENTS,
            purposes=purposes_of(None, False),
            given_at=moment,
            method=Method.SITE_FORM,
        ),
        shown=(shown, policy),
        form_id=secrets.token_bytes(16),
        keys=given.keys,
        now=moment,
        randomness=secrets.token_bytes,
    )


def _together(app: Flask, given: House, moment: datetime) -> float:
    """Accepted in a second by several threads of one process."""

    def work(_: int) -> None:
        with app.app_context():
            for _ in range(_TIMES):
                _accept(given, moment)

    began = time.perf_counter()
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(work, range(_WRITERS)))
    return _TIMES * _WRITERS / (time.perf_counter() - began)


def _enter(given: House) -> None:
    while search.enter(db.session(), keys=given.keys, least=given.settings.search_least, rows=500):
        pass


def _page(given: House, wanted: Filter) -> None:
    today, session = date(2026, 12, 1), db.session()
    found = listing.page(
        session, wanted, order=Order.NEWEST, place=None, keys=given.keys, today=today, rows=given.settings.page_rows
    )
    listing.counts(session, wanted, keys=given.keys, today=today, most=given.settings.count_most)
    session.rollback()
    assert len(found.listed) == given.settings.page_rows, "the page is not full"


def _searched(given: House) -> Filter:
    return Filter(sought=read_search("Aruzhan Seit", longest_phone=given.settings.phone_length))


def _check(given: House) -> float:
    """Microseconds of the processor for one entry of the journal that is verified."""
    began = time.thread_time()
    reached = journal.verify_on(db.session(), START, key=given.keys.site.journal, at_most=_ENTRIES)
    db.session.rollback()
    assert reached.broken is None, "the filled journal does not hold"
    return (time.thread_time() - began) / reached.number * 1e6


def _times(work: Callable[[], None], times: int = _TIMES) -> float:
    """The least, in milliseconds: what else the machine does only adds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * min(spent)


def _values(row: SubmissionRow | ConsentRow) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
