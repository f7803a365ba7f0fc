"""Two keyholes: what is sealed here opens with the Operator's private key or with the person's secret.

Per record a random 256-bit content key; the content as AES-256-GCM under it with the record's id as associated data;
the content key twice: by HPKE (RFC 9180, ML-KEM-768 with X25519) to the Operator, and by AES key wrap (RFC 3394) under
a key derived from the person's secret.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from kelisim.vault.keys import derive

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_BYTES, _NONCE_BYTES = 32, 12


class SealBroken(Exception):
    """The seal does not open: another key, another record, or changed bytes."""


@dataclass(frozen=True)
class Sealed:
    """``content``: nonce (12 bytes) and ciphertext; ``for_operator``: HPKE, about 1.2 KB; ``for_person``: 40 bytes."""

    content: bytes
    for_operator: bytes
    for_person: bytes


def seal(
    content: bytes,
    *,
    record: bytes,
    operator: MLKEM768X25519PublicKey,
    secret: bytes,
    randomness: Callable[[int], bytes],
) -> Sealed:
    """Seal ``content`` for a record (its id, 16 bytes) with both keyholes. ``randomness(n)`` gives n random bytes."""
    key = randomness(_KEY_BYTES)
    return Sealed(
        content=seal_small(content, key=key, context=record, randomness=randomness),
        for_operator=SUITE.encrypt(key, operator, info=operator_place(record)),
        for_person=aes_key_wrap(_person_key(secret, record), key),
    )


def open_as_operator(sealed: Sealed, *, record: bytes, private: MLKEM768X25519PrivateKey) -> bytes:
    """The content, by the Operator's key. Raises SealBroken."""
    return _content(sealed, key_of_operator(sealed, record=record, private=private), record)


def open_as_person(sealed: Sealed, *, record: bytes, secret: bytes) -> bytes:
    """The content, by the person's secret. Raises SealBroken."""
    return _content(sealed, key_of_person(sealed, record=record, secret=secret), record)


def key_of_operator(sealed: Sealed, *, record: bytes, private: MLKEM768X25519PrivateKey) -> bytes:
    """The record's content key, by the Operator's key. Raises SealBroken."""
    try:
        return SUITE.decrypt(sealed.for_operator, private, info=operator_place(record))
    except (InvalidTag, ValueError) as problem:
        raise SealBroken("the Operator's key does not open this record") from problem


def by_any(privates: Sequence[MLKEM768X25519PrivateKey], opened: Callable[[MLKEM768X25519PrivateKey], bytes]) -> bytes:
    """What the first key that fits opens: while keys are rotated there are two. Raises SealBroken."""
    for private in privates[:-1]:
        try:
            return opened(private)
        except SealBroken:
            continue
    return opened(privates[-1])


def key_of_person(sealed: Sealed, *, record: bytes, secret: bytes) -> bytes:
    """The record's content key, by the person's secret. Raises SealBroken."""
    try:
        return aes_key_unwrap(_person_key(secret, record), sealed.for_person)
    except (InvalidUnwrap, ValueError) as problem:
        raise SealBroken("this secret does not open this record") from problem


def resealed(
    sealed: Sealed, content: bytes, *, key: bytes, record: bytes, randomness: Callable[[int], bytes]
) -> Sealed:
    """Another content under the same content key: both keyholes stay good. Raises SealBroken for another key."""
    _content(sealed, key, record)
    return replace(sealed, content=seal_small(content, key=key, context=record, randomness=randomness))


def seal_small(content: bytes, *, key: bytes, context: bytes, randomness: Callable[[int], bytes]) -> bytes:
    """Seal under a key that is at hand: a second factor by the site's, a change by its record's. Nonce, AES-256-GCM."""
    nonce = randomness(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context)


def open_small(sealed: bytes, *, key: bytes, context: bytes) -> bytes:
    """What ``seal_small`` sealed. Raises SealBroken."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as problem:
        raise SealBroken("this key does not open this") from problem


def wrapped_for_operator(key: bytes, *, place: bytes, operator: MLKEM768X25519PublicKey) -> bytes:
    """A key that seals something of the Operator's own, an export, for the Operator alone. ``place`` names what."""
    return SUITE.encrypt(key, operator, info=place)


def unwrapped_by_operator(wrapped: bytes, *, place: bytes, private: MLKEM768X25519PrivateKey) -> bytes:
    """What ``wrapped_for_operator`` wrapped. Raises SealBroken."""
    try:
        return SUITE.decrypt(wrapped, private, info=place)
    except (InvalidTag, ValueError) as problem:
        raise SealBroken("the Operator's key does not open this") from problem


def _content(sealed: Sealed, key: bytes, record: bytes) -> bytes:
    return open_small(sealed.content, key=key, context=record)


def operator_place(record: bytes) -> bytes:
    """What names the place of a record's content key, wrapped for the Operator."""
    return b"kelisim/operator/1/" + record


def _person_key(secret: bytes, record: bytes) -> bytes:
    return derive(secret, b"kelisim/person/1/" + record)
