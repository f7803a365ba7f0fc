"""When a record may be handed over: never but in the one case where everything holds."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Recipient, Undertaking
from kelisim.domain.transfers import Consented, Obstacle, Promise, Way, why_not_transfer

TODAY = date(2026, 11, 23)
YEAR = timedelta(days=365)
RECORD = Consented(State.ACTIVE, ConsentState.GIVEN, (Purpose.FEEDBACK, Purpose.MAILING), mailing=True)
RECIPIENT = Recipient(
    id=UUID(int=1),
    name="Call Centre LLP",
    country="KZ",
    number="220540900218",
    purposes=(Purpose.FEEDBACK, Purpose.MAILING),
    contact="x",
    age_key="age1",
    webhook="https://callcentre.example/in",
    undertakings=(Undertaking(TODAY - YEAR, TODAY, (Purpose.FEEDBACK, Purpose.MAILING), 1),),
)

purposes = st.lists(st.sampled_from(Purpose), unique=True).map(tuple)
days = st.integers(min_value=-2, max_value=2).map(lambda number: TODAY + timedelta(days=number))
records = st.builds(
    Consented,
    st.sampled_from(State),
    st.sampled_from(ConsentState),
    purposes=purposes,
    mailing=st.booleans(),
    promises=st.frozensets(st.sampled_from(Promise)),
)
recipients = st.builds(
    Recipient,
    id=st.just(UUID(int=1)),
    name=st.just("x"),
    country=st.sampled_from(["KZ", "DE"]),
    number=st.just("1"),
    contact=st.just("x"),
    purposes=purposes,
    ended=st.one_of(st.none(), days),
    age_key=st.sampled_from(["", "age1"]),
    webhook=st.sampled_from(["", "https://x.example"]),
    undertakings=st.lists(st.builds(Undertaking, days, days, purposes), max_size=3).map(tuple),
)


@given(records, recipients, st.sampled_from(Purpose), st.sampled_from(Way), days)
def test_what_may_be_handed_over_is_so_for_every_reason(
    record: Consented, recipient: Recipient, purpose: Purpose, way: Way, day: date
) -> None:
    if why_not_transfer(record, recipient, purpose, way, day) is not None:
        return
    undertaking = recipient.undertaking(day)
    assert undertaking is not None
    assert purpose in set(undertaking.scope) & set(recipient.purposes) & set(record.purposes)
    assert why_not(record.state, Act.TRANSFER, record.consent) is None
    assert (record.state, record.consent) == (State.ACTIVE, ConsentState.GIVEN)
    assert record.mailing or purpose is not Purpose.MAILING
    assert recipient.ended is None or day < recipient.ended
    assert Promise.NOBODY not in record.promises
    assert recipient.country == "KZ" or Promise.HOME not in record.promises
    assert recipient.age_key if way is Way.FILE else recipient.webhook


def test_the_one_case_in_which_everything_holds() -> None:
    for way in Way:
        for purpose in (Purpose.FEEDBACK, Purpose.MAILING):
            assert why_not_transfer(RECORD, RECIPIENT, purpose, way, TODAY) is None


@pytest.mark.parametrize(
    ("record", "recipient", "purpose", "way", "reason"),
    [
        ({"state": State.BLOCKED}, {}, Purpose.FEEDBACK, Way.FILE, Reason.BLOCKED),
        ({"state": State.RESTRICTED}, {}, Purpose.FEEDBACK, Way.FILE, Reason.RESTRICTED),
        ({"state": State.DESTROYED}, {}, Purpose.FEEDBACK, Way.FILE, Reason.DESTROYED),
        ({"consent": ConsentState.WITHDRAWN}, {}, Purpose.FEEDBACK, Way.FILE, Reason.CONSENT_OVER),
        ({}, {}, Purpose.SUPPORT, Way.FILE, Obstacle.NOT_CONSENTED),
        ({"mailing": False}, {}, Purpose.MAILING, Way.FILE, Obstacle.NOT_CONSENTED),
        ({}, {"ended": TODAY}, Purpose.FEEDBACK, Way.FILE, Obstacle.RECIPIENT_ENDED),
        ({}, {"undertakings": ()}, Purpose.FEEDBACK, Way.FILE, Obstacle.NO_UNDERTAKING),
        (
            {},
            {"undertakings": (*RECIPIENT.undertakings, Undertaking(TODAY, TODAY - YEAR, (Purpose.FEEDBACK,), 2))},
            Purpose.FEEDBACK,
            Way.FILE,
            Obstacle.NO_UNDERTAKING,
        ),
        (
            {},
            {"undertakings": (*RECIPIENT.undertakings, Undertaking(TODAY, TODAY, (Purpose.MAILING,), 2))},
            Purpose.FEEDBACK,
            Way.FILE,
            Obstacle.OVER_SCOPE,
        ),
        ({}, {"purposes": (Purpose.MAILING,)}, Purpose.FEEDBACK, Way.FILE, Obstacle.OVER_SCOPE),
        ({"promises": [Promise.NOBODY]}, {}, Purpose.FEEDBACK, Way.FILE, Obstacle.SAID_NOBODY),
        ({"promises": [Promise.HOME]}, {"country": "DE"}, Purpose.FEEDBACK, Way.FILE, Obstacle.SAID_HOME),
        ({}, {"age_key": ""}, Purpose.FEEDBACK, Way.FILE, Obstacle.NO_KEY),
        ({}, {"webhook": ""}, Purpose.FEEDBACK, Way.WEBHOOK, Obstacle.NO_WEBHOOK),
    ],
)
def test_each_reason_is_named(
    record: dict[str, object], recipient: dict[str, object], purpose: Purpose, way: Way, reason: Reason | Obstacle
) -> None:
    asked = replace(RECORD, **record), replace(RECIPIENT, **recipient)  # type: ignore[arg-type]  # fields of several kinds
    assert why_not_transfer(*asked, purpose, way, TODAY) is reason
