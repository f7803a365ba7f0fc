"""What an export holds, and which record may be in one."""

from datetime import UTC, datetime

import pytest

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.exports import PERSONAL_COLUMNS, Column, Exported, LeftOut, in_order, why_left_out
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PERSONAL_FIELDS, PersonalData
from kelisim.domain.transfers import Consented

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("consent", ConsentState)
def test_only_an_active_record_whose_consent_stands_goes_out(state: State, consent: ConsentState) -> None:
    record = Consented(state, consent, (Purpose.FEEDBACK,), mailing=False)
    may = state is State.ACTIVE and consent is ConsentState.GIVEN
    assert (why_left_out(record, Purpose.FEEDBACK) is None) is may


@pytest.mark.parametrize(
    ("purpose", "mailing", "reason"),
    [
        (Purpose.FEEDBACK, False, None),
        (Purpose.MAILING, True, None),
        (Purpose.MAILING, False, LeftOut.NOT_CONSENTED),
        (Purpose.SUPPORT, True, LeftOut.NOT_CONSENTED),
    ],
)
def test_a_purpose_that_was_not_consented_to_is_named(purpose: Purpose, mailing: bool, reason: object) -> None:
    record = Consented(State.ACTIVE, ConsentState.GIVEN, (Purpose.FEEDBACK, Purpose.MAILING), mailing)
    assert why_left_out(record, purpose) == reason


def test_a_row_holds_what_was_chosen_in_the_order_of_the_list() -> None:
    assert tuple(column.value for column in PERSONAL_COLUMNS) == PERSONAL_FIELDS
    one = Exported(
        "34679CDF",
        NOW,
        PersonalData("А", "Б", "+77015553137"),
        None,
        True,
        State.ACTIVE,
        ConsentState.GIVEN,
        "1",
        ("x",),
    )
    assert len(one.row(tuple(Column))) == len(Column)
    chosen = in_order(["phone", "name", "nothing", "name", "received", "tags", "topic"])
    assert one.row(chosen) == ["2026-11-22T10:00:00+00:00", "А", "+77015553137", None, ["x"]]
