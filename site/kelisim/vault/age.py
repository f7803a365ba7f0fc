"""Files that only a recipient opens, in the age format (https://age-encryption.org/v1), by X25519 keys."""

import pyrage


def is_age_key(text: str) -> bool:
    """True for a recipient's public key as ``age-keygen`` prints it: ``age1`` and 58 signs."""
    if not text.isascii():
        return False
    try:
        return str(pyrage.x25519.Recipient.from_str(text)) == text
    except pyrage.RecipientError:
        return False


def seal_for(key: str, content: bytes) -> bytes:
    """The content as an age file for the holder of a key. Raises ValueError where it is no key."""
    if not is_age_key(key):
        raise ValueError("not the public key of an age recipient")
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(key)]))
