"""Publishing and approving: written whole or not at all, journalled, and old consents stay where they are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kelisim.domain.documents import Document, Kind
from kelisim.domain.publishing import PublishProblem
from kelisim.services import documents, journal
from kelisim.services.document_checks import Damage, Flaw, Verification, verify
from kelisim.storage.db import db, writing
from kelisim.storage.schema import APPEND_ONLY
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.documents import DocumentApproval, PublishedDocument
from kelisim.storage.tables.journal import JournalRow
from tests.services.given import counts, failing_insert, house_of, send
from tests.support.documents import revision_of
from tests.support.people import Person

TODAY, DAY = date(2026, 11, 22), date(2026, 12, 1)
NEW = revision_of("2026-12-01", DAY)


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def publish(app: Flask, texts: list[Document]) -> None:
    house = house_of(app)
    documents.publish(
        db.session(), texts, shipped=house.revisions.shipped, today=TODAY, key=house.keys.site.journal, now=house.now
    )


def approve(app: Flask, revision: str, by: str = "A. Lawyer", kind: Kind = Kind.CONSENT) -> tuple[Document, ...]:
    house = house_of(app)
    return documents.approve(
        db.session(),
        kind,
        revision,
        by=by,
        shipped=house.revisions.shipped,
        key=house.keys.site.journal,
        now=house.now,
    )


def checked(app: Flask) -> Verification:
    db.session.rollback()
    return verify(db.session(), house_of(app).revisions.shipped)


def test_a_published_revision_is_in_the_library_word_for_word_and_in_the_journal(site: Flask) -> None:
    publish(site, NEW)
    known = documents.known(db.session(), house_of(site).revisions.shipped)
    assert set(NEW) <= set(known.library)
    assert (known.stand, known.approved) == ((3, 0), {})
    assert documents.stand(db.session()) == known.stand
    entries = db.session.scalars(select(JournalRow).order_by(JournalRow.number)).all()
    assert [(entry.act, entry.actor, entry.details) for entry in entries] == [
        (
            "accumulation",
            "site",
            {
                "register": "published_documents",
                "kind": "consent",
                "revision": "2026-12-01",
                "language": text_.language,
                "sha256": text_.sha256,
            },
        )
        for text_ in NEW
    ]
    assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None
    assert checked(site) == Verification((), (), published=3, shown=0)


def test_what_may_not_be_published_or_approved_writes_nothing(site: Flask) -> None:
    publish(site, NEW)
    before = counts()
    for texts in (NEW, NEW[1:], revision_of("2026-12-01", DAY, words="Changed.\n"), revision_of("x", date(2026, 1, 1))):
        with pytest.raises(PublishProblem):
            publish(site, texts)
    for revision, by in (("2026-12-02", "A"), ("2026-12-01", " "), ("2026-12-01", "a\nb"), ("2026-12-01", "a" * 65)):
        with pytest.raises(PublishProblem):
            approve(site, revision, by)
    assert counts() == before


@pytest.mark.parametrize("table", ["published_documents", "journal"])
def test_a_fault_leaves_nothing_of_a_revision(site: Flask, table: str) -> None:
    with failing_insert(table), pytest.raises(DBAPIError):
        publish(site, NEW)
    assert counts("published_documents", "journal") == {"published_documents": 0, "journal": 0}


def test_of_two_who_publish_at_once_one_is_refused(site: Flask) -> None:
    both, others = Barrier(2), revision_of("2026-12-01", DAY, words="Not these.\n")

    def one(texts: list[Document]) -> str:
        with site.app_context():
            both.wait()
            try:
                publish(site, texts)
            except PublishProblem:
                return "refused"
            return "published"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, (NEW, others))) == ["published", "refused"]
    assert counts("published_documents", "journal") == {"published_documents": 3, "journal": 3}


def test_an_approval_keeps_the_words_and_is_given_once(site: Flask) -> None:
    shipped = [found for found in house_of(site).library if found.kind is Kind.POLICY]
    assert set(approve(site, "2026-11-22", " A. Lawyer ", Kind.POLICY)) == set(shipped)
    approvals = documents.approvals(db.session())
    assert approvals == {found.sha256: "A. Lawyer" for found in shipped}
    assert [documents.shown_text(db.session(), found.sha256) for found in shipped] == [it.plain for it in shipped]
    assert documents.stand(db.session()) == (0, 3)
    with pytest.raises(PublishProblem, match="is approved already, in every language"):
        approve(site, "2026-11-22", "B. Lawyer", Kind.POLICY)
    assert counts("document_approvals", "journal") == {"document_approvals": 3, "journal": 3}
    assert checked(site).damages == ()


def test_standing_consents_are_counted_and_never_moved(site: Flask, person: Person) -> None:
    send(site, person)
    send(site, person)
    before = [tuple(row) for row in db.session.execute(select(ConsentRow.__table__))]
    house = house_of(site)
    plan = documents.plan(db.session(), NEW, shipped=house.revisions.shipped, today=TODAY)
    assert plan.standing == {(Kind.CONSENT, "2023-07-20"): 2}
    assert {found.follows.revision for found in plan.texts if found.follows} == {"2023-07-20"}
    publish(site, NEW)
    with writing(db.session()):
        one = "(SELECT id FROM submissions LIMIT 1)"
        db.session.execute(text(f"UPDATE submissions SET consent_state = 'withdrawn' WHERE id = {one}"))
    assert documents.standing(db.session()) == {(Kind.CONSENT, "2023-07-20"): 1, (Kind.POLICY, "2026-11-22"): 1}
    assert [tuple(row) for row in db.session.execute(select(ConsentRow.__table__))] == before


def damaged(statement: str, **values: object) -> None:
    """Change a row behind the site's back, as whoever owns the database can."""
    sqlite = db.engine.dialect.name == "sqlite"
    with writing(db.session()):
        if sqlite:
            names = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in APPEND_ONLY:
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        db.session.execute(text(statement), values)


