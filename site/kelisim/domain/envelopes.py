"""A signed document as a file: the document, and beside it the signature of its canonical form.

The whole file is JSON-LD as well: its context says that what stands under the document's name is the graph. How the
file is laid out (spaces, order) is free; what is signed is not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from kelisim.domain.receipts import canonical

_SIGNATURE = "signature"
_PARTS = ("algorithm", "key", "value")


class Unreadable(StrEnum):
    """Why a file cannot be read as a signed document."""

    ENCODING = "encoding"
    JSON = "json"
    SHAPE = "shape"


class EnvelopeError(Exception):
    """The file is no signed document of the kind. ``why`` says where reading it ended."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(f"not a signed document: {why}")
        self.why = why


@dataclass(frozen=True)
class Signature:
    """The name of the algorithm, the id of the key and the signature in base64; as a file states them."""

    algorithm: str
    key: str
    value: str


@dataclass(frozen=True)
class Envelope:
    """A file that was read. ``content``: the canonical bytes of ``document``, which the signature is of."""

    document: Mapping[str, Any]
    content: bytes
    signature: Signature


def enveloped(kind: str, document: Mapping[str, Any], signature: Signature) -> bytes:
    """The file of a signed document: JSON in UTF-8, sorted, indented for people. Equal calls give equal bytes."""
    parts = {"algorithm": signature.algorithm, "key": signature.key, "value": signature.value}
    whole = {"@context": {kind: "@graph"}, kind: document, _SIGNATURE: parts}
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n").encode()


def read_envelope(kind: str, raw: bytes) -> Envelope:
    """Read a file that anyone may have made. Raises EnvelopeError.

    A name that stands twice and a number are refused: no document of ours has one, and programs read both differently.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EnvelopeError(Unreadable.ENCODING) from None
    try:
        whole = json.loads(
            text, object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_number
        )
        return _envelope(kind, whole)
    except json.JSONDecodeError:
        raise EnvelopeError(Unreadable.JSON) from None
    # Deeper than a program can follow, a text that UTF-8 cannot carry, another shape: nobody signed that here.
    except (RecursionError, ValueError, TypeError, KeyError):
        raise EnvelopeError(Unreadable.SHAPE) from None


def _envelope(kind: str, whole: Any) -> Envelope:
    document, stated = whole[kind], whole[_SIGNATURE]
    if not isinstance(document, dict) or sorted(stated) != sorted(_PARTS):
        raise EnvelopeError(Unreadable.SHAPE)
    parts = [stated[name] for name in _PARTS]
    if not all(isinstance(part, str) for part in parts):
        raise EnvelopeError(Unreadable.SHAPE)
    return Envelope(document, canonical(document), Signature(*parts))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise EnvelopeError(Unreadable.SHAPE)
    return found


def _number(_text: str) -> NoReturn:
    raise EnvelopeError(Unreadable.SHAPE)
