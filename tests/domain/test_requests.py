"""The way of a request: intake, identity, steps, ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kelisim.domain.deadlines import Calendar, Trigger
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.objections import Objection
from kelisim.domain.requests import (
    IDENTITIES,
    OPEN,
    Channel,
    Identity,
    Request,
    RequestProblem,
    RequestState,
    Step,
    advance,
    identify,
    receive,
)
from kelisim.domain.rights import RIGHTS, End, RequestKind

TODAY = date(2026, 12, 11)
CALENDAR = Calendar()
AUTHOR = "operator:3"
STRANGER = RefusalGround.IDENTITY_NOT_CONFIRMED
MEETS = {End.ANSWERED: Step.ANSWER, End.DONE: Step.FINISH}


def received(
    kind: RequestKind = RequestKind.ACCESS,
    identity: Identity | None = None,
    channel: Channel = Channel.LETTER,
    day: date = TODAY,
) -> Request:
    objection = Objection.PURPOSE if kind is RequestKind.OBJECTION else None
    return receive(kind, channel, received=day, today=TODAY, calendar=CALENDAR, identity=identity, objection=objection)


def in_work(kind: RequestKind = RequestKind.ACCESS, identity: Identity | None = Identity.SIGNATURE) -> Request:
    return advance(received(kind, identity), Step.TAKE_UP, author=AUTHOR)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(RequestProblem) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (RequestKind.CORRECT, date(2026, 12, 14)),
        (RequestKind.ACCESS, date(2026, 12, 17)),
        (RequestKind.WITHDRAW, date(2027, 1, 6)),
    ],
)
def test_a_request_is_due_by_the_clock_of_its_kind(kind: RequestKind, due: date) -> None:
    assert received(kind).due == due


def test_the_operators_terms_and_moved_days_count() -> None:
    terms = dict.fromkeys(Trigger, 2)
    calendar = Calendar(days_off=frozenset({date(2026, 12, 14)}))
    request = receive(RequestKind.ACCESS, Channel.EMAIL, received=TODAY, today=TODAY, calendar=calendar, terms=terms)
    assert request.due == date(2026, 12, 17)


@pytest.mark.parametrize("kind", RequestKind)
def test_an_objection_and_nothing_else_says_what_it_is_about(kind: RequestKind) -> None:
    wrong = None if kind is RequestKind.OBJECTION else Objection.TERM
    assert (
        code_of(lambda: receive(kind, Channel.LETTER, received=TODAY, today=TODAY, calendar=CALENDAR, objection=wrong))
        == "objection"
    )
    right = received(kind, Identity.SIGNATURE)
    assert advance(right, Step.TAKE_UP, author=AUTHOR).objection is right.objection


def test_a_letter_counts_from_its_arrival() -> None:
    request = receive(RequestKind.CORRECT, Channel.LETTER, received=date(2026, 12, 4), today=TODAY, calendar=CALENDAR)
    assert (request.received, request.due) == (date(2026, 12, 4), date(2026, 12, 7))


def test_a_letter_does_not_arrive_tomorrow() -> None:
    assert (
        code_of(
            lambda: receive(
                RequestKind.ACCESS, Channel.LETTER, received=date(2026, 12, 12), today=TODAY, calendar=CALENDAR
            )
        )
        == "received"
    )


@pytest.mark.parametrize(("channel", "identity"), list(product(Channel, Identity)))
def test_identity_is_checked_in_the_ways_of_the_channel(channel: Channel, identity: Identity) -> None:
    request = received(channel=channel)
    if identity in IDENTITIES[channel]:
        assert identify(request, identity).identity is identity
    else:
        assert code_of(lambda: identify(request, identity)) == "identity"


def test_an_ended_request_is_not_identified_anew() -> None:
    assert code_of(lambda: identify(replace(received(), state=RequestState.DONE), Identity.SIGNATURE)) == "state"


@pytest.mark.parametrize("kind", RequestKind)
def test_each_kind_is_met_by_its_own_end_and_no_other(kind: RequestKind) -> None:
    right = MEETS[RIGHTS[kind].end]
    wrong = Step.ANSWER if right is Step.FINISH else Step.FINISH
    assert advance(in_work(kind), right, author=AUTHOR).state == RIGHTS[kind].end.value
    assert code_of(lambda: advance(in_work(kind), wrong, author=AUTHOR)) == "kind"
    assert code_of(lambda: advance(in_work(kind, None), right, author=AUTHOR)) == "identity"


@pytest.mark.parametrize(("kind", "ground"), list(product(RequestKind, RefusalGround)))
def test_a_refusal_has_a_ground_of_its_kind(kind: RequestKind, ground: RefusalGround) -> None:
    request = in_work(kind, None if ground is STRANGER else Identity.SIGNATURE)
    if ground in RIGHTS[kind].refusals:
        refused = advance(request, Step.REFUSE, author=AUTHOR, ground=ground)
        assert (refused.state, refused.ground) == (RequestState.REFUSED, ground)
    else:
        assert code_of(lambda: advance(request, Step.REFUSE, author=AUTHOR, ground=ground)) == "ground"


def test_a_stranger_is_told_nothing_else_and_the_person_is_no_stranger() -> None:
    no_data = RefusalGround.NO_DATA
    assert code_of(lambda: advance(in_work(identity=None), Step.REFUSE, author=AUTHOR, ground=no_data)) == "ground"
    assert code_of(lambda: advance(in_work(), Step.REFUSE, author=AUTHOR, ground=STRANGER)) == "ground"
    assert code_of(lambda: advance(in_work(), Step.REFUSE, author=AUTHOR)) == "ground"


def test_only_a_refusal_has_a_ground_and_every_step_an_author() -> None:
    assert code_of(lambda: advance(in_work(), Step.ANSWER, author=AUTHOR, ground=STRANGER)) == "ground"
    assert code_of(lambda: advance(received(), Step.TAKE_UP, author=" ")) == "author"


@pytest.mark.parametrize(("state", "step"), list(product(RequestState, Step)))
def test_a_step_is_taken_only_from_where_it_begins(state: RequestState, step: Step) -> None:
    begins = RequestState.RECEIVED if step is Step.TAKE_UP else RequestState.IN_WORK
    if state is not begins:
        request = replace(received(identity=Identity.SIGNATURE), state=state)
        assert code_of(lambda: advance(request, step, author=AUTHOR)) == "state"


@pytest.mark.parametrize("kind", RequestKind)
def test_a_block_is_held_while_the_request_is_open_and_the_asker_known(kind: RequestKind) -> None:
    blocks = kind.value in {"block", "delete", "withdraw", "not_sender"}
    assert not received(kind).holds_block
    assert in_work(kind).holds_block is blocks
    assert not advance(in_work(kind), MEETS[RIGHTS[kind].end], author=AUTHOR).holds_block


class Way(RuleBasedStateMachine):
    """Whatever is tried, in whatever order: no request ends without what its end needs, and none comes back."""

    request: Request
    before: Request

    @initialize(kind=st.sampled_from(RequestKind), channel=st.sampled_from(Channel))
    def arrives(self, kind: RequestKind, channel: Channel) -> None:
        self.request = self.before = received(kind, channel=channel)

    @rule(identity=st.sampled_from(Identity))
    def identified(self, identity: Identity) -> None:
        self._try(lambda: identify(self.request, identity))

    @rule(
        step=st.sampled_from(Step),
        author=st.sampled_from([AUTHOR, ""]),
        ground=st.none() | st.sampled_from(RefusalGround),
    )
    def moved(self, step: Step, author: str, ground: RefusalGround | None) -> None:
        self._try(lambda: advance(self.request, step, author=author, ground=ground))

    def _try(self, act: Callable[[], Request]) -> None:
        self.before = self.request
        try:
            self.request = act()
        except RequestProblem:
            return
        assert self.before.state in OPEN

    @invariant()
    def is_whole(self) -> None:
        request = self.request
        assert (request.ground is not None) is (request.state is RequestState.REFUSED)
        assert bool(request.author) is (request.state is not RequestState.RECEIVED)
        if request.state in {RequestState.ANSWERED, RequestState.DONE}:
            assert request.identity is not None
            assert request.state == RIGHTS[request.kind].end.value
        assert (request.kind, request.channel, request.due) == (self.before.kind, self.before.channel, self.before.due)


TestWay = Way.TestCase
TestWay.settings = settings(max_examples=50, stateful_step_count=12)


@given(st.sampled_from(RequestKind), st.dates(date(2024, 1, 1), TODAY))
def test_no_request_is_due_on_the_day_it_came(kind: RequestKind, day: date) -> None:
    request = received(kind, day=day)
    assert request.due > day
    assert CALENDAR.is_working(request.due)
