"""Several records at once: each asks the table of acts, and what is refused is named with its reason."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from kelisim.domain.acts import Act, State
from kelisim.domain.bulk import BulkAct
from kelisim.domain.bulk import Outcome as BulkOutcome
from kelisim.domain.contacts import Contact, Outcome, Way
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.services import bulk, journal, records, requests, tags
from kelisim.services.records import By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from tests.services.given import counts, house_of, send
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.support.people import PEOPLE, Person

CONTACT = Contact(date(2026, 11, 22), Way.CALL, Outcome.LATER, Purpose.FEEDBACK)
# Does somebody wait for what another has?
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"
# The states of the five records below: as sent, blocked at the desk, consent withdrawn and blocked, kept, destroyed.
PUT: tuple[dict[str, str], ...] = (
    {},
    {"state": "blocked"},
    {"state": "blocked", "consent_state": "withdrawn"},
    {"state": "restricted", "consent_state": "withdrawn"},
    {"state": "destroyed", "consent_state": "withdrawn"},
)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


@pytest.fixture
def five(site: Flask) -> list[str]:
    """The references of five records, one in each state of ``PUT``."""
    for person in PEOPLE[:5]:
        send(site, person)
    db.session.rollback()
    found = list(db.session.execute(select(ReceiptRow.reference, ReceiptRow.submission_id)))
    for (_, submission_id), values in zip(found, PUT, strict=True):
        if values:
            with writing(db.session()):
                db.session.execute(update(SubmissionRow).where(SubmissionRow.id == submission_id).values(**values))
    return [reference for reference, _ in found]


def by(app: Flask) -> By:
    return By("operator:3", house_of(app).keys.site.journal, house_of(app).now)


def carry_out(app: Flask, kind: BulkAct, references: list[str], tag: int | None = None) -> tuple[int, list[str | None]]:
    """How many were done, and for each reference the code of its refusal."""
    house = house_of(app)
    found = bulk.carry_out(db.session(), references, bulk.act(kind, contact=CONTACT, tag=tag), by=by(app))
    codes = {one.reference: one.code for one in found.refused}
    assert journal.verify(db.session(), key=house.keys.site.journal) is None
    return found.done, [codes.get(reference) for reference in references]


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (BulkAct.CONTACT, [None, "blocked", "blocked", "restricted", "destroyed"]),
        (BulkAct.BLOCK, [None, "blocked_already", "blocked_already", None, "destroyed"]),
        (BulkAct.UNBLOCK, ["not_blocked", None, "consent_over", "not_blocked", "not_blocked"]),
        (BulkAct.TAG, [None, "blocked", "blocked", "restricted", "destroyed"]),
        (BulkAct.UNTAG, [None, "blocked", "blocked", "restricted", "destroyed"]),
    ],
)
def test_each_record_asks_the_table(site: Flask, five: list[str], kind: BulkAct, codes: list[str | None]) -> None:
    tags.add(db.session(), "договор", by=by(site))
    (tag,) = tags.every(db.session())
    before = counts("journal")["journal"]
    done, refused = carry_out(site, kind, five, tag.id)
    assert refused == codes
    assert done == codes.count(None)
    assert counts("journal")["journal"] - before == (0 if kind is BulkAct.UNTAG else done), "one entry for each"


def test_who_has_one_of_them_and_goes_on_to_the_journal_is_waited_for(site: Flask, five: list[str]) -> None:
    """Else each would wait for what the other has: the journal is held from the first entry to the end."""
    if db.engine.dialect.name == "sqlite":
        return  # one writes at a time

    def others() -> BulkOutcome:
        with site.app_context():
            return bulk.carry_out(db.session(), five, bulk.act(BulkAct.BLOCK, contact=None, tag=None), by=by(site))

    with ThreadPoolExecutor(1) as threads:
        with writing(db.session()):
            row = records.held(db.session(), max(five))
            waiting = threads.submit(others)
            await_that(lambda: db.session.scalar(text(_WAITS)))
            deed = journal.Deed(Act.ACCESS, row.id, "operator:1", {})
            journal.append(db.session(), [deed], key=by(site).key, now=by(site).now)
        assert waiting.result(PATIENCE_SECONDS).done == 2


def test_what_is_not_there_is_named_and_nothing_happens_twice(site: Flask, five: list[str]) -> None:
    assert carry_out(site, BulkAct.BLOCK, [five[0], five[0], "33333333", "\x00"]) == (1, [None, None, "gone", "gone"])
    db.session.rollback()
    states = set(
        db.session.scalars(select(SubmissionRow.state).join(ReceiptRow).where(ReceiptRow.reference == five[0]))
    )
    assert states == {State.BLOCKED.value}


@pytest.mark.parametrize("granted", [False, True], ids=["open", "granted"])
def test_what_a_person_asked_to_have_blocked_is_not_unblocked_among_others(
    site: Flask, person: Person, granted: bool
) -> None:
    send(site, person)
    db.session.rollback()
    reference = db.session.scalars(select(ReceiptRow.reference)).one()
    house = house_of(site)
    by = By("operator:3", house.keys.site.journal, house.now)
    asked = requests.take_in(
        db.session(),
        reference=reference,
        kind=RequestKind.BLOCK,
        channel=Channel.LETTER,
        identity=Identity.SIGNATURE,
        received=house.now.date(),
        language="en",
        terms=house.settings.terms,
        by=by,
        randomness=house.randomness,
    )
    if granted:
        requests.take_up(db.session(), asked, by=by)
        requests.meet(db.session(), asked, by=by)
    assert carry_out(site, BulkAct.UNBLOCK, [reference]) == (0, ["held"])
