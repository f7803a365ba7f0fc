"""What a person can require: each kind of request, its clock, its effects, and when it may be refused.

Articles are those of Law No. 94-V; grounds for refusal are in ``grounds``, the way of a request in ``requests``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.acts import State
from kelisim.domain.deadlines import Trigger
from kelisim.domain.grounds import RefusalGround


class RequestKind(StrEnum):
    """What is asked for. ``not_sender``: I am the person named, not the one who sent the form (clause 1.4)."""

    ACCESS = "access"
    CORRECT = "correct"
    COMPLETE = "complete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    DELETE = "delete"
    WITHDRAW = "withdraw"
    NOT_SENDER = "not_sender"
    OBJECTION = "objection"


class End(StrEnum):
    """How a request is met: answered in words, or done to the record."""

    ANSWERED = "answered"
    DONE = "done"


class Moment(StrEnum):
    """When a request has its effect: as soon as it is known who asks, or when it is met."""

    AT_ONCE = "at_once"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Right:
    """What follows from a kind of request.

    ``clock``: the term it starts. ``end``: how it is met. ``at_once`` and
    ``done``: the state the record takes at that moment; None leaves it alone. ``withdraws``: when the consent ends with
    it, if it does. ``refusals``: the grounds it may be refused on. ``article``: None where the Law is not sure to have
    one.
    """

    clock: Trigger
    refusals: frozenset[RefusalGround]
    article: str | None = None
    end: End = End.DONE
    at_once: State | None = None
    done: State | None = None
    withdraws: Moment | None = None


_WHO = frozenset({RefusalGround.IDENTITY_NOT_CONFIRMED, RefusalGround.NO_DATA})
_MEND = _WHO | {RefusalGround.NO_DOCUMENTS}
_END = _WHO | {
    RefusalGround.WITHDRAWAL_BARRED,
    RefusalGround.UNFULFILLED_OBLIGATION,
    RefusalGround.STORAGE_BY_LAW,
    RefusalGround.STATE_BODY_CASE,
}
_DISPUTE = _WHO | {RefusalGround.VIOLATION_NOT_CONFIRMED}

RIGHTS: Mapping[RequestKind, Right] = MappingProxyType(
    {
        RequestKind.ACCESS: Right(clock=Trigger.INFORMATION, refusals=_WHO, article="24(1)(1)", end=End.ANSWERED),
        RequestKind.CORRECT: Right(clock=Trigger.CORRECTION, refusals=_MEND, article="24(1)(2)"),
        RequestKind.COMPLETE: Right(clock=Trigger.COMPLETION, refusals=_MEND, article="24(1)(2)"),
        RequestKind.BLOCK: Right(
            clock=Trigger.BLOCKING,
            refusals=_DISPUTE,
            article="24(1)(3)",
            at_once=State.BLOCKED,
            done=State.BLOCKED,
        ),
        # What the record becomes depends on its consent: acts.state_unblocked.
        RequestKind.UNBLOCK: Right(
            clock=Trigger.UNBLOCKING, refusals=_WHO | {RefusalGround.BLOCK_STANDS}, article="25(2)"
        ),
        # The shortest clock there is: whether the processing was unlawful is not for the person to prove first.
        RequestKind.DELETE: Right(
            clock=Trigger.UNLAWFUL,
            refusals=_END,
            article="24(1)(4)",
            at_once=State.BLOCKED,
            done=State.DESTROYED,
            withdraws=Moment.AT_ONCE,
        ),
        RequestKind.WITHDRAW: Right(
            clock=Trigger.WITHDRAWAL,
            refusals=_END,
            article="8(1)",
            at_once=State.BLOCKED,
            done=State.DESTROYED,
            withdraws=Moment.AT_ONCE,
        ),
        # A report of unlawful processing: blocked until it is known whether the asker is the person named.
        RequestKind.NOT_SENDER: Right(
            clock=Trigger.BLOCKING,
            refusals=_WHO | {RefusalGround.NOT_THE_PERSON},
            at_once=State.BLOCKED,
            done=State.DESTROYED,
            withdraws=Moment.DONE,
        ),
        # Upheld, the processing stops; not upheld, it is refused with its ground.
        RequestKind.OBJECTION: Right(clock=Trigger.OBJECTION, refusals=_DISPUTE, done=State.BLOCKED),
    }
)
