"""The chain of choices: whatever is done to a record or to the counts that replaced it is found, and named."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.choice_counts import cells
from kelisim.domain.choice_records import BEGINNING, Closing, Damage, Record, bound, closed, closes_before, first_damage

KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def chain(length: int, *, unbound: int = 0) -> list[Record]:
    """Records as the site writes them; the first ``unbound`` are from before they were bound."""
    records: list[Record] = []
    mac = BEGINNING
    for number in range(1, length + 1):
        record = Record(
            number, f"{number:032x}", {"address": number % 2 == 0}, {"address": 1}, "page", "kk", NOW, NOW, None
        )
        mac = bound(KEY, mac, record)
        records.append(replace(record, mac=None if number <= unbound else mac))
    return records


def closing(records: list[Record]) -> Closing:
    counted = Counter(cell for record in records for cell in cells(record.choice))
    return closed(KEY, BEGINNING, records[-1].number, NOW, records[-1].mac or b"", counted)


@given(st.integers(0, 6), st.integers(0, 6))
def test_what_was_written_here_holds(length: int, unbound: int) -> None:
    assert first_damage(KEY, (), chain(length, unbound=unbound)) is None


CHANGES = {
    "receipt_id": "f" * 32,
    "answers": {"address": True, "statistics": True},
    "versions": {"address": 2},
    "method": "banner",
    "language": "ru",
    "decided_at": NOW + timedelta(minutes=1),
    "expires_at": NOW + timedelta(minutes=1),
    "mac": bytes(32),
    "number": 9,
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_changed_record_is_named(name: str, place: int) -> None:
    records = chain(4)
    records[place] = replace(records[place], **{name: CHANGES[name]})  # type: ignore[arg-type]  # each has its kind
    assert first_damage(KEY, (), records) == Damage(place + 1, in_counts=False)


def test_a_record_that_was_taken_out_moved_or_unbound_is_found() -> None:
    one, two, three, four = chain(4)
    assert first_damage(KEY, (), [one, three, four]) == Damage(2, in_counts=False)
    assert first_damage(KEY, (), [two, three, four]) == Damage(1, in_counts=False)
    assert first_damage(KEY, (), [one, three, two, four]) == Damage(2, in_counts=False)
    assert first_damage(KEY, (), [one, replace(two, mac=None), three, four]) == Damage(2, in_counts=False)
    assert first_damage(bytes(32), (), [one, two]) == Damage(1, in_counts=False)


def test_records_from_before_the_binding_are_bound_by_the_first_that_came_after() -> None:
    records = chain(4, unbound=2)
    records[0] = replace(records[0], answers={"address": True})
    assert first_damage(KEY, (), records) == Damage(3, in_counts=False)


@pytest.mark.parametrize(
    "wrong",
    [{"method": "phone"}, {"answers": None}, {"answers": ["address"]}, {"answers": {"address": "yes"}},
     {"versions": {}}, {"answers": {"address": None}}, {"answers": {"address": {1}}}],
    ids=str,
)  # fmt: skip
def test_what_is_no_choice_does_not_hold_even_unbound(wrong: dict[str, object]) -> None:
    record = replace(chain(1, unbound=1)[0], **wrong)  # type: ignore[arg-type]  # what nobody here writes
    assert first_damage(KEY, (), [record]) == Damage(1, in_counts=False)


def test_what_is_closed_is_bound_to_what_follows() -> None:
    records = chain(5)
    first = closing(records[:3])
    assert first_damage(KEY, [first], records[3:]) is None
    assert first_damage(KEY, [first], records[2:]) == Damage(4, in_counts=False), "a closed record came back"
    assert first_damage(KEY, [first], records[4:]) == Damage(4, in_counts=False), "one was taken out"
    assert first_damage(KEY, [], records[3:]) == Damage(1, in_counts=False), "the closing was taken out"
    second = closed(KEY, first.mac, 5, NOW, records[-1].mac or b"", {})
    assert first_damage(KEY, [first, second], []) is None
    assert first_damage(KEY, [second], []) == Damage(5, in_counts=True)


@pytest.mark.parametrize("name", ["through", "closed_at", "last_mac", "counted", "mac"])
def test_changed_counts_are_named(name: str) -> None:
    good = closing(chain(3))
    more = Counter(good.counted)
    more[next(iter(more))] += 1
    changes = {
        "through": 2,
        "closed_at": NOW + timedelta(days=1),
        "last_mac": bytes(32),
        "counted": more,
        "mac": bytes(32),
    }
    changed = replace(good, **{name: changes[name]})  # type: ignore[arg-type]  # each has its kind
    assert first_damage(KEY, [changed], []) == Damage(changed.through, in_counts=True)


def test_records_are_closed_by_whole_days_in_almaty() -> None:
    assert closes_before(datetime(2026, 11, 22, 18, 59, tzinfo=UTC), 2) == datetime(2026, 11, 19, 19, 0, tzinfo=UTC)
    assert closes_before(datetime(2026, 11, 22, 19, 0, tzinfo=UTC), 2) == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert (
        date(2026, 11, 20) == (closes_before(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), 2) + timedelta(hours=5)).date()
    )
