"""The receipt as JSON-LD: read by an independent library, without a network, with nothing dropped."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld  # type: ignore[import-untyped]  # it ships no types

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.consents import Category, Consent, Method, Receipt, Statements
from kelisim.domain.purposes import Purpose
from kelisim.domain.receipts import Addresses, Party, Storage, canonical, receipt_document
from kelisim.domain.recipients import Told
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import PERSONAL_FIELDS
from kelisim.domain.vocabulary import ACTS, CATEGORIES, PURPOSES, STATUSES

DPV, PD, LOC = "https://w3id.org/dpv#", "https://w3id.org/dpv/pd#", "https://w3id.org/dpv/loc#"
DCT = "http://purl.org/dc/terms/"
NOW = datetime(2026, 11, 22, 10, 0, 7, 123456, tzinfo=UTC)
RECORD = UUID("019ab3c4-0000-7000-8000-000000000001")
OPERATOR = Party("220540900218", "Private Company Artsofte.KZ Limited", "Astana, Z05K4F8", "consent@example.kz")
RECIPIENT = Told("Courier", "DE", tuple(Purpose))
ADDRESSES = Addresses(
    consent="https://site.example/consent/2023-07-20",
    policy="https://site.example/policy/2026-11-22",
    check="https://site.example/receipts/check",
    rights="https://site.example/rights",
    withdrawal="https://site.example/my",
)
STORAGE = Storage("three years from the day of sending", date(2029, 11, 22))
CONSENT = Consent(
    revision="2023-07-20",
    sha256="a" * 64,
    policy_revision="2026-11-22",
    policy_sha256="b" * 64,
    language="kk",
    statements=Statements(("1.1. Деректер өзімдікі.",), ("Your data do not leave Kazakhstan.",)),
    purposes=(Purpose.PERSONAL_PAGES, Purpose.MAILING, Purpose.FEEDBACK),
    given_at=NOW,
    method=Method.SITE_FORM,
)
RECEIPT = Receipt("34679CDF", NOW, None, mailing=True, consent=CONSENT)


def no_network(url: str, _options: object) -> Any:
    raise AssertionError(f"the receipt asks for {url}")


OFFLINE = {"documentLoader": no_network}


def made(**others: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"operator": OPERATOR, "addresses": ADDRESSES, "storage": STORAGE}
    return receipt_document(RECEIPT, RECORD, **given | others)


def expanded(document: dict[str, Any]) -> dict[str, Any]:
    found = jsonld.expand(document, OFFLINE)
    assert len(found) == 1
    return dict(found[0])


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)
    elif isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)


def leaves(value: Any) -> list[str]:
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    if isinstance(value, dict):
        return [leaf for key, part in value.items() if key != "@context" for leaf in leaves(part)]
    return [str(value)]


def is_absolute(name: str) -> bool:
    return name.startswith(("https://", "http://", "urn:uuid:", "mailto:", "_:"))


VARIANTS = [
    made(),
    made(recipients=[RECIPIENT]),
    made(ended=(ConsentState.WITHDRAWN, NOW + timedelta(days=1))),
    made(storage=replace(STORAGE, until=None)),
]


@pytest.mark.parametrize("document", VARIANTS)
def test_every_term_is_an_absolute_name(document: dict[str, Any]) -> None:
    for node in nodes(expanded(document)):
        for key, value in node.items():
            assert key.startswith("@") or is_absolute(key), key
            names = [value] if key == "@id" else value if key == "@type" and isinstance(value, list) else []
            assert all(is_absolute(name) for name in names), names
            assert not any(name.startswith(("dpv:", "pd:", "loc:", "dct:", "xsd:")) for name in names)


@pytest.mark.parametrize("document", VARIANTS)
def test_nothing_is_dropped(document: dict[str, Any]) -> None:
    found = expanded(document)
    bare = {key: value for key, value in document.items() if key != "@context"}
    assert sum(len(node) for node in nodes(bare)) <= sum(len(node) for node in nodes(found))
    assert len(leaves(bare)) <= len(leaves(found))
    kept = set(leaves(found))
    for leaf in leaves(bare):
        full = leaf.replace("dpv:", DPV).replace("pd:", PD).replace("loc:", LOC)
        assert leaf in kept or full in kept, leaf


@pytest.mark.parametrize("document", VARIANTS)
def test_it_goes_out_into_names_and_comes_back_the_same(document: dict[str, Any]) -> None:
    back = jsonld.compact(expanded(document), document["@context"], OFFLINE)
    assert jsonld.expand(back, OFFLINE) == jsonld.expand(document, OFFLINE)
    assert json.loads(canonical(document)) == document


def test_as_statements_it_says_the_same_in_any_order_of_keys() -> None:
    shuffled = dict(reversed(list(made().items())))
    options = OFFLINE | {"algorithm": "URDNA2015", "format": "application/n-quads"}
    normal = jsonld.normalize(made(), options)
    assert jsonld.normalize(shuffled, options) == normal
    assert f"<{DPV}hasRecordOfActivity> <{RECORD.urn}>" in normal
    assert "<http://www.w3.org/2001/XMLSchema#dateTime>" in normal


def test_it_has_the_shape_of_the_standard() -> None:
    document = expanded(made())
    assert document["@type"] == [f"{DPV}ConsentReceipt"]
    (record,) = document[f"{DPV}hasRecordOfActivity"]
    assert record["@type"] == [f"{DPV}ConsentRecord"]
    assert record[f"{DCT}identifier"] == [{"@value": str(RECORD)}]
    assert record[f"{DCT}language"] == [{"@value": "kk"}]
    assert record[f"{DPV}hasJurisdiction"] == [{"@id": f"{LOC}KZ"}]
    for name in ("hasDataSubject", "hasDataController", "hasNotice", "hasProcess", "hasConsentControl", "hasRight"):
        assert record[f"{DPV}{name}"]
    assert document[f"{DCT}publisher"][0]["@id"] == record[f"{DPV}hasDataController"][0]["@id"]
    (status,) = record[f"{DPV}hasConsentStatus"]
    assert status["@type"] == [f"{DPV}ConsentGiven", f"{DPV}ExplicitlyExpressedConsent"]
    assert status[f"{DPV}isIndicatedAtTime"][0]["@value"] == "2026-11-22T10:00:07Z"
    assert status[f"{DCT}valid"] == [{"@value": "2026-11-22T10:00:07Z/2029-11-22"}]


def test_each_purpose_is_a_process_with_categories_places_and_a_term() -> None:
    (record,) = expanded(made(recipients=[RECIPIENT]))[f"{DPV}hasRecordOfActivity"]
    processes = record[f"{DPV}hasProcess"]
    assert [process[f"{DCT}identifier"][0]["@value"] for process in processes] == [
        purpose.value for purpose in CONSENT.purposes
    ]
    for process in processes:
        data = process[f"{DPV}hasPersonalData"]
        assert tuple(node[f"{DCT}identifier"][0]["@value"] for node in data) == PERSONAL_FIELDS
        assert [node["@type"] for node in data] == [[f"{PD}Name"], [f"{PD}Name"], [f"{PD}TelephoneNumber"]]
        assert len(process[f"{DPV}hasStorageCondition"]) == 2
        assert process[f"{DPV}hasRecipient"][0][f"{DPV}hasName"] == [{"@value": "Courier"}]


def test_the_exact_texts_are_named() -> None:
    consent, policy = made()["dpv:hasRecordOfActivity"]["dpv:hasNotice"]
    assert consent["dct:identifier"] == ["2023-07-20", f"sha256:{'a' * 64}"]
    assert policy["dct:identifier"] == ["2026-11-22", f"sha256:{'b' * 64}"]
    assert consent["dct:description"] == [
        {"@value": "1.1. Деректер өзімдікі.", "@language": "kk"},
        {"@value": "Your data do not leave Kazakhstan.", "@language": "kk"},
    ]


def test_an_open_end_is_an_open_interval_and_an_end_is_a_second_event() -> None:
    (given_only,) = made(storage=replace(STORAGE, until=None))["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert given_only["dct:valid"] == "2026-11-22T10:00:07Z/.."
    statuses = made(ended=(ConsentState.ACHIEVED, NOW))["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert statuses[1] == {
        "@type": "dpv:ConsentExpired",
        "dct:identifier": "achieved",
        "dpv:isIndicatedBy": "dpv:DataController",
        "dpv:isIndicatedAtTime": "2026-11-22T10:00:07Z",
    }


def test_each_code_has_its_word_of_dpv_and_no_word_that_does_not_exist() -> None:
    assert (set(PURPOSES), set(CATEGORIES), set(ACTS), set(STATUSES)) == (
        set(Purpose),
        set(Category),
        set(Act),
        set(ConsentState),
    )
    assert {name.removeprefix("dpv:") for name in ACTS.values()} == {
        "Collect",
        "Store",
        "Modify",
        "Access",
        "Use",
        "Transfer",
        "Anonymise",
        "Restrict",
        "Destruct",
    }
    assert "ConsentTerminated" not in canonical(VARIANTS[2]).decode()
    assert [node["dct:identifier"] for node in made()["dpv:hasRecordOfActivity"]["dpv:hasRight"]] == list(RequestKind)


def test_canonical_bytes_are_sorted_compact_utf_8() -> None:
    assert (
        canonical({"b": "Ө", "a": [1, {"d": "\u2028", "c": True}]})
        == '{"a":[1,{"c":true,"d":"\u2028"}],"b":"Ө"}'.encode()
    )


JSON = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**53), 2**53) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc:@", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc:@", max_size=4), JSON, max_size=4))
def test_canonical_bytes_are_one_for_one_document(document: dict[str, Any]) -> None:
    signed = canonical(document)
    again = json.loads(signed)
    assert again == document
    assert canonical(again) == signed
    assert canonical(dict(reversed(list(document.items())))) == signed


@pytest.mark.parametrize("text", ["\ud800", float("nan")])
def test_what_cannot_be_written_is_refused(text: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # two errors of Python's, both ValueErrors
        canonical({"a": text})


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5))])))
def test_moments_are_utc_to_the_second(moment: datetime) -> None:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return
    receipt = replace(RECEIPT, received_at=moment)
    text = receipt_document(receipt, RECORD, operator=OPERATOR, addresses=ADDRESSES, storage=STORAGE)["dct:created"]
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == moment.replace(microsecond=0)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    receipt = replace(RECEIPT, received_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without a time zone"):
        receipt_document(receipt, RECORD, operator=OPERATOR, addresses=ADDRESSES, storage=STORAGE)
