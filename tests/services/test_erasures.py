"""The ledger of erasures beside the database, on both databases: what a crash may leave, and what came back goes again."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.domain.acts import Act
from kelisim.domain.desk_acts import DeskAct
from kelisim.domain.erasures import Kind
from kelisim.jobs import complete_ledger
from kelisim.services import desk_acts, erasures, journal
from kelisim.services.erasures import Compared, LedgerAhead
from kelisim.services.holders import Holder
from kelisim.storage.db import db
from kelisim.storage.ledger import Ledger
from kelisim.storage.tables.submissions import SubmissionRow
from tests.services.given import failing_insert, house_of
from tests.services.test_desk_acts import by, given, last, row_of, whole
from tests.support.people import PEOPLE

DESTROY, DEPERSONALIZE = (DeskAct.DESTROY, "court"), (DeskAct.DEPERSONALIZE, "counts_only")
# Before a row comes back from a backup the act of its destruction has to be unmade, as only a file copy could.
UNDO = {
    "sqlite": ["DROP TRIGGER destructions_no_delete", "DELETE FROM destructions WHERE number > 1"],
    "postgresql": ["SET LOCAL session_replication_role = replica", "DELETE FROM destructions WHERE number > 1"],
}


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def ledger(app: Flask) -> Ledger:
    return house_of(app).ledger


def do(app: Flask, who: Holder, act: tuple[DeskAct, str]) -> None:
    desk_acts.carry_out(db.session(), who.reference, *act, by=by(app))


def three_erased(app: Flask) -> list[Holder]:
    people = [given(app, PEOPLE[number]) for number in range(3)]
    for who, act in zip(people, (DESTROY, DEPERSONALIZE, DESTROY), strict=True):
        do(app, who, act)
    return people


def come_back(app: Flask, *people: Holder, kept: dict[Holder, dict[str, object]]) -> None:
    """The database as a copy of its files from before would have it."""
    session = db.session()
    session.rollback()
    for statement in UNDO[db.engine.dialect.name]:
        session.execute(text(statement))
    for who in people:
        row = session.get_one(SubmissionRow, who.submission_id)
        for name, value in kept[who].items():
            setattr(row, name, value)
    session.commit()


def test_each_act_of_destruction_is_in_the_ledger_once_it_is_done(site: Flask) -> None:
    people = three_erased(site)
    lines = list(ledger(site).lines())
    assert [line.record for line in lines] == [who.submission_id for who in people]
    assert [line.kind for line in lines] == [Kind.DESTRUCTION, Kind.DEPERSONALIZATION, Kind.DESTRUCTION]
    assert [line.number for line in lines] == [1, 2, 3]
    written = ledger(site).path.read_text(encoding="utf-8")
    assert not any(word in written for one in PEOPLE[:3] for word in (one.name, one.e164, one.second_name))
    assert erasures.compare(db.session(), ledger(site)) == Compared(3, 0, 0)


def test_what_a_crash_kept_out_of_the_ledger_the_next_round_writes(site: Flask) -> None:
    three_erased(site)
    path = ledger(site).path
    whole_file = path.read_bytes()
    for left in (b"", whole_file[:40], whole_file[: whole_file.index(b"\n") + 10]):
        path.write_bytes(left)
        assert erasures.compare(db.session(), ledger(site)).unwritten > 0
        complete_ledger(house_of(site))
        assert path.read_bytes() == whole_file
    path.unlink()
    do(site, given(site, PEOPLE[3]), DESTROY)
    assert [line.number for line in ledger(site).lines()] == [1, 2, 3, 4]
    assert complete_ledger(house_of(site)) == ""


def test_a_destruction_that_was_not_committed_leaves_no_line(site: Flask) -> None:
    who = given(site, PEOPLE[0])
    with failing_insert("destructions"), pytest.raises(Exception, match="injected fault"):
        do(site, who, DESTROY)
    complete_ledger(house_of(site))
    assert list(ledger(site).lines()) == []


def test_a_ledger_that_cannot_be_written_stops_no_destruction_and_the_job_says_so(
    site: Flask,
) -> None:
    who = given(site, PEOPLE[0])
    path = ledger(site).path
    path.parent.write_text("a file where the folder should be", encoding="utf-8")
    do(site, who, DESTROY)
    assert row_of(who).state == "destroyed"
    with pytest.raises(OSError, match="exists"):
        complete_ledger(house_of(site))
    path.parent.unlink()
    assert complete_ledger(house_of(site)) == "1 erasures written"


def test_what_came_back_is_found_and_destroyed_again_with_its_number(site: Flask) -> None:
    people = [given(site, PEOPLE[number]) for number in range(3)]
    names = ("sealed_content", "key_for_operator", "key_for_person", "state", "topic", "consent_state")
    kept = {who: {name: getattr(row_of(who), name) for name in names} for who in people}
    for who, act in zip(people, (DESTROY, DEPERSONALIZE, DESTROY), strict=True):
        do(site, who, act)
    # The record was blocked on the day of the backup: what was decided later counts all the same.
    kept[people[2]]["state"] = "blocked"
    come_back(site, people[1], people[2], kept=kept)
    assert erasures.compare(db.session(), ledger(site)).came_back == 2
    with pytest.raises(LedgerAhead, match="flask erasures apply"):
        complete_ledger(house_of(site))
    again = erasures.erase_again(db.session(), ledger(site), by=by(site, "site"))
    erasures.note_restored(db.session(), ledger(site), by=by(site, "site"))
    assert again == 2
    assert [row_of(who).state for who in people] == ["destroyed", "depersonalized", "destroyed"]
    assert row_of(people[2]).sealed_content == b""
    act, details = last(people[2])
    assert (act, details["by"], details["first"]) == (Act.DESTRUCTION, "restore", "2026-11-22T10:00:00+00:00")
    assert db.session.execute(text("SELECT number FROM destructions ORDER BY number")).scalars().all() == [1, 2, 3]
    assert whole(site)
    assert erasures.erase_again(db.session(), ledger(site), by=by(site, "site")) == 0
    assert complete_ledger(house_of(site)) == ""
    do(site, given(site, PEOPLE[4]), DESTROY)
    assert [line.number for line in ledger(site).lines()][-1] == 4
    assert erasures.compare(db.session(), ledger(site)).came_back == 0
    assert journal.count(db.session()) > 0


def test_records_that_the_backup_never_had_leave_the_ledger_in_step(site: Flask) -> None:
    three_erased(site)
    session = db.session()
    session.rollback()
    for statement in UNDO[db.engine.dialect.name]:
        session.execute(text(statement))
    session.commit()
    book = ledger(site)
    erasures.note_restored(session, book, by=by(site, "site"))
    lines = list(book.lines())
    assert (lines[-1].kind, lines[-1].number) == (Kind.RESTORED, 1)
    do(site, given(site, PEOPLE[3]), DESTROY)
    assert [(line.kind, line.number) for line in book.lines()][-1] == (Kind.DESTRUCTION, 2)
    assert complete_ledger(house_of(site)) == ""
