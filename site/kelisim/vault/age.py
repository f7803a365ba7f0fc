"""Files that only a recipient opens, in the age format (https://age-encryption.org/v1), by X25519 keys."""

from typing import Any


def is_age_key(text: str) -> bool:
    """True for a recipient's public key as ``age-keygen`` prints it: ``age1`` and 58 signs."""
    if not text.isascii():
        return False
    pyrage = _pyrage()
    try:
        return str(pyrage.x25519.Recipient.from_str(text)) == text
    except pyrage.RecipientError:
        return False


def seal_for(key: str, content: bytes) -> bytes:
    """The content as an age file for the holder of a key. Raises ValueError where it is no key."""
    if not is_age_key(key):
        raise ValueError("not the public key of an age recipient")
    pyrage = _pyrage()
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(key)]))


def _pyrage() -> Any:
    import pyrage  # noqa: PLC0415  # more than a megabyte, which only handing over needs

    return pyrage
