"""The compliance pack: everything an authority asks for, nothing of a visitor, and a manifest that proves it."""

import io
import json
from hashlib import sha256
from zipfile import ZipFile

import pytest
from flask import Flask

from kelisim.runner import Runner
from kelisim.vault import signing
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.desk import NAME, Desk
from tests.web.rows import house_of, rows

PATH = "/operator/compliance"
INCIDENT = {"kind": "loss", "day": "2026-11-20", "hour": "10:00", "categories": "phone", "persons": "3", "note": "=1+1"}


@pytest.fixture
def files(app: Flask, visitor: Visitor, desk: Desk, person: Person) -> dict[str, bytes]:
    """The files of a pack: three submissions of two people, one request, one incident."""
    for one in (person, person, PEOPLE[0]):
        visitor.send(one)
    for job in ("search", "journal"):
        assert Runner(app).run_now(job)
    desk.whole()
    new = "/operator/incidents/new"
    desk.post(new, {**INCIDENT, "csrf_token": desk.page(new).value("csrf_token", -1)})
    reference = str(rows(app, "SELECT reference FROM receipts")[0][0])
    letters = "/operator/requests/new"
    letter = {"kind": "access", "channel": "letter", "received": "2026-11-20", "reference": reference,
              "identity": "signature", "language": "en"}  # fmt: skip  # one letter
    assert desk.post(letters, {**letter, "csrf_token": desk.page(letters).value("csrf_token")}).status_code == 303
    answer = desk.post(PATH, {"csrf_token": desk.page(PATH).value("csrf_token", -1)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kelisim-compliance-2026-11-22.zip"'
    assert answer.content_length == len(answer.get_data())
    with ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_everything_and_no_personal_data_of_a_visitor(
    app: Flask, files: dict[str, bytes], person: Person
) -> None:
    assert len([name for name in files if name.startswith("documents/")]) == 10
    assert {
        "README.txt",
        "registers/data-register.md",
        "registers/border-and-publication.json",
        "registers/requests.csv",
        "registers/consent-terms.csv",
        "registers/incidents.csv",
        "registers/recipients.csv",
        "persons-with-access.csv",
        "counts.json",
        "journal/check.json",
        "journal/heads.json",
        "manifest.json",
    } <= set(files)
    everything = "\n".join(content.decode() for content in files.values())
    references = [str(row[0]) for row in rows(app, "SELECT reference FROM receipts")]
    for one in (person, PEOPLE[0]):
        for text in (one.name, one.second_name, one.e164, one.e164[1:], one.e164[-7:], one.phone, *references):
            assert text not in everything, text
    assert NAME.casefold() in files["persons-with-access.csv"].decode()
    assert ",'=1+1\r\n" in files["registers/incidents.csv"].decode()
    assert "2023-07-20,2026-11,given,active,3" in files["registers/consent-terms.csv"].decode()
    assert ",access,letter,2026-11-20," in files["registers/requests.csv"].decode()


def test_its_counts_proof_and_manifest_are_what_they_say(app: Flask, files: dict[str, bytes]) -> None:
    counts = json.loads(files["counts.json"])
    assert counts["people"] == {
        "at_most": 2,
        "told_apart_by_phone": 2,
        "not_told_apart_yet": 0,
        "class": "small",
        "limit_of_small": 10_000,
        "limit_of_medium": 500_000,
    }
    assert (counts["records"]["active"], counts["consents"]["given"]) == (3, 3)
    proof = json.loads(files["journal/check.json"])
    assert (proof["holds"], proof["first_broken_entry"]) == (True, None)
    (head,) = json.loads(files["journal/heads.json"])["heads"]
    assert head["journal-head"]["day"] == "2026-11-22"
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["manifest"]["sha256"] == {name: sha256(content).hexdigest() for name, content in files.items()}
    key = signing.public_key(house_of(app).keys.site.receipt_signature)
    assert manifest["signature"]["key"] == key.id
    said = [row[0] for row in rows(app, "SELECT details FROM journal ORDER BY number DESC LIMIT 2")]
    assert [json.loads(one)["what"] for one in said] == ["pack", "checked"]


def test_the_page_counts_people_against_the_limit_and_names_who_has_access(
    visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    text = desk.whole().page(PATH).text
    assert "1 of 10000, within the small class" in text
    assert "1 record is not told apart yet and counts as a person." in text
    assert f"Persons with access {NAME.casefold()} Administrator, 22 November 2026" in text
