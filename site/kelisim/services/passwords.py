"""Passwords of operators: hashing, checking, and refusing the ones that are guessed first."""

import unicodedata
from collections.abc import Iterable
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kelisim.settings import Settings

LONGEST = 256
# OWASP's least for argon2id: 19 MiB, two passes.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_AT_ONCE = 2
_LEAST_SCORE = 3
# Of a password nobody has or knows: with the numbers above, an unknown name takes as long as a known one.
_OF_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$4f6wzmm1mt7vnXf3rkx+Mw$oy4+4or/N4z6yVMAxguiiUzS2Zb7wJG6aCBiU2VwdUQ"


class Passwords:
    """argon2id with a limit on how many run at once: each takes memory and a core, and strangers can ask for it."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._room = BoundedSemaphore(_AT_ONCE)

    def hashed(self, password: str) -> str:
        """The argon2id hash, with its parameters and salt, as it is stored."""
        with self._room:
            return self._hasher.hash(_bytes(password))

    def matches(self, password: str, hashed: str | None) -> bool:
        """True where the password is the hashed one. None (nobody of that name) takes as long and is False."""
        with self._room:
            try:
                return self._hasher.verify(hashed or _OF_NOBODY, _bytes(password)) and hashed is not None
            except (VerificationError, InvalidHashError):
                return False


def weakness(password: str, *, shortest: int, words: Iterable[str]) -> str | None:
    """Why a new password is refused: ``short``, ``long`` or ``guessable``; None where it may stand.

    ``words`` are what an attacker of this site tries first: its name, the Operator's, the person's own (ASVS 6.1.2).
    """
    if len(password) < shortest:
        return "short"
    if len(password) > LONGEST:
        return "long"
    from zxcvbn import zxcvbn  # noqa: PLC0415  # its word lists cost memory that only a set-up needs

    own = [part for word in words for part in word.casefold().split() if len(part) > 2]
    if any(part in password.casefold() and len(password) - len(part) < shortest // 2 for part in own):
        return "guessable"
    return "guessable" if zxcvbn(password[:72], user_inputs=own)["score"] < _LEAST_SCORE else None


def own_words(settings: Settings, name: str) -> tuple[str, ...]:
    """The words a password must not lean on: the site's, the Operator's and the person's."""
    return (settings.site_name, settings.operator_name, name, "kelisim")


def _bytes(password: str) -> bytes:
    """One form for what keyboards write in several: a letter with its mark, or the two apart (NIST SP 800-63B-4)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
