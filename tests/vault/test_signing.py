"""The site's signature: anyone can check it, nothing else passes for it."""

from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from kelisim.vault.keys import site_keys
from kelisim.vault.signing import PublicKey, public_key, sign, verify

# RFC 8032, 7.1, test 1.
RFC_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SEED = site_keys(bytes(range(32))).receipt_signature
KEY = public_key(SEED)


def test_the_public_key_is_the_one_of_the_standard() -> None:
    assert public_key(RFC_SEED).raw == RFC_PUBLIC


def test_the_key_is_named_by_its_hash_and_given_in_two_forms() -> None:
    assert KEY.id == sha256(KEY.raw).hexdigest()[:16]
    assert b64decode(KEY.base64) == KEY.raw
    assert load_pem_public_key(KEY.pem.encode()).public_bytes_raw() == KEY.raw  # type: ignore[union-attr]  # it is an Ed25519 key


@given(st.binary(max_size=200))
def test_what_was_signed_holds_and_is_the_same_each_time(content: bytes) -> None:
    signature = sign(SEED, "receipt", content)
    assert signature == sign(SEED, "receipt", content)
    assert len(b64decode(signature)) == 64
    assert verify(KEY, "receipt", content, signature)


@given(st.binary(min_size=1, max_size=60), st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_bit_more_or_less_and_nothing_holds(content: bytes, place: int, bit: int) -> None:
    signature = sign(SEED, "receipt", content)
    assert not verify(KEY, "receipt", flipped(content, place, bit), signature)
    assert not verify(KEY, "receipt", content, b64encode(flipped(b64decode(signature), place, bit)).decode())
    assert not verify(PublicKey(public_key(RFC_SEED).raw), "receipt", content, signature)


def test_a_signature_of_one_kind_is_worth_nothing_for_another() -> None:
    assert not verify(KEY, "receipt", b"x", sign(SEED, "journal", b"x"))


@given(st.text(max_size=100))
def test_any_text_that_is_no_signature_is_refused(text: str) -> None:
    assert not verify(KEY, "receipt", b"x", text)


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place % len(content)] ^= 1 << bit
    return bytes(changed)
