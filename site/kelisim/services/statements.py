"""The versions of the Operator's statements: recorded when a consent is first given under them, found again later."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.consents import Consent
from kelisim.domain.journal import SITE
from kelisim.domain.statements import Stated, Version, read_stated
from kelisim.services import journal
from kelisim.storage.db import add_rows, take_turn
from kelisim.storage.prepared import ask_anew, fetch_once
from kelisim.storage.tables.statements import StatementsRow

# The place in the database whose holder may add a version.
_VERSIONS = 0x4B454C56
_LATEST = select(StatementsRow.number, StatementsRow.sha256).order_by(StatementsRow.number.desc()).limit(1)


def number_of(session: Session, stated: Stated) -> int:
    """The number these statements have, or will have once somebody consents under them."""
    return _numbers(session, stated)[0]


def recorded(session: Session, stated: Stated, *, key: bytes, now: datetime) -> int:
    """Inside the caller's transaction: the number of these statements, written and journalled if they are new.

    What was in force, was replaced and comes back is a version of its own: its time is another.
    """
    number, is_there = _numbers(session, stated)
    if is_there:
        return number
    take_turn(session, _VERSIONS)
    number, is_there = _numbers(session, stated)
    if not is_there:
        row = {"number": number, "since": now, "sha256": stated.sha256, "content": stated.content}
        add_rows(session, StatementsRow, [row])
        ask_anew(session)
        details = {"register": "statements", "version": str(number), "sha256": stated.sha256}
        journal.append(session, [journal.Deed(Act.STORAGE, SITE, "site", details)], key=key, now=now)
    return number


def version(session: Session, number: int | None) -> Version | None:
    """A version by its number. None, as consents from before the versions have it: the first one, if there is one."""
    row = session.get(StatementsRow, 1 if number is None else number)
    return None if row is None else _version(row)


def stated_to(session: Session, consent: Consent, today: Stated) -> Stated:
    """What was stated when a consent was given; what is stated ``today`` while no version is recorded."""
    found = version(session, consent.statements.version)
    return today if found is None else found.stated


def versions(session: Session) -> tuple[Version, ...]:
    """All of them, the newest first."""
    rows = session.scalars(select(StatementsRow).order_by(StatementsRow.number.desc()))
    return tuple(_version(row) for row in rows)


def _numbers(session: Session, stated: Stated) -> tuple[int, bool]:
    """The number of these statements, and whether it is recorded already."""
    latest = fetch_once(session, _LATEST)
    if not latest:
        return 1, False
    number, sha256 = latest[0]
    return (number, True) if sha256 == stated.sha256 else (number + 1, False)


def _version(row: StatementsRow) -> Version:
    return Version(row.number, row.since, read_stated(row.content))
