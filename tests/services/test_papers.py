"""A consent entered from paper: everything or nothing, once, and told as paper wherever it is told."""

import io
import json
import secrets
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kelisim.domain.acts import Act
from kelisim.domain.consents import Method
from kelisim.domain.deadlines import day_begins
from kelisim.domain.papers import Paper, PaperPlace
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import Draft, PersonalData
from kelisim.services import bundles, journal, papers, receipts, submissions
from kelisim.services.bundles import Papers
from kelisim.services.papers import PaperEnteredBefore
from kelisim.services.receipts import Finding
from kelisim.services.submissions import Accepted
from kelisim.storage.db import db
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import SubmissionRow
from tests.services.given import consent, counts, failing_insert, house_of, shown
from tests.services.test_receipts import issuer_of
from tests.support.people import PEOPLE

SIGNED = date(2026, 11, 20)
PAPER = Paper(PaperPlace.ORIGINAL_SAFE, "PD-17", SIGNED, "operator:3")
TABLES = ("submissions", "consents", "receipts", "journal", "papers", "statements", "shown_texts")


def enter(site: Flask, paper: Paper = PAPER, *, form_id: bytes | None = None, stated: Stated | None = None) -> Accepted:
    person, house = PEOPLE[0], house_of(site)
    given = replace(consent(site, house.now), method=Method.PAPER, given_at=day_begins(paper.signed))
    return submissions.accept(
        db.session(),
        Draft(PersonalData(person.name, person.second_name, person.e164), None, mailing=False, suspicions=()),
        given,
        shown=shown(site, house.now),
        form_id=form_id or secrets.token_bytes(16),
        keys=house.keys,
        now=house.now,
        randomness=secrets.token_bytes,
        stated=stated,
        paper=paper,
    )


def test_a_paper_is_entered_whole_by_its_operator(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        issuer = issuer_of(app_on_each)
        accepted = enter(app_on_each, stated=issuer.stated)
        assert counts(*TABLES) == dict.fromkeys(TABLES, 1) | {"journal": 3, "shown_texts": 2}
        row = db.session.scalars(select(ConsentRow)).one()
        received = db.session.scalars(select(SubmissionRow.received_at)).one()
        assert (row.method, row.given_at, row.statements_number) == ("paper", day_begins(SIGNED), 1)
        assert received == house_of(app_on_each).now
        assert papers.of_record(db.session(), row.submission_id) == PAPER
        entries = journal.of_subject(db.session(), row.submission_id)
        assert [(entry.act, entry.actor) for entry in entries] == [
            (Act.COLLECTION, "operator:3"),
            (Act.ACCUMULATION, "operator:3"),
        ]
        issued = receipts.by_secret(db.session(), accepted.secret, issuer=issuer)
        assert issued is not None
        assert papers.of_reference(db.session(), issued.receipt.reference) == PAPER


def test_the_receipt_and_the_bundle_say_paper_and_the_day(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        issuer = issuer_of(app_on_each)
        accepted = enter(app_on_each)
        issued = receipts.by_secret(db.session(), accepted.secret, issuer=issuer)
        assert issued is not None
        status = json.loads(issued.file)["receipt"]["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"][0]
        assert status["dpv:hasIndicationMethod"] == "paper"
        assert (status["dpv:isIndicatedAtTime"], status["dct:valid"]) == ("2026-11-20", "2026-11-20/..")
        verdict = receipts.check_file(db.session(), issued.file, issuer=issuer)
        assert verdict.finding is Finding.ISSUED
        assert verdict.standing is not None
        assert verdict.standing.shown == SIGNED
        bundle = bundles.for_person(db.session(), accepted.secret, issuer=issuer, papers=Papers("x", b"x", "x"))
        assert bundle is not None
        record = json.loads(ZipFile(io.BytesIO(bundle.content)).read("consent.json"))
        assert (record["method"], record["given_at"], record["since"]) == ("paper", "2026-11-20", "2026-11-20")
        assert record["paper"] == {"place": "original_safe", "number": "PD-17", "signed": "2026-11-20"}


def test_one_form_is_one_entry_and_one_sheet_is_one_entry(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        first = enter(app_on_each, form_id=b"1" * 16)
        again = enter(app_on_each, form_id=b"1" * 16)
        assert (again.secret, again.repeated) == (first.secret, True)
        found = submissions.find_receipt(db.session(), first.secret)
        assert found is not None
        before = counts(*TABLES)
        with pytest.raises(PaperEnteredBefore) as refused:
            enter(app_on_each, replace(PAPER, signed=date(2026, 11, 21)))
        assert refused.value.reference == found.reference
        assert counts(*TABLES) == before
        assert not enter(app_on_each, replace(PAPER, place=PaperPlace.ORIGINAL_ARCHIVE)).repeated


def test_without_its_paper_nothing_is_entered(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        with failing_insert("papers"), pytest.raises(DBAPIError):
            enter(app_on_each)
        assert counts(*TABLES) == dict.fromkeys(TABLES, 0)
