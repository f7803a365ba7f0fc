"""Two keyholes: the Operator's key and the person's secret open a seal; nothing else does."""

import secrets
from dataclasses import fields, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
from hypothesis import given
from hypothesis import strategies as st

from kelisim.vault.keys import derive
from kelisim.vault.sealing import (
    SUITE,
    SealBroken,
    Sealed,
    key_of_operator,
    key_of_person,
    open_as_operator,
    open_as_person,
    open_small,
    resealed,
    seal,
    seal_small,
)

PARTS = [field.name for field in fields(Sealed)]
RECORD, OTHER_RECORD = bytes(16), bytes(15) + b"\x01"
SECRET, OTHER_SECRET = b"s" * 20, b"S" * 20
CONTENT = "Айгерім +77011234567".encode()
KEY, CONTEXT = b"k" * 32, b"second-factor/1"


def private_key() -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())


PRIVATE, OTHER_PRIVATE = private_key(), private_key()


def sealed(content: bytes = CONTENT) -> Sealed:
    return seal(content, record=RECORD, operator=PRIVATE.public_key(), secret=SECRET, randomness=secrets.token_bytes)


SEALED = sealed()


def opened_by_both(changed: Sealed, record: bytes = RECORD) -> list[bytes | None]:
    found: list[bytes | None] = []
    for way, key in ((open_as_operator, {"private": PRIVATE}), (open_as_person, {"secret": SECRET})):
        try:
            found.append(way(changed, record=record, **key))  # type: ignore[operator]  # each way with its own key
        except SealBroken:
            found.append(None)
    return found


@given(st.binary(max_size=300))
def test_both_keyholes_open_what_was_sealed(content: bytes) -> None:
    assert opened_by_both(sealed(content)) == [content, content]


def test_another_key_or_secret_does_not_open() -> None:
    with pytest.raises(SealBroken, match=r"^the Operator's key does not open this record$"):
        open_as_operator(SEALED, record=RECORD, private=OTHER_PRIVATE)
    with pytest.raises(SealBroken, match=r"^this secret does not open this record$"):
        open_as_person(SEALED, record=RECORD, secret=OTHER_SECRET)


def test_a_seal_opens_for_its_own_record_only() -> None:
    assert opened_by_both(SEALED, OTHER_RECORD) == [None, None]


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_another_seal_do_not_fit(part: str) -> None:
    mixed = replace(SEALED, **{part: getattr(sealed(), part)})
    opened = opened_by_both(mixed)
    assert None in opened
    assert set(opened) <= {None, CONTENT}


@given(st.data())
def test_one_flipped_bit_anywhere_closes_its_keyhole(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(PARTS))
    value = bytearray(getattr(SEALED, part))
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    opened = opened_by_both(replace(SEALED, **{part: bytes(value)}))
    closed = {"content": [None, None], "for_operator": [None, CONTENT], "for_person": [CONTENT, None]}
    assert opened == closed[part]


@given(st.sampled_from(PARTS), st.one_of(st.binary(max_size=80), st.integers(0, 40).map(lambda n: SEALED.content[:n])))
def test_bytes_of_any_length_in_any_part_raise_nothing_but_a_broken_seal(part: str, value: bytes) -> None:
    assert None in opened_by_both(replace(SEALED, **{part: value}))


@given(st.sampled_from(PARTS), st.integers(1, 40))
def test_a_cut_part_closes_its_keyhole(part: str, cut: int) -> None:
    assert None in opened_by_both(replace(SEALED, **{part: getattr(SEALED, part)[:-cut]}))


def test_the_same_content_is_never_sealed_into_the_same_bytes() -> None:
    other = sealed()
    assert all(getattr(SEALED, part) != getattr(other, part) for part in PARTS)
    assert CONTENT not in SEALED.content


def test_the_key_and_the_nonce_are_of_the_randomness_that_is_given() -> None:
    asked: list[int] = []

    def counted(count: int) -> bytes:
        asked.append(count)
        return bytes([len(asked)]) * count

    made = seal(CONTENT, record=RECORD, operator=PRIVATE.public_key(), secret=SECRET, randomness=counted)
    assert asked == [32, 12]
    assert made.content.startswith(b"\x02" * 12)
    assert (len(made.content), len(made.for_person)) == (12 + len(CONTENT) + 16, 40)
    assert opened_by_both(made) == [CONTENT, CONTENT]


def test_the_form_of_a_seal_stays_what_it_was() -> None:
    """Another form would close every seal that was ever made: keys, contexts and the order of bytes are pinned here."""
    made = seal(CONTENT, record=RECORD, operator=PRIVATE.public_key(), secret=SECRET, randomness=lambda n: b"r" * n)
    key = aes_key_unwrap(derive(SECRET, b"kelisim/person/1/" + RECORD), made.for_person)
    assert key == SUITE.decrypt(made.for_operator, PRIVATE, info=b"kelisim/operator/1/" + RECORD) == b"r" * 32
    assert AESGCM(key).decrypt(made.content[:12], made.content[12:], RECORD) == CONTENT


def test_a_small_seal_opens_with_its_key_in_its_place() -> None:
    small = seal_small(CONTENT, key=KEY, context=CONTEXT, randomness=secrets.token_bytes)
    assert open_small(small, key=KEY, context=CONTEXT) == CONTENT
    assert seal_small(CONTENT, key=KEY, context=CONTEXT, randomness=secrets.token_bytes) != small


@given(st.data())
def test_a_small_seal_opens_with_nothing_else(data: st.DataObject) -> None:
    small = bytearray(seal_small(CONTENT, key=KEY, context=CONTEXT, randomness=secrets.token_bytes))
    small[data.draw(st.integers(0, len(small) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(small)))
    for broken, key, context in (
        (bytes(small), KEY, CONTEXT),
        (bytes(small)[:cut], KEY, CONTEXT),
        (seal_small(CONTENT, key=KEY, context=CONTEXT, randomness=secrets.token_bytes), b"K" * 32, CONTEXT),
        (seal_small(CONTENT, key=KEY, context=CONTEXT, randomness=secrets.token_bytes), KEY, b"second-factor/11"),
    ):
        with pytest.raises(SealBroken, match=r"^this key does not open this$"):
            open_small(broken, key=key, context=context)


@given(st.binary(max_size=300))
def test_another_content_under_the_same_key_opens_with_both_keyholes(content: bytes) -> None:
    key = key_of_person(SEALED, record=RECORD, secret=SECRET)
    assert key == key_of_operator(SEALED, record=RECORD, private=PRIVATE)
    changed = resealed(SEALED, content, key=key, record=RECORD, randomness=secrets.token_bytes)
    assert opened_by_both(changed) == [content, content]
    assert (changed.for_operator, changed.for_person) == (SEALED.for_operator, SEALED.for_person)
    assert changed.content[:12] != SEALED.content[:12], "a nonce is used once"


def test_a_content_is_resealed_with_its_own_key_and_record_only() -> None:
    key = key_of_person(SEALED, record=RECORD, secret=SECRET)
    for wrong, record in ((KEY, RECORD), (key, OTHER_RECORD), (key[:-1], RECORD)):
        with pytest.raises(SealBroken):
            resealed(SEALED, CONTENT, key=wrong, record=record, randomness=secrets.token_bytes)
