"""The receipt as a page, a file and a bundle, and the page where anyone checks one."""

import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
import segno
from flask import Flask
from pyld import jsonld  # type: ignore[import-untyped]  # it ships no types
from werkzeug.test import TestResponse

from kelisim.settings import Settings
from kelisim.vault import signing
from tests.conftest import FixedClock, dispose, migrated
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import strict_client
from tests.web.rows import connect, everything, house_of
from tests.web.strict import page_of

DPV = "https://w3id.org/dpv#"
ISSUED, ALTERED = "This site issued this receipt", "This receipt is not genuine"
UNKNOWN = "No receipt of this site has these numbers"


@pytest.fixture
def link(visitor: Visitor, person: Person) -> str:
    """The secret link of one sent form."""
    return visitor.send(person).headers["Location"]


def saved(visitor: Visitor, link: str) -> bytes:
    answer = visitor.get(f"{link}/receipt.json")
    assert answer.status_code == 200
    return answer.data


def reference_of(visitor: Visitor, link: str) -> str:
    return str(json.loads(saved(visitor, link))["receipt"]["dct:identifier"])


def check_file(visitor: Visitor, raw: bytes, name: str = "receipt.json") -> TestResponse:
    fields = {"token": visitor.page("/receipts/check").value("token"), "way": "file"}
    return visitor.post("/receipts/check", {**fields, "file": (io.BytesIO(raw), name)})


def check_paper(visitor: Visitor, reference: str, stated: str) -> TestResponse:
    fields = {"token": visitor.page("/receipts/check").value("token"), "way": "paper"}
    return visitor.post("/receipts/check", {**fields, "reference": reference, "sha256": stated})


def said(answer: TestResponse) -> str:
    """The heading of the answer: of the notice, or of the summary of errors."""
    return str(page_of(answer).elements("h2")[0].text)


def test_the_page_offers_link_print_file_and_qr_before_anything_else(visitor: Visitor, link: str) -> None:
    page = visitor.page(link)
    text = page.text
    places = [text.index(words) for words in ("Keep this link", "Print the receipt", "Save the signed receipt")]
    assert places == sorted(places)
    assert places[-1] < text.index("What is recorded")
    assert sha256(saved(visitor, link)).hexdigest() in text
    addresses = [anchor.get("href") for anchor in page.elements("a")]
    assert {f"{link}/receipt.json", f"{link}/evidence.zip", "/receipts/check"} <= set(addresses)


def test_the_qr_code_is_of_the_link_at_level_m(visitor: Visitor, link: str) -> None:
    code = segno.make(ORIGIN + link, error="m", micro=False)
    drawn = visitor.get(link).get_data(as_text=True)
    dark = {(column + 4, row + 4) for row, line in enumerate(code.matrix) for column, bit in enumerate(line) if bit}
    path = drawn.split('<path d="')[1].split('"')[0]
    assert {tuple(map(int, place.split("h")[0].split(","))) for place in path.split("M")[1:]} == dark


def test_the_file_is_a_download_of_one_name_and_the_same_each_time_in_each_language(
    visitor: Visitor, link: str
) -> None:
    answer = visitor.get(f"{link}/receipt.json")
    reference = reference_of(visitor, link)
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kelisim-receipt-{reference}.json"'
    assert visitor.get(f"/kk{link}/receipt.json").data == visitor.get(f"/ru{link}/receipt.json").data == answer.data


def test_an_independent_library_reads_the_file_without_a_network(visitor: Visitor, link: str) -> None:
    def refuse(address: str, options: object) -> None:
        raise AssertionError(f"asked for {address}")

    found = jsonld.expand(json.loads(saved(visitor, link)), {"documentLoader": refuse})
    assert [node["@type"] for node in found] == [[f"{DPV}ConsentReceipt"]]
    record = found[0][f"{DPV}hasRecordOfActivity"][0]
    assert record["@type"] == [f"{DPV}ConsentRecord"]
    assert record[f"{DPV}hasJurisdiction"] == [{"@id": "https://w3id.org/dpv/loc#KZ"}]


def test_the_operator_is_named_in_the_language_of_the_consent(visitor: Visitor, person: Person) -> None:
    page = visitor.page("/ru/")
    fields = {**visitor.filled(person), "token": page.value("token", -1)}
    link = visitor.post("/ru/", fields).headers["Location"]
    record = json.loads(saved(visitor, link))["receipt"]["dpv:hasRecordOfActivity"]
    assert record["dct:language"] == "ru"
    assert record["dpv:hasDataController"]["dpv:hasName"] == "Частная компания Artsofte.KZ Limited"
    assert record["dpv:hasNotice"][0]["@id"] == f"{ORIGIN}/ru/consent/2023-07-20"
    for address in (notice["@id"] for notice in record["dpv:hasNotice"]):
        visitor.page(address.removeprefix(ORIGIN))


