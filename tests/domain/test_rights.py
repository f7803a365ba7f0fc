"""What follows from each kind of request."""

from kelisim.domain.acts import ConsentState, State, state_unblocked
from kelisim.domain.deadlines import STATUTORY_TERMS
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.rights import RIGHTS, End, Moment, RequestKind


def test_every_kind_of_the_promises_is_a_right() -> None:
    assert set(RIGHTS) == set(RequestKind)
    assert [kind.value for kind in RequestKind] == [
        "access",
        "correct",
        "complete",
        "block",
        "unblock",
        "delete",
        "withdraw",
        "not_sender",
        "objection",
    ]


def test_each_kind_has_its_clock() -> None:
    assert {kind.value: STATUTORY_TERMS[right.clock] for kind, right in RIGHTS.items()} == {
        "access": 3,
        "correct": 1,
        "complete": 1,
        "block": 1,
        "unblock": 1,
        "delete": 1,
        "withdraw": 15,
        "not_sender": 1,
        "objection": 3,
    }


def test_withdrawing_blocks_at_once_and_ends_the_consent() -> None:
    withdraw = RIGHTS[RequestKind.WITHDRAW]
    assert (withdraw.at_once, withdraw.done, withdraw.withdraws) == (State.BLOCKED, State.DESTROYED, Moment.AT_ONCE)


def test_what_is_destroyed_has_lost_its_consent_and_can_be_unblocked_into_destruction() -> None:
    for right in RIGHTS.values():
        assert (right.withdraws is not None) is (right.done is State.DESTROYED)
        if right.done is State.DESTROYED:
            assert right.at_once is State.BLOCKED
            assert state_unblocked(ConsentState.WITHDRAWN, kept=False) is right.done


def test_access_is_answered_and_the_rest_is_done() -> None:
    assert {kind for kind, right in RIGHTS.items() if right.end is End.ANSWERED} == {RequestKind.ACCESS}


def test_a_stranger_is_refused_whatever_they_ask_and_every_ground_has_a_use() -> None:
    used = {ground for right in RIGHTS.values() for ground in right.refusals}
    assert used == set(RefusalGround)
    assert all(RefusalGround.IDENTITY_NOT_CONFIRMED in right.refusals for right in RIGHTS.values())
