"""Handing a record over to a recipient for one purpose: when it may be done, how, and what becomes of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import HOME, Recipient


class Way(StrEnum):
    """How the data go: as a file that only the recipient can open, or to the recipient's own address."""

    FILE = "file"
    WEBHOOK = "webhook"


class Delivery(StrEnum):
    """Where a transfer is.

    ``waiting``: not out yet, or the file can still be saved; ``done``: the recipient has it; ``failed``: it did not
    arrive after all tries, a person decides; ``given_up``: a person did; ``stopped``: the site did, with a reason.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    STOPPED = "stopped"


class Obstacle(StrEnum):
    """Why a transfer is refused, beyond what the table of acts says."""

    RECIPIENT_ENDED = "recipient_ended"
    NO_UNDERTAKING = "no_undertaking"
    OVER_SCOPE = "over_scope"
    NOT_CONSENTED = "not_consented"
    NO_KEY = "no_key"
    NO_WEBHOOK = "no_webhook"
    SAID_NOBODY = "said_nobody"
    SAID_HOME = "said_home"


class Promise(StrEnum):
    """What the Operator stated beside the form that a transfer could break (Art. 8(4), clause 3)."""

    NOBODY = "nobody"
    HOME = "home"


class TransferRefused(Exception):
    """The transfer may not be done. ``reason`` says why."""

    def __init__(self, reason: Reason | Obstacle) -> None:
        super().__init__(f"the transfer is refused: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Consented:
    """What a record permits: its state, its consent's state, the purposes consented to, is the mailing on; and what
    the Operator stated: that nobody gets the data, that they stay at home.
    """

    state: State
    consent: ConsentState
    purposes: Collection[Purpose]
    mailing: bool
    promises: Collection[Promise] = ()

    def covers(self, purpose: Purpose) -> bool:
        """True where the consent is for this purpose. A mailing that was stopped is not consented to any more."""
        return purpose in self.purposes and (purpose is not Purpose.MAILING or self.mailing)


def why_not_transfer(
    record: Consented, recipient: Recipient, purpose: Purpose, way: Way, day: date
) -> Reason | Obstacle | None:
    """Why a record may not be handed to a recipient on a day, or None where it may."""
    reason = why_not(record.state, Act.TRANSFER, record.consent)
    if reason is not None:
        return reason
    if not record.covers(purpose):
        return Obstacle.NOT_CONSENTED
    return (
        _why_not_recipient(recipient, purpose, day)
        or _why_not_stated(record, recipient)
        or _why_not_way(recipient, way)
    )


def _why_not_stated(record: Consented, recipient: Recipient) -> Obstacle | None:
    if Promise.NOBODY in record.promises:
        return Obstacle.SAID_NOBODY
    return Obstacle.SAID_HOME if Promise.HOME in record.promises and recipient.country != HOME else None


def _why_not_recipient(recipient: Recipient, purpose: Purpose, day: date) -> Obstacle | None:
    if recipient.ended is not None and recipient.ended <= day:
        return Obstacle.RECIPIENT_ENDED
    undertaking = recipient.undertaking(day)
    if undertaking is None:
        return Obstacle.NO_UNDERTAKING
    return None if purpose in undertaking.scope and purpose in recipient.purposes else Obstacle.OVER_SCOPE


def _why_not_way(recipient: Recipient, way: Way) -> Obstacle | None:
    if way is Way.FILE:
        return None if recipient.age_key else Obstacle.NO_KEY
    return None if recipient.webhook else Obstacle.NO_WEBHOOK