def test_the_largest_receipt_fits_the_check(visitor: Visitor, person: Person, app: Flask) -> None:
    page = visitor.page("/kk/")
    fields = {**visitor.filled(person, topic="contract", mailing="yes"), "token": page.value("token", -1)}
    raw = saved(visitor, visitor.post("/kk/", fields).headers["Location"])
    assert len(raw) < house_of(app).settings.receipt_file_bytes / 2
    assert said(check_file(visitor, raw)) == ISSUED


def test_the_public_key_is_at_its_well_known_address(app: Flask, visitor: Visitor) -> None:
    key = signing.public_key(house_of(app).keys.site.receipt_signature)
    assert visitor.get("/.well-known/kelisim-receipts.json").get_json() == {
        "keys": [{"id": key.id, "algorithm": "Ed25519", "public_key": key.base64, "pem": key.pem}],
        "check": f"{ORIGIN}/receipts/check",
    }


def test_the_bundle_is_a_download_with_a_readme_in_the_language_of_the_page(visitor: Visitor, link: str) -> None:
    answer = visitor.get(f"{link}/evidence.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    reference = reference_of(visitor, link)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kelisim-evidence-{reference}.zip"'
    with ZipFile(io.BytesIO(answer.data)) as archive:
        readme = archive.read("README.txt").decode()
    assert "Answers about cookies: the site joins no visit to a person" in readme
    assert "flask journal verify" in readme
    assert f"{ORIGIN}/receipts/check" in readme
    assert "&" not in readme
    assert "\n\nAn operator appears as a role" in readme
    assert "\n\n\n" not in readme


def test_a_wrong_secret_has_no_file_and_no_bundle(visitor: Visitor, link: str) -> None:
    for wrong in ("a" * 32, "x"):
        for name in ("receipt.json", "evidence.zip"):
            assert visitor.get(f"/receipt/{wrong}/{name}").status_code == 404


def test_a_receipt_is_known_by_its_file_and_by_its_numbers(app: Flask, visitor: Visitor, link: str) -> None:
    raw, reference = saved(visitor, link), reference_of(visitor, link)
    before = everything(app)
    number = sha256(raw).hexdigest()
    spaced = " ".join(number[place : place + 4] for place in range(0, 64, 4)).upper()
    for answer in (
        check_file(visitor, raw),
        check_paper(visitor, reference, number),
        check_paper(visitor, f" {reference[:4].lower()}-{reference[4:]} ", spaced),
    ):
        assert (answer.status_code, said(answer)) == (200, ISSUED)
        text = page_of(answer).text
        assert reference in text
        assert "It stands. It was given on: 22 November 2026, 15:00" in text
        assert "Set-Cookie" not in answer.headers
    assert everything(app) == before


def test_a_check_shows_no_personal_data(visitor: Visitor, link: str, person: Person) -> None:
    text = check_file(visitor, saved(visitor, link)).get_data(as_text=True)
    assert [value for value in (person.name, person.second_name, person.e164, link) if value in text] == []


@pytest.mark.parametrize(
    ("state", "words"), [("withdrawn", "It was withdrawn on: 1 December"), ("achieved", "purposes were achieved on"),
                         ("expired", "Its term was over on")]
)  # fmt: skip
def test_a_consent_that_is_over_is_told_with_its_day(
    app: Flask, visitor: Visitor, link: str, state: str, words: str
) -> None:
    raw = saved(visitor, link)
    connection = connect(app)
    connection.execute(
        "UPDATE submissions SET consent_state = ?, consent_ended_at = '2026-12-01 04:00:00.000000'", (state,)
    )
    connection.close()
    assert saved(visitor, link) != raw
    for shown in (raw, saved(visitor, link)):
        answer = check_file(visitor, shown)
        assert said(answer) == ISSUED
        assert "It does not stand any more." in page_of(answer).text
        assert words in page_of(answer).text


def test_a_forged_receipt_and_a_foreign_one_are_told_apart(visitor: Visitor, link: str, tmp_path: Path) -> None:
    raw = saved(visitor, link)
    forged = check_file(visitor, raw.replace(b"2026-11-22T", b"2025-11-22T"))
    assert (forged.status_code, said(forged)) == (200, ALTERED)
    whole = json.loads(raw)
    whole["signature"]["value"] = "A" * 86 + "=="
    assert said(check_file(visitor, json.dumps(whole).encode())) == ALTERED
    whole["signature"]["key"] = "0123456789abcdef"
    foreign = check_file(visitor, json.dumps(whole).encode())
    assert (foreign.status_code, said(foreign)) == (200, "This site did not sign this receipt")


def unreadable() -> Iterator[tuple[str, bytes, str]]:
    yield "nothing", b"", "not a whole receipt file"
    yield "text", b"hello", "not a whole receipt file"
    yield "picture", b"\x89PNG\r\n\x1a\n\x00", "not a text in UTF-8"
    yield "other json", b'{"name": "x"}', "no receipt of this site"
    yield "deep", b"[" * 40_000, "no receipt of this site"
    yield "deep object", b'{"receipt":' * 4_000, "no receipt of this site"
    yield "huge number", b'{"receipt": ' + b"9" * 40_000 + b"}", "no receipt of this site"
    yield "infinite", b'{"receipt": 1e99999}', "no receipt of this site"
    yield "large", b" " * 49_153, "larger than any receipt"


@pytest.mark.parametrize(("raw", "words"), [case[1:] for case in unreadable()], ids=[case[0] for case in unreadable()])
def test_what_is_no_receipt_has_a_clear_answer(visitor: Visitor, raw: bytes, words: str) -> None:
    answer = check_file(visitor, raw)
    page = page_of(answer)
    assert (answer.status_code, page.title.startswith("Error: ")) == (422, True)
    assert page.text.count(words) == 2, "in the summary and at the field"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1251"])
def test_a_receipt_saved_in_another_encoding_has_a_clear_answer(visitor: Visitor, link: str, encoding: str) -> None:
    whole = {**json.loads(saved(visitor, link)), "note": "Согласие"}
    answer = check_file(visitor, json.dumps(whole, ensure_ascii=False).encode(encoding, "replace"))
    assert answer.status_code == 422
    assert "not a text in UTF-8" in page_of(answer).text


def test_a_cut_receipt_has_a_clear_answer_wherever_it_is_cut(visitor: Visitor, link: str) -> None:
    raw = saved(visitor, link)
    for end in (1, len(raw) // 3, len(raw) // 2, len(raw) - 3):
        answer = check_file(visitor, raw[:end])
        assert answer.status_code == 422, end
        assert "a part of it is cut off" in page_of(answer).text


def test_five_megabytes_are_refused_before_they_are_read(visitor: Visitor) -> None:
    form = "multipart/form-data; boundary=x"
    answer = visitor.post("/receipts/check", b"[" * 5_000_000, content_type=form)
    assert answer.status_code == 413
    assert page_of(answer).heading == "Too much was sent"


def test_an_unknown_reference_and_a_wrong_hash_get_the_same_answer(visitor: Visitor, link: str) -> None:
    reference, number = reference_of(visitor, link), sha256(saved(visitor, link)).hexdigest()
    # Both echo what was typed and carry a token of their own: what the page says is compared.
    answers = [check_paper(visitor, reference, "0" * 64), check_paper(visitor, "34679CDF", number)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert page_of(answers[0]).text == page_of(answers[1]).text
    assert said(answers[0]) == UNKNOWN


@pytest.mark.parametrize(
    ("reference", "number", "words"),
    [("", "", "Enter the reference"), ("ABCDEFGH", "0" * 64, "Enter the reference"),
     ("34679CDF", "", "Enter the SHA-256"), ("34679CDF", "g" * 64, "Enter the SHA-256"),
     ("34679CDF", "٣" * 64, "Enter the SHA-256"), ("<script>", "\ud83d", "Enter the SHA-256")],
)  # fmt: skip
def test_numbers_that_cannot_be_are_named_and_kept(visitor: Visitor, reference: str, number: str, words: str) -> None:
    answer = check_paper(visitor, reference, number.encode("utf-8", "replace").decode())
    page = page_of(answer)
    assert answer.status_code == 422
    assert words in page.text
    assert page.value("reference") == reference


@pytest.mark.parametrize(
    "fields",
    [{}, {"way": "file"}, {"way": "file", "file": "text"}, {"way": "x"}, {"way": "paper", "reference": ["a", "b"]},
     {"way": "file", "file": [(io.BytesIO(b"1"), "a"), (io.BytesIO(b"2"), "b")]},
     {"way": "paper", "reference": (io.BytesIO(b"1"), "a"), "sha256": (io.BytesIO(b"1"), "a")}],
    ids=["nothing", "no-file", "text-for-file", "unknown-way", "two-references", "two-files", "files-for-text"],
)  # fmt: skip
def test_a_form_of_another_shape_has_a_clear_answer(visitor: Visitor, fields: dict[str, object]) -> None:
    token = visitor.page("/receipts/check").value("token")
    assert visitor.post("/receipts/check", {"token": token, **fields}).status_code == 422


def test_without_a_good_token_nothing_is_checked(visitor: Visitor, link: str) -> None:
    for token in ("", "x", visitor.page("/").value("token", -1)):
        fields = {"token": token, "way": "file", "file": (io.BytesIO(saved(visitor, link)), "receipt.json")}
        answer = visitor.post("/receipts/check", fields)
        assert answer.status_code == 422
        assert ISSUED not in page_of(answer).text


def test_checks_are_limited_per_network(instance: Path, clock: FixedClock) -> None:
    app = migrated(Settings(instance=instance, check_limit="2 per hour"), clock=clock)
    visitor = Visitor(strict_client(app))
    assert [check_paper(visitor, "34679CDF", "0" * 64).status_code for _ in range(3)] == [200, 200, 429]
    assert Page(visitor.get("/receipts/check").get_data(as_text=True)).heading == "Check a receipt"
    dispose(app)
