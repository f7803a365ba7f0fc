"""The names of operators, the life of a session, the pause after wrong tries."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.operators import MAY, Area, Role, SessionTerms, operator_name, pause_until

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TERMS = SessionTerms(idle=timedelta(minutes=15), whole=timedelta(hours=10), at_once=3)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("operator", "operator"),
        ("  Айгерім   Сейтқали ", "айгерім сейтқали"),
        ("A.Sartbayeva@artsofte.kz", "a.sartbayeva@artsofte.kz"),
        ("O'Neill-2_b", "o'neill-2_b"),
        ("ＡＤＭＩＮ", "admin"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ΐ", "ΐ"),
        ("रवि", "रवि"),
        ("हिन्दी", "हिन्दी"),
        ("ปิ่น", "ปิ่น"),
        ("山田", "山田"),
        ("7", "7"),
        ("а" * 64, "а" * 64),
    ],
)
def test_a_name_has_one_form_however_it_is_typed(typed: str, stored: str) -> None:
    assert operator_name(typed) == stored


@pytest.mark.parametrize(
    "text",
    ["", "  ", "a" * 65, ".admin", "-x", "@x", "_x", "'x", "a/b", "a\\b", "a<b>", "a;b", "a\x00b", "a\u202eb", "a\u200bb",
     "\ud800", "a\ud800", "\u0301a", "👩", "a" * 10_000, "\u0489a"],
)  # fmt: skip  # a list to read, not a column
def test_what_is_no_name_is_none(text: str) -> None:
    assert operator_name(text) is None


@given(st.one_of(st.text(max_size=80), st.text(st.characters(categories=["L", "M", "N"]), max_size=70)))
def test_a_stored_name_is_its_own_stored_form(text: str) -> None:
    name = operator_name(text)
    if name is not None:
        assert 1 <= len(name) <= 64
        assert operator_name(name) == name


@pytest.mark.parametrize(
    ("created", "seen", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=1), timedelta(minutes=15) - MOMENT, False),
        (timedelta(hours=1), timedelta(minutes=15), True),
        (timedelta(hours=10) - MOMENT, timedelta(0), False),
        (timedelta(hours=10), timedelta(0), True),
        (timedelta(minutes=-15), timedelta(minutes=-15), False),
        (timedelta(minutes=-15) - MOMENT, timedelta(0), True),
    ],
)
def test_a_session_ends_idle_or_old_or_from_the_future(created: timedelta, seen: timedelta, over: bool) -> None:
    assert TERMS.over(NOW - created, NOW - seen, NOW) is over


@pytest.mark.parametrize(("tries", "paused"), [(0, False), (1, False), (4, False), (5, True), (6, False), (10, True)])
def test_each_five_wrong_tries_cost_one_pause(tries: int, paused: bool) -> None:
    until = pause_until(tries, 5, NOW, timedelta(minutes=15))
    assert until == (NOW + timedelta(minutes=15) if paused else None)


def test_each_role_opens_its_own_way_in_and_only_one_decides_about_people() -> None:
    assert all(Area.OWN in areas for areas in MAY.values())
    assert {role for role, areas in MAY.items() if Area.PEOPLE in areas or Area.RULES in areas} == {Role.ADMINISTRATOR}
    assert {role for role, areas in MAY.items() if Area.ACTS in areas} == {Role.OPERATOR, Role.ADMINISTRATOR}
    assert MAY[Role.AUDITOR] == {Area.OWN, Area.FACTS, Area.REGISTERS}, "an auditor opens nobody's data"
    assert MAY[Role.VIEWER].isdisjoint({Area.ACTS, Area.REGISTERS})
    assert MAY[Role.ADMINISTRATOR] == set(Area)
