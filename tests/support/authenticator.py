"""An authenticator in software: makes passkeys and signs with them as WebAuthn level 3 says, and wrongly where a test asks."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, MAY_BE_SYNCED, IS_SYNCED, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
WELL = PRESENT | VERIFIED


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with one passkey. ``counter``: None for a device that does not count."""

    origin: str
    counter: int | None = 0
    flags: int = WELL
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    handle: bytes = b""

    def make(self, options: Mapping[str, Any], **wrong: Any) -> str:
        """The answer to creation options, as the page sends it. ``wrong``: what it does otherwise than it should."""
        self.handle = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = encode_cbor({1: 2, 3: -7, -1: 1, **point})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(options["rp"]["id"], WITH_KEY, wrong) + attested
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        response = {
            "clientDataJSON": encoded(self._client(options, wrong.get("type", "webauthn.create"), wrong)),
            "attestationObject": encoded(encode_cbor(attestation)),
            "transports": wrong.get("transports", ["internal", "hybrid"]),
        }
        return self._answer(response)

    def show(self, options: Mapping[str, Any], **wrong: Any) -> str:
        """The answer to request options."""
        client = self._client(options, wrong.get("type", "webauthn.get"), wrong)
        data = self._data(options["rpId"], 0, wrong)
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(wrong.get("signature", signature)),
            "userHandle": encoded(wrong.get("handle", self.handle)),
        }
        return self._answer(response)

    def _client(self, options: Mapping[str, Any], kind: str, wrong: Mapping[str, Any]) -> bytes:
        challenge = wrong.get("challenge", options["challenge"])
        said = {"type": kind, "challenge": challenge, "origin": wrong.get("origin", self.origin), "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, party: str, more: int, wrong: Mapping[str, Any]) -> bytes:
        if self.counter is not None:
            self.counter += 1
        counter = wrong.get("counter", self.counter or 0)
        flags = wrong.get("flags", self.flags) | more
        return sha256(wrong.get("party", party).encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        name = encoded(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
