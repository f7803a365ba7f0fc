"""The signed, timed token of a public form: CSRF proof, idempotency key and least time, without a cookie.

A token is worth nothing for another form than the one it was made for: each has a salt of its own (ASVS 9.2.2).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadSignature, TimestampSigner

from kelisim.web.house import Clock, Randomness

_ID_BYTES = 16


@dataclass(frozen=True)
class Opened:
    """A token whose signature holds. ``about``: what the form was shown with; ``age``: since it was made."""

    id: bytes
    about: bytes
    age: timedelta


class _ClockedSigner(TimestampSigner):
    """itsdangerous' signer on a clock that is given to it."""

    def __init__(self, key: bytes, salt: bytes, clock: Clock) -> None:
        super().__init__(key, salt=salt, digest_method=sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


class FormTokens:
    """Makes and reads the tokens of one kind of form."""

    def __init__(self, key: bytes, form: str, clock: Clock) -> None:
        self._signer = _ClockedSigner(key, f"kelisim/form/{form}".encode(), clock)
        self._clock = clock

    def issue(self, randomness: Randomness, about: bytes = b"") -> str:
        """A fresh token."""
        return self._signer.sign(urlsafe_b64encode(randomness(_ID_BYTES) + about)).decode()

    def read(self, text: str) -> Opened | None:
        """What a token says, or None where it was not made here for this form."""
        try:
            value, made = self._signer.unsign(text.encode("utf-8", "replace"), return_timestamp=True)
            raw = urlsafe_b64decode(value)
        except (BadSignature, ValueError, OverflowError):
            return None
        return Opened(id=raw[:_ID_BYTES], about=raw[_ID_BYTES:], age=self._age(made))

    def _age(self, made: datetime) -> timedelta:
        return self._clock() - made
