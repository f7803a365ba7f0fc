"""The eleven acts of the Consent, no more and no fewer (promise P8), and the one table of what a state permits."""

from itertools import product

import pytest

from kelisim.domain.acts import (
    AFTER_CONSENT,
    TABLE,
    Act,
    ActRefused,
    ConsentState,
    Reason,
    State,
    consent_ended,
    state_after,
    state_unblocked,
    why_not,
)

GIVEN = ConsentState.GIVEN
ENDS = [state for state in ConsentState if state is not GIVEN]


def permitted(state: State, consent: ConsentState = GIVEN) -> set[str]:
    return {act.value for act in Act if why_not(state, act, consent) is None}


def test_the_acts_are_the_eleven_of_the_consent_in_its_order() -> None:
    assert [act.value for act in Act] == [
        "collection",
        "accumulation",
        "transfer",
        "storage",
        "change",
        "addition",
        "access",
        "use",
        "depersonalization",
        "blocking",
        "destruction",
    ]


def test_a_new_record_is_active() -> None:
    assert State("active") is State.ACTIVE


def test_the_table_knows_every_act_in_every_state() -> None:
    assert set(TABLE) == set(State)
    for row in TABLE.values():
        assert list(row) == list(Act)


def test_an_active_record_permits_all_but_to_begin_again() -> None:
    assert permitted(State.ACTIVE) == {act.value for act in Act} - {"collection", "accumulation"}
    assert why_not(State.ACTIVE, Act.COLLECTION, GIVEN) is Reason.KEPT_ALREADY


@pytest.mark.parametrize("consent", ConsentState)
def test_blocked_means_blocked(consent: ConsentState) -> None:
    assert permitted(State.BLOCKED, consent) == {"storage"}
    for act in (Act.CHANGE, Act.ADDITION, Act.ACCESS, Act.USE, Act.TRANSFER, Act.DEPERSONALIZATION, Act.DESTRUCTION):
        assert why_not(State.BLOCKED, act, consent) is Reason.BLOCKED
    assert why_not(State.BLOCKED, Act.BLOCKING, consent) is Reason.BLOCKED_ALREADY


@pytest.mark.parametrize("consent", ConsentState)
def test_a_restricted_record_is_neither_used_nor_handed_over(consent: ConsentState) -> None:
    assert permitted(State.RESTRICTED, consent) == {
        "storage",
        "access",
        "change",
        "addition",
        "blocking",
        "depersonalization",
        "destruction",
    }
    assert why_not(State.RESTRICTED, Act.USE, consent) is Reason.RESTRICTED
    assert why_not(State.RESTRICTED, Act.TRANSFER, consent) is Reason.RESTRICTED


@pytest.mark.parametrize("consent", ConsentState)
def test_of_a_record_without_persons_only_counts_are_stored(consent: ConsentState) -> None:
    assert permitted(State.DEPERSONALIZED, consent) == {"storage"}
    assert permitted(State.DESTROYED, consent) == set()


@pytest.mark.parametrize("consent", ENDS)
def test_after_the_consent_an_active_record_is_only_ended(consent: ConsentState) -> None:
    assert permitted(State.ACTIVE, consent) == {act.value for act in AFTER_CONSENT}
    assert why_not(State.ACTIVE, Act.USE, consent) is Reason.CONSENT_OVER


@pytest.mark.parametrize(("state", "consent"), list(product(State, ConsentState)))
def test_a_person_opens_their_own_data_wherever_there_are_any(state: State, consent: ConsentState) -> None:
    readable = state not in {State.DEPERSONALIZED, State.DESTROYED}
    assert (why_not(state, Act.ACCESS, consent, own=True) is None) is readable


@pytest.mark.parametrize(
    ("state", "act", "consent"), list(product(State, [act for act in Act if act is not Act.ACCESS], ConsentState))
)
def test_their_own_is_access_and_no_other_act(state: State, act: Act, consent: ConsentState) -> None:
    assert why_not(state, act, consent, own=True) is why_not(state, act, consent)


@pytest.mark.parametrize(("state", "act", "consent"), list(product(State, Act, ConsentState)))
def test_an_act_is_done_or_refused_with_the_reason_of_the_table(state: State, act: Act, consent: ConsentState) -> None:
    reason = why_not(state, act, consent)
    leads_to = {
        Act.BLOCKING: State.BLOCKED,
        Act.DEPERSONALIZATION: State.DEPERSONALIZED,
        Act.DESTRUCTION: State.DESTROYED,
    }
    if reason is None:
        assert state_after(state, act, consent) is leads_to.get(act, state)
    else:
        with pytest.raises(ActRefused) as caught:
            state_after(state, act, consent)
        assert (caught.value.act, caught.value.reason) == (act, reason)


@pytest.mark.parametrize("act", Act)
def test_nothing_comes_back_from_destruction(act: Act) -> None:
    for consent, own in product(ConsentState, (True, False)):
        assert why_not(State.DESTROYED, act, consent, own=own) is Reason.DESTROYED


def test_a_lifted_block_leads_where_the_consent_and_the_ground_lead() -> None:
    assert state_unblocked(GIVEN, kept=False) is State.ACTIVE
    assert state_unblocked(GIVEN, kept=True) is State.ACTIVE
    for consent in ENDS:
        assert state_unblocked(consent, kept=True) is State.RESTRICTED
        assert state_unblocked(consent, kept=False) is State.DESTROYED


@pytest.mark.parametrize(("consent", "end"), list(product(ConsentState, ENDS)))
def test_a_consent_ends_once_by_the_earliest_of_its_ends(consent: ConsentState, end: ConsentState) -> None:
    assert consent_ended(consent, end) is (end if consent is GIVEN else consent)


def test_a_consent_is_not_ended_by_being_given() -> None:
    with pytest.raises(ValueError, match="not given again"):
        consent_ended(ConsentState.WITHDRAWN, GIVEN)
