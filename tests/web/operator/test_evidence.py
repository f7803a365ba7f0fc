"""The bundle of evidence at the desk: for operators only, journalled, with names."""

import io
import json
from zipfile import ZipFile

from flask import Flask

from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.desk import NAME, Desk
from tests.web.rows import count, rows


def test_the_bundle_is_a_download_and_taking_it_is_journalled(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    address = f"/operator/submissions/{reference}/evidence.zip"
    assert visitor.get(address).headers["Location"] == "/operator/sign-in"
    assert count(app, "journal") == 3
    answer = desk.whole().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kelisim-evidence-{reference}.zip"'
    act, actor, details = rows(app, "SELECT act, actor, details FROM journal ORDER BY number DESC")[0]
    assert (act, actor, json.loads(details)) == ("access", "operator:1", {"by": "desk", "what": "evidence"})
    with ZipFile(io.BytesIO(answer.data)) as archive:
        entries = json.loads(archive.read("journal.json"))["journal"]["entries"]
        readme = archive.read("README.txt").decode()
    assert entries[-1]["actor"] == f"operator:1 {NAME.lower()}"
    assert "The extract names the operators" in readme


def test_an_unknown_reference_is_no_page(app: Flask, desk: Desk) -> None:
    assert desk.whole().get("/operator/submissions/34679CDF/evidence.zip").status_code == 404
    assert count(app, "journal") == 1, "somebody was let in at the desk, and nothing else was done"


def test_the_consent_of_a_destroyed_record_is_still_proven(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    rows(app, "UPDATE submissions SET state = 'destroyed' RETURNING id")
    answer = desk.whole().get(f"/operator/submissions/{reference}/evidence.zip")
    assert answer.status_code == 200
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert json.loads(archive.read("consent.json"))["reference"] == reference
    assert count(app, "journal") == 4
