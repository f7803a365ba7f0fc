"""A site with as many submissions as wanted, made fast: the newest ones open, the others are copies of their rows.

No page opens a copy: each shows the newest of what it finds. Copies have ids, marks in the search index, states, topics and
numbers of persons of their own; their seals are those of one real row.
"""

import logging
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from flask import Flask

from bench.people import PEOPLE
from kelisim.app import create_app
from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.documents import Kind
from kelisim.domain.purposes import Purpose, purposes_of
from kelisim.domain.submissions import Draft, PersonalData, record_id, reference_from
from kelisim.services import search
from kelisim.services.consent_rows import values_of
from kelisim.services.documents import keep_texts
from kelisim.services.submission_rows import submission_values
from kelisim.settings import Settings
from kelisim.storage.db import add_rows, db, writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.keys import make_missing
from kelisim.vault.sealing import seal
from kelisim.web.house import House

DATABASE = "kelisim.sqlite3"
_OPENED = 400
_AT_ONCE = 2_000
_TOPICS = (Purpose.SUPPORT, Purpose.FEEDBACK, Purpose.PRODUCTS, None)
_YEAR_MS = 365 * 24 * 3600 * 1000

# Of every twenty copies one is blocked, one destroyed, one depersonalized.
_COPIES = """
CREATE TEMP TABLE copies AS
WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < :many)
SELECT n, printf('%012x7%03x8%015x', :first + n * :step, n % 4096, n) AS id,
       datetime((:first + n * :step) / 1000, 'unixepoch') || '.000000' AS at,
       CASE n % 20 WHEN 3 THEN 'blocked' WHEN 7 THEN 'destroyed' WHEN 11 THEN 'depersonalized' ELSE 'active' END AS state
FROM counted
"""
_FRESH = {
    "submissions": {
        "id": "c.id",
        "received_at": "c.at",
        "state": "c.state",
        "topic": "CASE c.n % 4 WHEN 0 THEN 'support' WHEN 1 THEN 'feedback' WHEN 2 THEN 'products' END",
        "mailing": "c.n % 3 = 0",
        "consent_state": "CASE c.state WHEN 'destroyed' THEN 'withdrawn' ELSE 'given' END",
        "phone_token": "CASE c.state WHEN 'active' THEN (c.n % (1 + 4 * :many / 5)) * 2654435761 END",
    },
    "consents": {"submission_id": "c.id", "given_at": "c.at"},
    "receipts": {
        "submission_id": "c.id",
        "reference": "printf('%08X', c.n)",
        "secret_hash": "randomblob(32)",
        "form_hash": "randomblob(32)",
    },
}
# The marks of a name are those that real rows of one name share; those of a phone, whole and by its last digits, are
# spread as the digits are.
_MARKS = """
INSERT INTO search_tokens (token, submission_id)
SELECT m.token, c.id FROM copies AS c JOIN marks AS m ON m.person = c.n % :people WHERE c.state = 'active'
UNION ALL
SELECT (c.n % d.spread) * 2654435761 * 1000 + d.digits, c.id FROM copies AS c
JOIN (SELECT 4 AS digits, 10000 AS spread UNION ALL SELECT 5, 100000 UNION ALL SELECT 6, 1000000
      UNION ALL SELECT 7, 10000000 UNION ALL SELECT 12, 1000000000) AS d WHERE c.state = 'active'
ORDER BY 1, 2
"""


def site(folder: Path, rows: int, opened: int = _OPENED) -> Flask:
    """A new instance in a folder, with so many submissions, of which the newest ``opened`` can be opened."""
    make_missing(folder / "keys")
    app = create_app(Settings(instance=folder))
    logging.getLogger("kelisim").setLevel(logging.WARNING)
    app.test_cli_runner().invoke(args=["db", "upgrade"], catch_exceptions=False)
    with app.app_context():
        house = house_of(app)
        for first in range(0, opened, _AT_ONCE):
            _accept(house, range(first, min(opened, first + _AT_ONCE)))
        if rows > opened:
            while search.enter(db.session(), keys=house.keys, least=house.settings.search_least, rows=_AT_ONCE):
                pass
    if rows > opened:
        _copy(folder / DATABASE, rows - opened)
    return app


