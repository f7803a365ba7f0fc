"""Signed documents as files: what was written is read again; whatever else anyone may send has a named answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld  # type: ignore[import-untyped]  # it ships no types

from kelisim.domain.envelopes import Envelope, EnvelopeError, Signature, Unreadable, enveloped, read_envelope
from kelisim.domain.receipts import canonical

SIGNATURE = Signature("Ed25519", "0123456789abcdef", "c2lnbmVk")
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
DOCUMENTS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    TEXT, st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10), max_size=5
)
GOOD = json.loads(enveloped("receipt", {"a": "b"}, SIGNATURE))


def why(raw: bytes) -> Unreadable:
    with pytest.raises(EnvelopeError) as caught:
        read_envelope("receipt", raw)
    return caught.value.why


@given(DOCUMENTS)
def test_what_is_written_is_read_again_however_it_is_laid_out(document: dict[str, Any]) -> None:
    expected = Envelope(document, canonical(document), SIGNATURE)
    written = enveloped("receipt", document, SIGNATURE)
    assert read_envelope("receipt", written) == expected
    assert read_envelope("receipt", b"\xef\xbb\xbf" + written) == expected
    assert read_envelope("receipt", json.dumps(json.loads(written)).encode()) == expected


def test_the_whole_file_is_the_graph_of_its_document() -> None:
    document = {"@context": {"dct": "http://purl.org/dc/terms/"}, "@id": "urn:x", "dct:identifier": "34679CDF"}
    assert jsonld.expand(json.loads(enveloped("receipt", document, SIGNATURE))) == jsonld.expand(document)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1251", "koi8-r"])
def test_another_encoding_is_named(encoding: str) -> None:
    raw = json.dumps(GOOD | {"receipt": {"a": "Қазақ".replace("Қ", "К").replace("қ", "к")}}, ensure_ascii=False)
    assert why(raw.encode(encoding)) is Unreadable.ENCODING


@pytest.mark.parametrize("raw", [b"", b"hello", b"{", b"%PDF-1.7", json.dumps(GOOD).encode()[:-9], b'{"a": NULL}'])
def test_what_is_no_json_is_named(raw: bytes) -> None:
    assert why(raw) is Unreadable.JSON


@pytest.mark.parametrize(
    "raw",
    [
        b"null",
        b'"receipt"',
        b"[]",
        b"{}",
        b"[" * 60_000,
        b'{"receipt":' * 8_000,
        b"[" * 30_000 + b"]" * 30_000,
        b"9" * 60_000,
        b'{"receipt": {"a": 1}, "signature": {}}',
        b'{"receipt": {"a": 1e999}, "signature": {}}',
        b'{"receipt": {"a": NaN}, "signature": {}}',
        b'{"receipt": {}, "receipt": {}, "signature": {}}',
        json.dumps({**GOOD, "receipt": []}).encode(),
        json.dumps({**GOOD, "receipt": {"a": "\ud800"}}).encode(),
        json.dumps({**GOOD, "signature": None}).encode(),
        json.dumps({**GOOD, "signature": "algorithm key value"}).encode(),
        json.dumps({**GOOD, "signature": ["algorithm", "key", "value"]}).encode(),
        json.dumps({**GOOD, "signature": {"algorithm": [], "key": {}, "value": None}}).encode(),
        json.dumps({**GOOD, "signature": {**GOOD["signature"], "more": ""}}).encode(),
        json.dumps({"journal": GOOD["receipt"], "signature": GOOD["signature"]}).encode(),
    ],
)
def test_json_of_another_shape_is_named(raw: bytes) -> None:
    assert why(raw) in {Unreadable.SHAPE, Unreadable.JSON}


@given(st.binary(max_size=300))
def test_any_bytes_have_a_named_answer(raw: bytes) -> None:
    assert why(raw) in Unreadable
