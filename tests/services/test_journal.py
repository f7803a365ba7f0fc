"""The journal in the database: whole, or the first entry that is not is named."""

import sqlite3
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.domain.acts import Act
from kelisim.services import journal
from kelisim.services.journal import Deed
from kelisim.settings import Settings
from kelisim.storage.db import db, writing
from tests.conftest import FixedClock
from tests.services.given import house_of

SUBJECT, OTHER = UUID(int=7), UUID(int=8)
ENTRIES = 6


def key(app: Flask) -> bytes:
    return house_of(app).keys.site.journal


def append(app: Flask, *deeds: Deed) -> None:
    with writing(db.session()):
        journal.append(db.session(), deeds, key=key(app), now=house_of(app).now)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    """A journal of six entries about two records."""
    with app_on_each.app_context():
        for number in range(ENTRIES // 2):
            append(
                app_on_each,
                Deed(Act.ACCESS, SUBJECT, f"operator:{number}", {"by": "desk", "қадам": "1"}),
                Deed(Act.USE, OTHER, "site", {}),
            )
        yield app_on_each


def behind_our_back(*statements: str) -> None:
    """What somebody who owns the database can do: take the triggers away, and then anything. Not committed."""
    if db.engine.dialect.name == "sqlite":
        for name in ("update", "delete", "replace"):
            db.session.execute(text(f"DROP TRIGGER IF EXISTS journal_no_{name}"))
    else:
        db.session.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
    for statement in statements:
        db.session.execute(text(statement))


def verified(app: Flask) -> int | None:
    db.session.rollback()
    return journal.verify(db.session(), key=key(app))


def test_entries_are_numbered_without_a_gap_and_found_by_their_record(site: Flask) -> None:
    assert verified(site) is None
    assert journal.count(db.session()) == ENTRIES
    found = journal.of_subject(db.session(), SUBJECT)
    assert [(entry.number, entry.actor) for entry in found] == [(1, "operator:0"), (3, "operator:1"), (5, "operator:2")]
    assert all((entry.act, entry.at) == (Act.ACCESS, house_of(site).now) for entry in found)
    assert dict(found[0].details) == {"by": "desk", "қадам": "1"}


def test_an_empty_journal_holds(app: Flask) -> None:
    with app.app_context():
        assert (verified(app), journal.count(db.session())) == (None, 0)
        assert journal.of_subject(db.session(), SUBJECT) == ()


def test_another_key_does_not_hold(site: Flask) -> None:
    assert journal.verify(db.session(), key=bytes(32)) == 1


DONE_BEHIND_OUR_BACK = [
    (["UPDATE journal SET actor = 'site' WHERE number = 3"], 3),
    (["UPDATE journal SET act = 'use' WHERE number = 5"], 5),
    (["UPDATE journal SET details = '{}' WHERE number = 1"], 1),
    (["UPDATE journal SET details = '[]' WHERE number = 2"], 2),
    (["UPDATE journal SET details = 'null' WHERE number = 2"], 2),
    (["UPDATE journal SET at = '2026-11-22 10:00:00.000001' WHERE number = 4"], 4),
    (["UPDATE journal SET subject = '00000000000000000000000000000009' WHERE number = 6"], 6),
    (["DELETE FROM journal WHERE number = 2"], 2),
    (["DELETE FROM journal WHERE number = 2", "UPDATE journal SET number = 2 WHERE number = 6"], 2),
    (["UPDATE journal SET number = 99 WHERE number = 2", "UPDATE journal SET number = 2 WHERE number = 4"], 2),
    (["INSERT INTO journal SELECT 7, at, act, subject, actor, details, mac FROM journal WHERE number = 6"], 7),
    (["UPDATE journal SET number = number - 10", "UPDATE journal SET number = number + 11"], 1),
    (["DELETE FROM journal WHERE number = 6"], None),  # known: a cut tail shows only beside a published head
]


def test_what_was_done_behind_our_back_is_named(site: Flask) -> None:
    found = []
    for statements, _ in DONE_BEHIND_OUR_BACK:
        behind_our_back(*statements)
        found.append((statements, journal.verify(db.session(), key=key(site))))
        db.session.rollback()
    assert found == DONE_BEHIND_OUR_BACK
    assert verified(site) is None


def test_a_journal_of_another_key_is_told_from_one_that_was_changed(site: Flask) -> None:
    def is_ours() -> bool:
        return journal.is_of_key(db.session(), key=key(site))

    assert is_ours()
    assert not journal.is_of_key(db.session(), key=bytes(32))
    behind_our_back("UPDATE journal SET actor = 'site' WHERE number = 1")
    assert is_ours()
    behind_our_back(f"UPDATE journal SET actor = 'site', details = '7' WHERE number = {ENTRIES}")
    assert not is_ours()
    db.session.rollback()


@pytest.mark.parametrize(
    "change",
    ["at = 'yesterday'", "at = 5", "subject = 'nobody'", "details = '{\"by\"'", "details = x'ff'", "actor = x'ff'",
     "mac = 'text'", "mac = x''", "mac = 0", "act = x'00'"],
)  # fmt: skip  # a list to read, not a column
def test_a_value_that_cannot_even_be_read_is_named_too(app: Flask, settings: Settings, change: str) -> None:
    with app.app_context():
        append(app, *[Deed(Act.ACCESS, SUBJECT, "site", {})] * 5)
        behind_our_back()
        db.session.commit()
        foreign = sqlite3.connect(settings.instance / "kelisim.sqlite3", isolation_level=None)
        foreign.execute("PRAGMA ignore_check_constraints = ON")
        foreign.execute(f"UPDATE journal SET {change} WHERE number = 4")
        assert verified(app) == 4
        foreign.execute("UPDATE journal SET actor = 'person' WHERE number = 2")
        assert verified(app) == 2
        foreign.close()


def test_a_twelfth_act_that_was_forced_in_is_named(app: Flask, settings: Settings, clock: FixedClock) -> None:
    with app.app_context():
        append(app, *[Deed(Act.ACCESS, SUBJECT, "site", {})] * 2)
        behind_our_back()
        db.session.commit()
        foreign = sqlite3.connect(settings.instance / "kelisim.sqlite3", isolation_level=None)
        foreign.execute("PRAGMA ignore_check_constraints = ON")
        foreign.execute("UPDATE journal SET act = 'selling' WHERE number = 2")
        foreign.close()
        assert verified(app) == 2
        assert [entry.act for entry in journal.of_subject(db.session(), SUBJECT)] == ["access", "selling"]


def test_an_entry_of_a_transaction_that_fails_is_not_there(site: Flask) -> None:
    with pytest.raises(ValueError, match="fault"), writing(db.session()):
        append_and_fail(site)
    append(site, Deed(Act.USE, OTHER, "site", {}))
    assert verified(site) is None
    assert journal.count(db.session()) == ENTRIES + 1


def append_and_fail(app: Flask) -> None:
    journal.append(db.session(), [Deed(Act.USE, SUBJECT, "site", {})], key=key(app), now=house_of(app).now)
    raise ValueError("fault")
