"""What a person can do with their own record at their secret link, and why something cannot be done just now."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not
from kelisim.domain.requests import Channel, Request
from kelisim.domain.rights import RequestKind


class OwnAct(StrEnum):
    """The forms of My data; each is a word of its address."""

    CORRECT = "correct"
    COMPLETE = "complete"
    UNSUBSCRIBE = "unsubscribe"
    BLOCK = "block"
    UNBLOCK = "unblock"
    WITHDRAW = "withdraw"
    DELETE = "delete"
    OBJECT = "object"
    NOT_SENDER = "not-sender"
    ACCESS = "access"


class OwnReason(StrEnum):
    """Why the person cannot do it just now, beyond what the table of acts says."""

    NOT_SUBSCRIBED = "not_subscribed"
    NOT_BLOCKED = "not_blocked"
    BLOCK_OF_ENDED_CONSENT = "block_of_ended_consent"
    BLOCK_OF_REQUEST = "block_of_request"
    ASKED_ALREADY = "asked_already"


# The acts that are a request to the Operator, with a clock. The others are done by the site at once.
REQUESTS: Mapping[OwnAct, RequestKind] = MappingProxyType(
    {
        OwnAct.BLOCK: RequestKind.BLOCK,
        OwnAct.UNBLOCK: RequestKind.UNBLOCK,
        OwnAct.WITHDRAW: RequestKind.WITHDRAW,
        OwnAct.DELETE: RequestKind.DELETE,
        OwnAct.OBJECT: RequestKind.OBJECTION,
        OwnAct.NOT_SENDER: RequestKind.NOT_SENDER,
        OwnAct.ACCESS: RequestKind.ACCESS,
    }
)
_ON_THE_RECORD: Mapping[OwnAct, Act] = MappingProxyType(
    {
        OwnAct.CORRECT: Act.CHANGE,
        OwnAct.COMPLETE: Act.ADDITION,
        OwnAct.UNSUBSCRIBE: Act.CHANGE,
        OwnAct.BLOCK: Act.BLOCKING,
    }
)


class OwnActRefused(Exception):
    """The person cannot do that just now. ``reason`` says why."""

    def __init__(self, act: OwnAct, reason: Reason | OwnReason) -> None:
        super().__init__(f"{act} is not possible: {reason}")
        self.act, self.reason = act, reason


@dataclass(frozen=True)
class Standing:
    """What decides: the record, its consent, its mailing, and the requests about it."""

    state: State
    consent: ConsentState
    mailing: bool
    requests: tuple[Request, ...]

    @property
    def lifts_at_once(self) -> bool:
        """True where nothing holds the block but the person's own wish, which the Operator has not confirmed yet."""
        holders = [request for request in self.requests if request.holds_block]
        return bool(holders) and all(_is_own_block(request) for request in holders)


def why_not_own(act: OwnAct, standing: Standing) -> Reason | OwnReason | None:
    """Why the person cannot do it, or None where they can."""
    nothing = why_not(standing.state, Act.ACCESS, standing.consent, own=True)
    if nothing is not None:
        return nothing
    if act is OwnAct.UNSUBSCRIBE and not standing.mailing:
        return OwnReason.NOT_SUBSCRIBED
    if act in _ON_THE_RECORD:
        return why_not(standing.state, _ON_THE_RECORD[act], standing.consent)
    if act is OwnAct.WITHDRAW:
        return None if standing.consent is ConsentState.GIVEN else Reason.CONSENT_OVER
    reason = _why_not_unblock(standing) if act is OwnAct.UNBLOCK else None
    return reason or _asked_already(REQUESTS[act], standing)


def lengthens(before: str, after: str) -> bool:
    """True where ``before`` is ``after``, or a part it begins with: ``A.`` of ``Aigerim``."""
    part = before.rstrip(". ")
    return after == before or (len(after) > len(part) and after.casefold().startswith(part.casefold()))


def _why_not_unblock(standing: Standing) -> OwnReason | None:
    """A block that a withdrawal or another's report brought is not the person's to lift (Art. 25(2))."""
    if standing.state is not State.BLOCKED:
        return OwnReason.NOT_BLOCKED
    if standing.consent is not ConsentState.GIVEN:
        return OwnReason.BLOCK_OF_ENDED_CONSENT
    held = any(request.holds_block for request in standing.requests)
    return OwnReason.BLOCK_OF_REQUEST if held and not standing.lifts_at_once else None


def _asked_already(kind: RequestKind, standing: Standing) -> OwnReason | None:
    asked = any(request.kind is kind and request.is_open for request in standing.requests)
    return OwnReason.ASKED_ALREADY if asked else None


def _is_own_block(request: Request) -> bool:
    return request.kind is RequestKind.BLOCK and request.channel is Channel.SITE
