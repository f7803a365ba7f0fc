"""Decisions at the desk: which the state permits, which are asked twice, on which reasons."""

import itertools

import pytest

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not, why_not_achieved
from kelisim.domain.desk_acts import (
    IRREVERSIBLE,
    TAKES_AWAY,
    DeskAct,
    DeskReason,
    DeskStanding,
    reasons_of,
    why_not_at_desk,
)
from kelisim.domain.destructions import (
    ARTICLES,
    DestructionGround,
    ground_of_consent,
    ground_of_request,
    grounds_at_desk,
)
from kelisim.domain.rights import RequestKind

STANDINGS = [
    DeskStanding(state, consent, held, kept)
    for state, consent, held, kept in itertools.product(State, ConsentState, (True, False), (True, False))
]


def test_while_blocked_nothing_but_unblocking_is_decided() -> None:
    for standing in STANDINGS:
        if standing.state is State.BLOCKED:
            possible = {act for act in DeskAct if why_not_at_desk(act, standing) is None}
            assert possible <= {DeskAct.UNBLOCK}, standing
            over = standing.consent is not ConsentState.GIVEN
            assert (possible == set()) is (standing.held or (over and not standing.kept)), standing


def test_what_is_kept_on_a_ground_is_not_taken_away() -> None:
    for standing, act in itertools.product(STANDINGS, TAKES_AWAY):
        reason = why_not_at_desk(act, standing)
        if standing.kept:
            assert reason is not None, standing
        else:
            assert reason is why_not(standing.state, TAKES_AWAY[act], standing.consent)


def test_purposes_are_achieved_once_and_never_while_blocked() -> None:
    possible = {
        (state, consent) for state in State for consent in ConsentState if why_not_achieved(state, consent) is None
    }
    assert possible == {(State.ACTIVE, ConsentState.GIVEN), (State.RESTRICTED, ConsentState.GIVEN)}
    assert why_not_achieved(State.ACTIVE, ConsentState.ACHIEVED) is Reason.CONSENT_OVER
    assert why_not_achieved(State.BLOCKED, ConsentState.GIVEN) is Reason.BLOCKED
    assert why_not_achieved(State.RESTRICTED, ConsentState.WITHDRAWN) is Reason.CONSENT_OVER


def test_what_cannot_be_taken_back_is_named() -> None:
    assert set(TAKES_AWAY) < IRREVERSIBLE
    assert not IRREVERSIBLE & {DeskAct.BLOCK, DeskAct.UNBLOCK}
    standing = DeskStanding(State.ACTIVE, ConsentState.GIVEN, held=False, kept=False)
    assert why_not_at_desk(DeskAct.UNBLOCK, standing) is DeskReason.NOT_BLOCKED


def test_an_end_of_the_consent_is_a_ground_only_once_it_came() -> None:
    given = set(grounds_at_desk(Act.DESTRUCTION, ConsentState.GIVEN))
    for consent in (ConsentState.WITHDRAWN, ConsentState.ACHIEVED, ConsentState.EXPIRED):
        found = grounds_at_desk(Act.DESTRUCTION, consent)
        assert set(found) - given == {ground_of_consent(consent)}
        assert found[0] is ground_of_consent(consent)
    assert reasons_of(DeskAct.DEPERSONALIZE, ConsentState.GIVEN) == (DestructionGround.COUNTS_ONLY,)
    assert reasons_of(DeskAct.ACHIEVE, ConsentState.GIVEN) == ()
    with pytest.raises(ValueError, match="takes nothing away"):
        grounds_at_desk(Act.USE, ConsentState.GIVEN)


def test_a_request_is_a_ground_of_its_own() -> None:
    assert ground_of_request(RequestKind.DELETE, ConsentState.WITHDRAWN) is DestructionGround.REQUESTED
    assert ground_of_request(RequestKind.NOT_SENDER, ConsentState.GIVEN) is DestructionGround.NOT_THE_SENDER
    assert ground_of_request(RequestKind.UNBLOCK, ConsentState.EXPIRED) is DestructionGround.TERM_ENDED
    assert set(ARTICLES) == set(DestructionGround)
