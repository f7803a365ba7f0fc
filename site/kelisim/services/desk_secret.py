"""Sealing anew, under a new secret of the desk, what lay under the one before.

What was sealed anew already is told by trying, so that a run after a stop goes on. Of what only a hash is kept under the old
secret nothing can be made anew: it goes, and those it belonged to are told so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.journal import SITE
from kelisim.services import journal
from kelisim.services.operators import factor_context
from kelisim.services.recipients import webhook_place
from kelisim.services.records import By
from kelisim.services.rotation import REGISTER
from kelisim.storage.db import Base, writing
from kelisim.storage.tables.operators import (
    OperatorRow,
    OperatorSessionRow,
    RecoveryCodeRow,
    SetUpLinkRow,
    SignInTriesRow,
)
from kelisim.storage.tables.passkeys import PasskeyRow
from kelisim.storage.tables.recipients import RecipientRow
from kelisim.vault.keys import DeskKeys
from kelisim.vault.sealing import SealBroken, open_small, seal_small

_ENDED: tuple[type[Base], ...] = (OperatorSessionRow, SetUpLinkRow, SignInTriesRow)


@dataclass(frozen=True)
class Renewed:
    """What was sealed anew, what has gone, and how much opens with neither secret: that is as it was."""

    factors: int
    webhooks: int
    passkeys: int
    recovery_codes: int
    broken: int


def seal_anew(session: Session, *, old: DeskKeys, new: DeskKeys, by: By, randomness: Callable[[int], bytes]) -> Renewed:
    """All of it in one transaction, with its entry in the journal."""
    with writing(session):
        people = session.scalars(select(OperatorRow).where(OperatorRow.second_factor.is_not(None))).all()
        recipients = session.scalars(select(RecipientRow).where(RecipientRow.webhook_secret.is_not(None))).all()
        factors = [
            _again(row.second_factor or b"", old.second_factor, new.second_factor, factor_context(row.id), randomness)
            for row in people
        ]
        webhooks = [
            _again(row.webhook_secret or b"", old.webhook, new.webhook, webhook_place(row), randomness)
            for row in recipients
        ]
        for person, factor in zip(people, factors, strict=True):
            person.second_factor = factor or person.second_factor
        for recipient, secret in zip(recipients, webhooks, strict=True):
            recipient.webhook_secret = secret or recipient.webhook_secret
        for table in _ENDED:
            session.execute(delete(table))
        done = Renewed(
            factors=len(factors) - factors.count(None),
            webhooks=len(webhooks) - webhooks.count(None),
            passkeys=_removed(session, PasskeyRow),
            recovery_codes=_removed(session, RecoveryCodeRow),
            broken=factors.count(None) + webhooks.count(None),
        )
        details = {"register": REGISTER, "step": "desk_renewed", "passkeys": str(done.passkeys)}
        journal.append(session, [journal.Deed(Act.STORAGE, SITE, by.actor, details)], key=by.key, now=by.now)
    return done


def _again(sealed: bytes, old: bytes, new: bytes, context: bytes, randomness: Callable[[int], bytes]) -> bytes | None:
    """The same under the new key, None where neither opens it."""
    for key in (new, old):
        try:
            content = open_small(sealed, key=key, context=context)
        except SealBroken:
            continue
        return seal_small(content, key=new, context=context, randomness=randomness)
    return None


def _removed(session: Session, table: type[Base]) -> int:
    done = session.execute(delete(table))
    return done.rowcount if isinstance(done, CursorResult) else 0
