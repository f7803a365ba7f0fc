"""Signing in with a passkey alone, or saying once more who is there: the device held, and its owner verified by it, are both factors.

Wrong answers are counted for the network they come from, not for a name: there is no name to guess for, so that nobody can
lock a person's passkeys from afar.
"""

from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest, digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.operators import Operator
from kelisim.domain.passkeys import counts_on
from kelisim.services import authenticators, challenges
from kelisim.services.authenticators import NotProven, Shown
from kelisim.services.challenges import SIGN_IN, ChallengeSpent
from kelisim.services.operators import operator_of
from kelisim.services.passkeys import Offer, handle_of, known_of, party_of, passkey_context
from kelisim.services.records import SITE_ACTOR, By
from kelisim.services.sign_in import SignInRefused, Tries
from kelisim.services.staff import note
from kelisim.settings import Settings
from kelisim.storage.db import writing
from kelisim.storage.tables.operators import OperatorRow
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import SealBroken, open_small


def offer(*, settings: Settings, keys: Keys, now: datetime, randomness: Callable[[int], bytes]) -> Offer:
    """What to ask the browser of a stranger. Nothing is kept of it."""
    issued = challenges.issue(SIGN_IN, key=keys.desk.passkey, now=now, randomness=randomness)
    return Offer(issued.token, authenticators.to_show(party_of(settings), issued.challenge))


def offer_again(
    session: Session,
    operator: Operator,
    *,
    in_session: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> Offer:
    """What to ask the browser of somebody who is signed in: one of their own passkeys, for their session alone."""
    purpose = _again(operator, in_session)
    issued = challenges.issue(purpose, key=keys.desk.passkey, now=now, randomness=randomness)
    options = authenticators.to_show(party_of(settings), issued.challenge, known=known_of(session, operator))
    return Offer(issued.token, options)


def check_again(
    session: Session,
    operator: Operator,
    token: str,
    answer: str,
    *,
    in_session: str,
    network: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> None:
    """Take one of the operator's own passkeys for both factors. Raises as ``check_passkey`` does."""
    purpose = _again(operator, in_session)
    _check(session, token, answer, purpose, owner=operator, network=network, settings=settings, keys=keys, now=now)


def check_passkey(
    session: Session, token: str, answer: str, *, network: str, settings: Settings, keys: Keys, now: datetime
) -> Operator:
    """The operator whose passkey has answered the challenge. Raises ChallengeOver, SignInRefused, SignInPaused.

    An unknown passkey, a removed one, a wrong answer and a person who may not come in are refused alike. A counter that went
    back says that there is a copy: it is refused, and journalled.
    """
    return _check(session, token, answer, SIGN_IN, owner=None, network=network, settings=settings, keys=keys, now=now)


def _check(
    session: Session,
    token: str,
    answer: str,
    purpose: str,
    *,
    owner: Operator | None,
    network: str,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> Operator:
    challenge = challenges.challenge_of(token, purpose, key=keys.desk.passkey, now=now)
    here = digest(keys.desk.network, b"passkey\n" + network.encode(), "sha256")
    tries = Tries(session, {here: settings.sign_in_tries}, settings, now)
    tries.count()
    try:
        challenges.spend(session, challenge, now=now)
        named = authenticators.named(answer)
        with writing(session):
            operator = _taken(session, named, owner, answer, challenge, settings, keys, now)
    except (ChallengeSpent, NotProven, SealBroken):
        raise SignInRefused from None
    if operator is None:
        raise SignInRefused
    tries.take_back()
    return operator


def _taken(
    session: Session,
    named: tuple[bytes, bytes],
    owner: Operator | None,
    answer: str,
    challenge: bytes,
    settings: Settings,
    keys: Keys,
    now: datetime,
) -> Operator | None:
    """Who has answered, or None where the answer is a copy's. Raises NotProven, SealBroken."""
    credential_id, handle = named
    row = session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id).with_for_update())
    person = None if row is None else session.get_one(OperatorRow, row.operator_id)
    if row is None or person is None or person.disabled_at is not None or person.password_hash is None:
        raise NotProven
    if owner is not None and owner.id != person.id:
        raise NotProven
    # A device that was told which passkey to use may leave out whose it is (WebAuthn 7.2, 6).
    if (owner is None or handle) and not compare_digest(handle, handle_of(person.id, keys)):
        raise NotProven
    context = passkey_context(person.id, credential_id)
    key = open_small(row.public_key, key=keys.desk.passkey, context=context)
    shown = authenticators.shown(answer, party_of(settings), challenge, key=key)
    if not counts_on(row.sign_count, shown.counter):
        by = By(SITE_ACTOR, keys.site.journal, now)
        note(session, person.id, by, {"what": "passkey_copied", "passkey": str(row.id)})
        return None
    _note_use(row, shown, now)
    return operator_of(person)


def _again(operator: Operator, in_session: str) -> str:
    """The purpose of a challenge for one person in one session."""
    return f"again/{operator.id}/{in_session}"


def _note_use(row: PasskeyRow, shown: Shown, now: datetime) -> None:
    row.sign_count, row.synced, row.used_at = shown.counter, shown.synced, now
