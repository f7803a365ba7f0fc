"""What a person can do at their link: asked of the table of acts, and of who holds a block."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not
from kelisim.domain.own_acts import REQUESTS, OwnAct, OwnReason, Standing, lengthens, why_not_own
from kelisim.domain.requests import Channel, Identity, Request, RequestState
from kelisim.domain.rights import RequestKind

DAY = date(2026, 11, 23)
ACTIVE = Standing(State.ACTIVE, ConsentState.GIVEN, mailing=True, requests=())
BLOCK = Request(RequestKind.BLOCK, Channel.SITE, DAY, DAY, identity=Identity.SECRET_LINK)
GONE = (State.DEPERSONALIZED, State.DESTROYED)

requests_made = st.builds(
    Request,
    kind=st.sampled_from(RequestKind),
    channel=st.sampled_from(Channel),
    received=st.just(DAY),
    due=st.just(DAY),
    state=st.sampled_from(RequestState),
    identity=st.one_of(st.none(), st.sampled_from(Identity)),
)
standings = st.builds(
    Standing,
    state=st.sampled_from(State),
    consent=st.sampled_from(ConsentState),
    mailing=st.booleans(),
    requests=st.lists(requests_made, max_size=4).map(tuple),
)


@given(standings, st.sampled_from(OwnAct))
def test_nothing_can_be_done_with_what_is_gone(standing: Standing, act: OwnAct) -> None:
    if standing.state in GONE:
        assert why_not_own(act, standing) in {Reason.DESTROYED, Reason.NOTHING_PERSONAL}


@given(standings)
def test_a_change_is_what_the_table_of_acts_permits(standing: Standing) -> None:
    for own, act in ((OwnAct.CORRECT, Act.CHANGE), (OwnAct.COMPLETE, Act.ADDITION), (OwnAct.BLOCK, Act.BLOCKING)):
        if why_not_own(own, standing) is None:
            assert why_not(standing.state, act, standing.consent) is None


@given(standings)
def test_no_block_is_lifted_but_the_persons_own_while_the_consent_stands(standing: Standing) -> None:
    if why_not_own(OwnAct.UNBLOCK, standing) is None:
        assert (standing.state, standing.consent) == (State.BLOCKED, ConsentState.GIVEN)
        holders = [request for request in standing.requests if request.holds_block]
        assert all((one.kind, one.channel) == (RequestKind.BLOCK, Channel.SITE) for one in holders)
        assert standing.lifts_at_once is bool(holders)


@given(standings, st.sampled_from(sorted(set(REQUESTS) - {OwnAct.WITHDRAW, OwnAct.BLOCK})))
def test_what_is_asked_already_is_not_asked_again(standing: Standing, act: OwnAct) -> None:
    if any(request.kind is REQUESTS[act] and request.is_open for request in standing.requests):
        assert why_not_own(act, standing) is not None


def test_withdrawing_is_possible_for_as_long_as_there_is_a_consent() -> None:
    for state in (State.ACTIVE, State.BLOCKED, State.RESTRICTED):
        assert why_not_own(OwnAct.WITHDRAW, replace(ACTIVE, state=state)) is None
        over = replace(ACTIVE, state=state, consent=ConsentState.WITHDRAWN)
        assert why_not_own(OwnAct.WITHDRAW, over) is Reason.CONSENT_OVER


def test_only_who_subscribed_unsubscribes() -> None:
    assert why_not_own(OwnAct.UNSUBSCRIBE, ACTIVE) is None
    assert why_not_own(OwnAct.UNSUBSCRIBE, replace(ACTIVE, mailing=False)) is OwnReason.NOT_SUBSCRIBED


@pytest.mark.parametrize("kind", [RequestKind.NOT_SENDER, RequestKind.DELETE, RequestKind.WITHDRAW])
def test_another_request_beside_the_own_block_holds_it(kind: RequestKind) -> None:
    blocked = replace(ACTIVE, state=State.BLOCKED, requests=(BLOCK,))
    assert why_not_own(OwnAct.UNBLOCK, blocked) is None
    both = replace(blocked, requests=(BLOCK, replace(BLOCK, kind=kind)))
    assert why_not_own(OwnAct.UNBLOCK, both) is OwnReason.BLOCK_OF_REQUEST
    by_letter = replace(blocked, requests=(replace(BLOCK, channel=Channel.LETTER),))
    assert why_not_own(OwnAct.UNBLOCK, by_letter) is OwnReason.BLOCK_OF_REQUEST


def test_a_name_is_written_out_not_replaced() -> None:
    assert all(lengthens(*pair) for pair in (("А.", "Айгерім"), ("а", "Айгерім"), ("Анна", "Анна-Мария"), ("X", "X")))
    assert not any(lengthens(*pair) for pair in (("Анна", "Мария"), ("Анна-Мария", "Анна"), ("Анна.", "Анна")))
