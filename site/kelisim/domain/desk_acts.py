"""What an operator decides about a record as a whole at the desk, on which coded reason, and why it cannot be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not, why_not_achieved
from kelisim.domain.destructions import grounds_at_desk


class DeskAct(StrEnum):
    """The decisions; each is a word of its address."""

    BLOCK = "block"
    UNBLOCK = "unblock"
    ACHIEVE = "achieve"
    DEPERSONALIZE = "depersonalize"
    DESTROY = "destroy"


class BlockReason(StrEnum):
    """What a block at the desk rests on (Art. 25(2))."""

    REPORT = "report"
    STATE_BODY = "state_body"
    OWN_FINDING = "own_finding"


class UnblockReason(StrEnum):
    """Why a block is lifted."""

    NOT_CONFIRMED = "not_confirmed"
    MENDED = "mended"


class DeskReason(StrEnum):
    """Why it cannot be done at the desk just now, beyond what the table of acts says."""

    NOT_BLOCKED = "not_blocked"
    HELD = "held"
    WOULD_DESTROY = "would_destroy"
    KEPT = "kept"
    GROUND = "ground"


# What nobody can take back: it is asked twice.
IRREVERSIBLE = frozenset({DeskAct.ACHIEVE, DeskAct.DEPERSONALIZE, DeskAct.DESTROY})
# After these nothing of the data may be left in the database's files.
TAKES_AWAY: Mapping[DeskAct, Act] = MappingProxyType(
    {DeskAct.DEPERSONALIZE: Act.DEPERSONALIZATION, DeskAct.DESTROY: Act.DESTRUCTION}
)


class DeskActRefused(Exception):
    """The decision cannot be made just now. ``reason`` says why."""

    def __init__(self, act: DeskAct, reason: Reason | DeskReason) -> None:
        super().__init__(f"{act} is not possible: {reason}")
        self.act, self.reason = act, reason


@dataclass(frozen=True)
class DeskStanding:
    """What decides: ``held``: a request holds the block; ``kept``: a decision to keep the data stands today."""

    state: State
    consent: ConsentState
    held: bool
    kept: bool


def reasons_of(act: DeskAct, consent: ConsentState) -> tuple[StrEnum, ...]:
    """The codes an operator chooses one of; none where the decision is its own reason."""
    if act in TAKES_AWAY:
        return grounds_at_desk(TAKES_AWAY[act], consent)
    if act is DeskAct.BLOCK:
        return tuple(BlockReason)
    return tuple(UnblockReason) if act is DeskAct.UNBLOCK else ()


def why_not_at_desk(act: DeskAct, standing: DeskStanding) -> Reason | DeskReason | None:
    """Why an operator cannot do it, or None where they can."""
    if act is DeskAct.UNBLOCK:
        return _why_not_unblock(standing)
    if act is DeskAct.ACHIEVE:
        return why_not_achieved(standing.state, standing.consent)
    reason = why_not(standing.state, TAKES_AWAY.get(act, Act.BLOCKING), standing.consent)
    return DeskReason.KEPT if reason is None and standing.kept and act in TAKES_AWAY else reason


def _why_not_unblock(standing: DeskStanding) -> Reason | DeskReason | None:
    if standing.state is not State.BLOCKED:
        return DeskReason.NOT_BLOCKED
    if standing.held:
        return DeskReason.HELD
    over = standing.consent is not ConsentState.GIVEN
    return DeskReason.WOULD_DESTROY if over and not standing.kept else None
