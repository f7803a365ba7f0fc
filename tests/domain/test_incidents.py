"""Incidents: what they become by their steps, and the working day the authority has to be told within."""

from datetime import UTC, date, datetime

import pytest

from kelisim.domain.consents import Category
from kelisim.domain.deadlines import Calendar
from kelisim.domain.incidents import (
    Facts,
    IncidentProblem,
    IncidentState,
    IncidentStep,
    Measure,
    Outcome,
    Step,
    check_register,
    check_step,
    due_of,
    state_of,
)

NOW = datetime(2026, 12, 14, 6, 0, tzinfo=UTC)
TODAY, FOUND = date(2026, 12, 14), date(2026, 12, 11)
REGISTER, ADD, NOTIFY, CLOSE = IncidentStep
OPEN, NOTIFIED, CLOSED = IncidentState


def problem(state: IncidentState, step: IncidentStep, **others: object) -> str:
    """The code of what is wrong with a step, empty where nothing is."""
    try:
        check_step(state, Step(step, NOW, "operator:1", **others), found_on=FOUND, today=TODAY)  # type: ignore[arg-type]  # the parts of a step
    except IncidentProblem as found:
        return found.code
    return ""


@pytest.mark.parametrize(
    ("found_at", "term", "due"),
    [
        (datetime(2026, 12, 11, 7, 0, tzinfo=UTC), 1, date(2026, 12, 14)),  # a Friday
        (datetime(2026, 12, 11, 19, 30, tzinfo=UTC), 1, date(2026, 12, 14)),  # half past midnight on Saturday in Almaty
        (datetime(2026, 12, 30, 7, 0, tzinfo=UTC), 1, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 7, 0, tzinfo=UTC), 1, date(2027, 1, 5)),
        (datetime(2026, 12, 11, 7, 0, tzinfo=UTC), 3, date(2026, 12, 17)),
    ],
)
def test_the_clock_runs_in_working_days_from_the_day_it_was_found(found_at: datetime, term: int, due: date) -> None:
    assert due_of(found_at, Calendar(), term) == due


@pytest.mark.parametrize(
    ("steps", "state"),
    [([REGISTER], OPEN), ([REGISTER, ADD], OPEN), ([REGISTER, NOTIFY, ADD], NOTIFIED), ([REGISTER, NOTIFY, CLOSE], CLOSED),
     ([REGISTER, CLOSE], CLOSED)],
)  # fmt: skip  # one glance
def test_it_is_what_its_steps_made_of_it(steps: list[IncidentStep], state: IncidentState) -> None:
    assert state_of(steps) is state


def test_each_step_is_possible_where_it_has_a_meaning_and_nowhere_else() -> None:
    measures, told = {"measures": (Measure.POLICE_TOLD,)}, {"told_on": FOUND}
    possible = {
        (OPEN, ADD), (OPEN, NOTIFY), (OPEN, CLOSE), (NOTIFIED, ADD), (NOTIFIED, CLOSE),
    }  # fmt: skip  # the table
    for state in IncidentState:
        for step, others in ((REGISTER, {}), (ADD, measures), (NOTIFY, told), (CLOSE, {"outcome": Outcome.NO_BREACH})):
            assert (problem(state, step, **others) == "") is ((state, step) in possible), (state, step)


def test_it_is_not_closed_as_mended_before_the_authority_is_told() -> None:
    assert problem(OPEN, CLOSE, outcome=Outcome.MENDED) == "outcome"
    assert problem(NOTIFIED, CLOSE) == "outcome"
    assert problem(NOTIFIED, CLOSE, outcome=Outcome.MENDED) == ""


@pytest.mark.parametrize("day", [None, date(2026, 12, 10), date(2026, 12, 15)])
def test_the_authority_is_told_between_the_day_it_was_found_and_today(day: date | None) -> None:
    assert problem(OPEN, NOTIFY, told_on=day) == "told_on"


def test_an_addition_adds_something() -> None:
    assert problem(OPEN, ADD) == "empty"
    for others in ({"note": "x"}, {"facts": Facts((Category.PHONE,), 0)}):
        assert problem(OPEN, ADD, **others) == ""


def test_facts_are_facts_and_nothing_is_found_in_the_future() -> None:
    for categories, persons, code in (((), 1, "categories"), ((Category.NAME,), -1, "persons")):
        with pytest.raises(IncidentProblem, match=code):
            Facts(categories, persons)
    check_register(NOW, NOW)
    with pytest.raises(IncidentProblem, match="found"):
        check_register(datetime(2026, 12, 14, 6, 1, tzinfo=UTC), NOW)
