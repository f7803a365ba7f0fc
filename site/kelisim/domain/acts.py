"""The eleven acts with personal data that the Consent names, the states of a record and of a consent, and the one
table of what a state permits.

Nothing else can be done to a record: each entry of the journal is one of these acts (promise P8). Articles are those
of Law No. 94-V.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Act(StrEnum):
    """The acts of the Consent; the Law groups access and transfer under "distribution" (Art. 1 of Law No. 94-V)."""

    COLLECTION = "collection"
    ACCUMULATION = "accumulation"
    TRANSFER = "transfer"
    STORAGE = "storage"
    CHANGE = "change"
    ADDITION = "addition"
    ACCESS = "access"
    USE = "use"
    DEPERSONALIZATION = "depersonalization"
    BLOCKING = "blocking"
    DESTRUCTION = "destruction"


class State(StrEnum):
    """What a record is at this moment. ``restricted``: kept after the consent's end on a ground of the law."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    RESTRICTED = "restricted"
    DEPERSONALIZED = "depersonalized"
    DESTROYED = "destroyed"


class ConsentState(StrEnum):
    """What a consent is at this moment (clause 4): given until the earliest of its three ends."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    ACHIEVED = "achieved"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why an act is not permitted."""

    KEPT_ALREADY = "kept_already"
    BLOCKED = "blocked"
    BLOCKED_ALREADY = "blocked_already"
    RESTRICTED = "restricted"
    NOTHING_PERSONAL = "nothing_personal"
    DESTROYED = "destroyed"
    CONSENT_OVER = "consent_over"


class ActRefused(Exception):
    """The record's state does not permit the act. ``reason`` says why."""

    def __init__(self, act: Act, reason: Reason) -> None:
        super().__init__(f"{act} is not permitted: {reason}")
        self.act, self.reason = act, reason


def _row(
    permitted: frozenset[Act], reason: Reason, others: Mapping[Act, Reason] | None = None
) -> Mapping[Act, Reason | None]:
    """A row of the table: None for what is permitted, ``reason`` for the rest but for what ``others`` names."""
    return MappingProxyType({act: None if act in permitted else (others or {}).get(act, reason) for act in Act})


# A record begins once, with its two acts in one transaction; both are refused for a record that exists.
BEGINNING = frozenset({Act.COLLECTION, Act.ACCUMULATION})
# While a record is kept on a ground, its errors are still mended on request, and it is not kept for ever.
_OF_A_KEPT_RECORD = frozenset(Act) - BEGINNING - {Act.USE, Act.TRANSFER}
_TWICE = dict.fromkeys(BEGINNING, Reason.KEPT_ALREADY)

# The one table: state x act -> None where permitted, else why not. It binds the Operator.
TABLE: Mapping[State, Mapping[Act, Reason | None]] = MappingProxyType(
    {
        State.ACTIVE: _row(frozenset(Act) - BEGINNING, Reason.KEPT_ALREADY),
        # Art. 1 names what blocking stops: all but storing. Destruction stops too, and so does the retention job.
        State.BLOCKED: _row(frozenset({Act.STORAGE}), Reason.BLOCKED, _TWICE | {Act.BLOCKING: Reason.BLOCKED_ALREADY}),
        State.RESTRICTED: _row(_OF_A_KEPT_RECORD, Reason.RESTRICTED, _TWICE),
        # What remains are counts: they are stored, and nobody can be found in them.
        State.DEPERSONALIZED: _row(frozenset({Act.STORAGE}), Reason.NOTHING_PERSONAL),
        State.DESTROYED: _row(frozenset(), Reason.DESTROYED),
    }
)

# What may still be done with an active record whose consent is over: end it, and until then keep it safe.
AFTER_CONSENT = frozenset({Act.STORAGE, Act.BLOCKING, Act.DEPERSONALIZATION, Act.DESTRUCTION})
# The states in which there is something for the person to read.
_READABLE = frozenset({State.ACTIVE, State.BLOCKED, State.RESTRICTED})
_LEADS_TO: Mapping[Act, State] = MappingProxyType(
    {
        Act.BLOCKING: State.BLOCKED,
        Act.DEPERSONALIZATION: State.DEPERSONALIZED,
        Act.DESTRUCTION: State.DESTROYED,
    }
)


def why_not(state: State, act: Act, consent: ConsentState, *, own: bool = False) -> Reason | None:
    """Why an act with an existing record is not permitted, or None where it is.

    ``own``: the person opens their own data with their own key. Blocking protects the person from the Operator, not
    from themselves, so that this is access in every state that has data (Art. 24(1), Art. 25(2)).
    """
    if own and act is Act.ACCESS and state in _READABLE:
        return None
    reason = TABLE[state][act]
    if reason is None and state is State.ACTIVE and consent is not ConsentState.GIVEN and act not in AFTER_CONSENT:
        return Reason.CONSENT_OVER
    return reason


def why_not_achieved(state: State, consent: ConsentState) -> Reason | None:
    """Why the purposes cannot be declared achieved (clause 4), or None where they can: it changes what the record is
    kept for, and ends a consent that stands.
    """
    reason = why_not(state, Act.CHANGE, consent)
    return reason or (None if consent is ConsentState.GIVEN else Reason.CONSENT_OVER)


def state_after(state: State, act: Act, consent: ConsentState, *, own: bool = False) -> State:
    """The record's state once the act is done. Raises ActRefused where it is not permitted."""
    reason = why_not(state, act, consent, own=own)
    if reason is not None:
        raise ActRefused(act, reason)
    return _LEADS_TO.get(act, state)


def state_unblocked(consent: ConsentState, *, kept: bool) -> State:
    """What a blocked record becomes when its block is lifted. ``kept``: a ground of the law to keep it stands.

    With the consent given it is active again. With the consent over it is restricted or, without a ground, destroyed:
    the block is lifted and the data go in one transaction, so that nothing can be done to them in between.
    """
    if consent is ConsentState.GIVEN:
        return State.ACTIVE
    return State.RESTRICTED if kept else State.DESTROYED


def consent_ended(consent: ConsentState, end: ConsentState) -> ConsentState:
    """The consent after one of its ends has come: the earliest stays. Raises ValueError where ``end`` is no end."""
    if end is ConsentState.GIVEN:
        raise ValueError("a consent that is over is not given again: a new one is")
    return end if consent is ConsentState.GIVEN else consent