def house_of(app: Flask) -> House:
    """What the parts of this application share."""
    found = app.extensions["kelisim"]
    assert isinstance(found, House)
    return found


def person(number: int) -> PersonalData:
    """The person of a row that can be opened."""
    name, second_name = next(islice(cycle(PEOPLE), number % len(PEOPLE), None))
    return PersonalData(name, second_name, f"+7701{number:07}")


def _accept(house: House, numbers: range) -> None:
    """Rows as an accepted form leaves them, without their entries of the journal."""
    now = datetime.now(UTC) - timedelta(minutes=10)
    texts = tuple(house.library.in_force(kind, "en", now.date()) for kind in (Kind.CONSENT, Kind.POLICY))
    submissions, consents, receipts = [], [], []
    for number in numbers:
        draft = Draft(person(number), _TOPICS[number % len(_TOPICS)], number % 3 == 0, ())
        new_id = record_id(now + timedelta(milliseconds=number), secrets.token_bytes(10))
        sealed = seal(
            draft.personal.to_bytes(),
            record=new_id.bytes,
            operator=house.keys.operator_public,
            secret=secrets.token_bytes(16),
            randomness=secrets.token_bytes,
        )
        consent = Consent(
            revision=texts[0].revision,
            sha256=texts[0].sha256,
            policy_revision=texts[1].revision,
            policy_sha256=texts[1].sha256,
            language="en",
            statements=Statements(("1.1.",), ("Kept.",)),
            purposes=purposes_of(draft.topic, draft.mailing),
            given_at=now,
            method=Method.SITE_FORM,
        )
        submissions.append(submission_values(new_id, draft, sealed, now))
        consents.append(values_of(new_id, consent, None))
        receipts.append(
            {
                "submission_id": new_id,
                # Drawn at random two of a hundred thousand would be the same in one run of ten.
                "reference": reference_from(number.to_bytes(16, "big")),
                "secret_hash": secrets.token_bytes(32),
                "form_hash": secrets.token_bytes(32),
            }
        )
    session = db.session()
    with writing(session):
        keep_texts(session, texts)
        add_rows(session, SubmissionRow, submissions)
        add_rows(session, ConsentRow, consents)
        add_rows(session, ReceiptRow, receipts)


def _copy(database: Path, many: int) -> None:
    """Rows of the year before, written past the site: what is measured is reading them."""
    first = int(datetime.now(UTC).timestamp() * 1000) - _YEAR_MS
    values = {"many": many, "first": first, "step": (_YEAR_MS - 3_600_000) // many, "people": len(PEOPLE)}
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_COPIES, values)
        connection.execute("CREATE TEMP TABLE marks AS SELECT 0 AS person, 0 AS token WHERE 0")
        connection.executemany("INSERT INTO marks VALUES (?, ?)", _name_marks(connection))
        connection.execute("BEGIN")
        for table, fresh in _FRESH.items():
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            picked = ", ".join(fresh.get(name, f"t.{name}") for name in names)
            newest = f"(SELECT * FROM {table} ORDER BY {names[0]} DESC LIMIT 1)"  # noqa: S608  # our own names
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {picked} FROM copies AS c, {newest} AS t",  # noqa: S608  # our own names
                values,
            )
        connection.execute(_MARKS, values)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _name_marks(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """What each person's name is found by: what two of their rows with different phones have in common."""
    rows = connection.execute("SELECT id FROM submissions ORDER BY id").fetchall()
    found = []
    for number in range(len(PEOPLE)):
        one, other = (
            {
                token
                for (token,) in connection.execute("SELECT token FROM search_tokens WHERE submission_id = ?", rows[at])
            }
            for at in (number, number + len(PEOPLE))
        )
        found += [(number, token) for token in one & other]
    return found
