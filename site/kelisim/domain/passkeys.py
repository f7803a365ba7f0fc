"""Passkeys: what a person calls one, how long a challenge waits for its answer, and when a counter says that there is a copy."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

# A person has a phone, a laptop and a key in the safe, not a hundred of them.
MOST = 20
LONGEST_NAME = 64
# Long enough to look for the key in a bag (WebAuthn 15.1 advises 5 to 10 minutes where the user is to be verified).
CHALLENGE_LIVES = timedelta(minutes=5)


@dataclass(frozen=True)
class Passkey:
    """One passkey as its owner sees it. ``used_at``: its last sign-in. ``synced``: it may lie on several devices."""

    number: int
    name: str
    added_at: datetime
    used_at: datetime | None
    synced: bool


@dataclass(frozen=True)
class Party:
    """Whose passkeys they are (WebAuthn: the relying party). ``id``: the host; ``origin``: as a browser writes it."""

    id: str
    origin: str
    name: str


def passkey_name(text: str) -> str | None:
    """The name as it is stored, up to 64 signs of any script on one line, or None where it cannot be a name."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def counts_on(kept: int, shown: int) -> bool:
    """Does the counter of an authenticator go on? One that does not is of a copy. Those that never count show 0."""
    return shown > kept or shown == kept == 0
