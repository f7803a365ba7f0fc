"""What is asked of an authenticator, and what its answers prove: the library for WebAuthn, and our terms.

Always a passkey that names its owner by itself (a discoverable credential), and always with the person verified by the
device: its finger, face or PIN. So it is two factors in one: something held, and something known or borne.
The library is loaded when the first passkey is used: it costs memory that most processes never need.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kelisim.domain.passkeys import CHALLENGE_LIVES, Party

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

_MILLISECONDS = int(CHALLENGE_LIVES.total_seconds()) * 1000
# WebAuthn 7.1, 26: a longer one is no credential id.
_LONGEST_ID = 1023
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")


class NotProven(Exception):
    """The answer of an authenticator proves nothing: changed, foreign, for another site, or without the person verified."""


@dataclass(frozen=True)
class Known:
    """A passkey that is there already. ``transports``: how its device is reached."""

    id: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A passkey that an authenticator has made. ``key``: public, as COSE."""

    id: bytes
    key: bytes
    sign_count: int
    transports: tuple[str, ...]
    synced: bool


@dataclass(frozen=True)
class Shown:
    """What an authenticator has signed. ``counter``: of the authenticator; 0 where it keeps none."""

    counter: int
    synced: bool


def to_make(party: Party, challenge: bytes, *, handle: bytes, name: str, known: Sequence[Known]) -> dict[str, Any]:
    """What a browser is asked to make, as JSON has it. ``handle``: the owner, opaque; ``name``: as the device lists it."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json_dict(options)


def to_show(party: Party, challenge: bytes, *, known: Sequence[Known] = ()) -> dict[str, Any]:
    """What a browser is asked to sign, as JSON has it: with any passkey of this site, or with one of those named."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_MILLISECONDS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def made(answer: str, party: Party, challenge: bytes) -> Made:
    """The passkey that an answer brings. Raises NotProven.

    Of what make the device is, is not asked: there is no list of makes that the Operator would refuse.
    """
    from webauthn import verify_registration_response

    said = _read(answer)
    try:
        verified = verify_registration_response(
            credential=dict(said),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as problem:  # whatever the library cannot read of what was sent is no passkey
        raise NotProven from problem
    if len(verified.credential_id) > _LONGEST_ID:
        raise NotProven
    listed = said["response"].get("transports")
    return Made(
        id=verified.credential_id,
        key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=tuple(one for one in TRANSPORTS if isinstance(listed, list) and one in listed),
        synced=verified.credential_backed_up,
    )


def named(answer: str) -> tuple[bytes, bytes]:
    """Which passkey signed an answer, and whom it names: its id and its owner's handle. Nothing is proven. Raises NotProven."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        parsed = parse_authentication_credential_json(dict(_read(answer)))
    except Exception as problem:  # as above
        raise NotProven from problem
    return parsed.raw_id, parsed.response.user_handle or b""


def shown(answer: str, party: Party, challenge: bytes, *, key: bytes) -> Shown:
    """What an answer proves, if this public key signed it. Raises NotProven.

    The counter is not looked at: only one that was signed means something, so that it is looked at afterwards.
    """
    from webauthn import verify_authentication_response

    try:
        verified = verify_authentication_response(
            credential=dict(_read(answer)),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as problem:  # as above
        raise NotProven from problem
    return Shown(verified.new_sign_count, verified.credential_backed_up)


def _described(known: Sequence[Known]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import structs

    return [
        structs.PublicKeyCredentialDescriptor(
            id=one.id, transports=[structs.AuthenticatorTransport(transport) for transport in one.transports]
        )
        for one in known
    ]


def _read(answer: str) -> Mapping[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as problem:
        raise NotProven from problem
    if not isinstance(said, dict):
        raise NotProven
    return said
