"""What a person sends: three personal fields, a topic, two boxes; and the reference and secret of its receipt."""

import json
from base64 import b32decode, b32encode
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kelisim.domain.acts import State
from kelisim.domain.purposes import Purpose

# No look-alikes (0/O, 1/I/L, 5/S, 2/Z, 8/B) and no vowels, so that no reference is a word.
REFERENCE_SIGNS = "34679CDFGHJKMNPQRTVWXY"
REFERENCE_LENGTH = 8
SECRET_BYTES = 20
_LOOK_ALIKES = str.maketrans("018", "olb")


@dataclass(frozen=True)
class PersonalData:
    """The three personal fields of the Consent, and no other (promise P4). ``phone`` is E.164."""

    name: str
    second_name: str
    phone: str

    def to_bytes(self) -> bytes:
        """The form in which the fields are sealed: JSON, UTF-8."""
        return json.dumps(vars(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, opened: bytes) -> "PersonalData":
        """What ``to_bytes`` wrote. Raises TypeError for other fields than the three."""
        return cls(**json.loads(opened))


PERSONAL_FIELDS = tuple(field.name for field in fields(PersonalData))


class Suspicion(StrEnum):
    """Why a submission may come from a machine. It is stored and flagged, never dropped in silence."""

    HIDDEN_FIELD = "hidden_field"
    TOO_QUICK = "too_quick"


@dataclass(frozen=True)
class Draft:
    """A form whose every field has been read and found good, before it is stored."""

    personal: PersonalData
    topic: Purpose | None
    mailing: bool
    suspicions: tuple[Suspicion, ...]


@dataclass(frozen=True)
class Submission:
    """A stored submission as the Operator sees it. ``personal`` None: the state of the record closes the data, or what
    is stored was changed or ``damaged`` and does not open.
    """

    id: UUID
    reference: str
    received_at: datetime
    state: State
    personal: PersonalData | None
    topic: Purpose | None
    mailing: bool
    suspicions: tuple[Suspicion, ...]
    damaged: bool = False


def record_id(now: datetime, random: bytes) -> UUID:
    """A UUID of version 7 (RFC 9562): its order is the order of time. ``random``: 10 bytes."""
    milliseconds = int(now.timestamp() * 1000).to_bytes(6, "big")
    value = bytearray(milliseconds + random)
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    return UUID(bytes=bytes(value))


def reference_from(random: bytes) -> str:
    """Eight signs a person can read out on the phone. ``random``: at least 8 bytes."""
    number = int.from_bytes(random, "big")
    signs = []
    for _ in range(REFERENCE_LENGTH):
        number, place = divmod(number, len(REFERENCE_SIGNS))
        signs.append(REFERENCE_SIGNS[place])
    return "".join(signs)


def is_reference(text: str) -> bool:
    """True for a text that could be the reference of a receipt."""
    return len(text) == REFERENCE_LENGTH and set(text) <= set(REFERENCE_SIGNS)


def secret_to_text(secret: bytes) -> str:
    """The secret of a receipt as it stands in its link: 32 lower-case signs of RFC 4648 base 32."""
    return b32encode(secret).decode().lower()


def secret_from_text(text: str) -> bytes | None:
    """The secret in a link, or None where the text cannot be one."""
    try:
        secret = b32decode(text.upper())
    except ValueError:
        return None
    return secret if len(secret) == SECRET_BYTES and secret_to_text(secret) == text else None


def reference_typed(text: str) -> str:
    """A reference copied by hand: groups, spaces and case do not matter."""
    return _joined(text).upper()


def secret_typed(text: str) -> bytes | None:
    """A secret copied by hand, alone or at the end of its link; None where it cannot be one.

    RFC 4648 base 32 has no 0, 1 and 8: what was read as one of them is the letter that looks like it.
    """
    return secret_from_text(_joined(text.rstrip("/ \t\r\n").rpartition("/")[2]).lower().translate(_LOOK_ALIKES))


def _joined(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
