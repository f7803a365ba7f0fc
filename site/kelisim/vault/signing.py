"""The site's signature: Ed25519 (RFC 8032), so that anyone can check what the site issued and nobody else can issue it.

The key is derived from the site's own secret. Each kind of document is signed with its name in front of it, so that
a signature under one kind is worth nothing under another.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGORITHM = "Ed25519"
_KEY_ID_SIGNS = 16


@dataclass(frozen=True)
class PublicKey:
    """The public half. ``id``: the first 16 hex digits of SHA-256 of ``raw`` (32 bytes)."""

    raw: bytes

    @property
    def id(self) -> str:
        """What names the key in a signature."""
        return sha256(self.raw).hexdigest()[:_KEY_ID_SIGNS]

    @property
    def base64(self) -> str:
        """The raw key as text."""
        return b64encode(self.raw).decode()

    @property
    def pem(self) -> str:
        """The key as OpenSSL reads it (SubjectPublicKeyInfo)."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_key(seed: bytes) -> PublicKey:
    """The public half of the key made from ``seed`` (32 bytes)."""
    return PublicKey(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def sign(seed: bytes, kind: str, content: bytes) -> str:
    """The signature of ``content`` as a document of a kind: 64 bytes in base64. Equal calls give equal texts."""
    return b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(_framed(kind, content))).decode()


def verify(key: PublicKey, kind: str, content: bytes, signature: str) -> bool:
    """True where ``signature`` (base64) was made with the key's private half for this kind and content."""
    try:
        raw = b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key.raw).verify(raw, _framed(kind, content))
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


def _framed(kind: str, content: bytes) -> bytes:
    return f"kelisim/{kind}/1\n".encode() + content