def test_every_damage_is_found_and_named(site: Flask, person: Person) -> None:
    publish(site, NEW)
    approve(site, "2026-12-01")
    send(site, person)
    assert checked(site).damages == ()
    reference = str(db.session.scalar(text("SELECT reference FROM receipts")))
    english = "kind = 'consent' AND language = 'en'"
    damaged(f"UPDATE published_documents SET text = 'x' WHERE {english}")
    damaged(f"UPDATE shown_texts SET plain = plain || 'x' WHERE {english} AND revision = '2023-07-20'")
    damaged("UPDATE shown_texts SET revision = 'y' WHERE kind = 'policy'")
    damaged("UPDATE published_documents SET kind = 'terms' WHERE language = 'kk'")
    damaged("DELETE FROM shown_texts WHERE language = 'kk'")
    damaged("DELETE FROM published_documents WHERE language = 'ru'")
    damaged("DELETE FROM shown_texts WHERE language = 'ru'")
    db.session.rollback()
    found = {(damage.flaw, damage.name) for damage in checked(site).damages}
    assert found == {
        (Flaw.PUBLISHED_CHANGED, "consent 2026-12-01 (en)"),
        (Flaw.PUBLISHED_CHANGED, "terms 2026-12-01 (kk)"),
        (Flaw.PUBLISHED_GONE, "consent 2026-12-01 (ru)"),
        (Flaw.SHOWN_CHANGED, "consent 2023-07-20 (en)"),
        (Flaw.SHOWN_CHANGED, "policy y (en)"),
        (Flaw.TEXT_MISSING, reference),
        (Flaw.APPROVED_MISSING, next(it.sha256 for it in NEW if it.language == "ru")),
    }
    assert {it.language for it in documents.published(db.session())} == {"en"}, "a kind that is none is passed over"


def test_a_text_put_in_past_the_journal_is_named(site: Flask) -> None:
    one = NEW[0]
    row = {name: getattr(one, name) for name in ("sha256", "revision", "language", "in_force", "title", "text")}
    with writing(db.session()):
        db.session.add(PublishedDocument(kind="consent", published_at=house_of(site).now, **row))
    assert checked(site).damages == (Damage(Flaw.NOT_JOURNALLED, "consent 2026-12-01 (kk)"),)
    with writing(db.session()):
        db.session.add(DocumentApproval(sha256="c" * 64, approved_at=house_of(site).now, approved_by="x"))
    assert Damage(Flaw.APPROVED_MISSING, "c" * 64) in checked(site).damages


def test_a_damaged_journal_vouches_for_no_text(site: Flask) -> None:
    publish(site, NEW)
    damaged("UPDATE journal SET details = '[1]' WHERE number = 2")
    assert {damage.flaw for damage in checked(site).damages} == {Flaw.NOT_JOURNALLED}
