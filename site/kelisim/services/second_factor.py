"""The second factor: time-based codes (RFC 6238) and recovery codes."""

from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest, digest

from pyotp import TOTP

STEP_SECONDS = 30
_SECRET_BYTES = 20
# No look-alikes: codes are copied from paper.
_RECOVERY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_LENGTH = 12


def set_up_secret(token: str, key: bytes) -> str:
    """The secret offered at a set-up link, base 32. It follows from the link, so that a reload offers the same one."""
    return b32encode(digest(key, b"set-up/" + token.encode(), "sha256")[:_SECRET_BYTES]).decode()


def provisioning_address(secret: str, *, name: str, site: str) -> str:
    """The otpauth address that an authenticator app reads from the QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=site)


def taken_step(secret: str, code: str, *, now: datetime, last_step: int | None) -> int | None:
    """The time step a code belongs to, or None where it is wrong, old or was used already.

    One step before and after now are taken, for clocks that differ and fingers that are slow.
    """
    typed = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    one_time = TOTP(secret, interval=STEP_SECONDS)
    for step in (current - 1, current, current + 1):
        right = compare_digest(one_time.generate_otp(step).encode(), typed.encode("utf-8", "replace"))
        if right and (last_step is None or step > last_step):
            return step
    return None


def new_recovery_codes(count: int, randomness: Callable[[int], bytes]) -> tuple[str, ...]:
    """Codes of 12 signs (59 bits) in three groups, shown once."""
    return tuple(_recovery_code(randomness) for _ in range(count))


def recovery_hash(code: str, key: bytes) -> bytes:
    """A keyed hash of a recovery code, 32 bytes; spaces, hyphens and case do not matter."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return digest(key, b"recovery/" + plain.encode("utf-8", "replace"), "sha256")


def _recovery_code(randomness: Callable[[int], bytes]) -> str:
    number = int.from_bytes(randomness(16), "big")
    signs = []
    for _ in range(_RECOVERY_LENGTH):
        number, place = divmod(number, len(_RECOVERY_SIGNS))
        signs.append(_RECOVERY_SIGNS[place])
    return "-".join("".join(signs[start : start + 4]) for start in range(0, _RECOVERY_LENGTH, 4))
