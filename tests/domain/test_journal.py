"""The keyed chain: whatever is done to it in the middle is found, and named."""

import hmac
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kelisim.domain.acts import Act
from kelisim.domain.journal import BEGINNING, Entry, Link, chained, first_broken

KEY = bytes(range(32))
ENTRIES = st.builds(
    Entry,
    number=st.just(0),
    at=st.datetimes(timezones=st.just(UTC)),
    act=st.sampled_from(Act),
    subject=st.uuids(),
    actor=st.sampled_from(["person", "site", "operator:1", "operator:12"]),
    details=st.dictionaries(st.text("abc", max_size=3), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
)


def chain(entries: list[Entry]) -> list[Link]:
    links: list[Link] = []
    for number, entry in enumerate(entries, 1):
        placed = replace(entry, number=number)
        links.append(Link(placed, chained(KEY, links[-1].mac if links else BEGINNING, placed)))
    return links


CHAINS = st.lists(ENTRIES, min_size=2, max_size=6).map(chain)


@given(st.lists(ENTRIES, max_size=6).map(chain))
def test_what_was_written_here_holds(links: list[Link]) -> None:
    assert first_broken(KEY, links) is None


@given(CHAINS, ENTRIES, st.sampled_from(["at", "act", "subject", "actor", "details"]), st.data())
def test_a_changed_field_is_found_at_its_entry(links: list[Link], other: Entry, name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(links) - 1))
    changed = replace(links[place].entry, **{name: getattr(other, name)})
    assume(changed != links[place].entry)
    links[place] = Link(changed, links[place].mac)
    assert first_broken(KEY, links) == place + 1


@given(CHAINS, st.data())
def test_a_changed_mac_is_found_at_its_entry(links: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(links) - 1))
    mac = bytearray(links[place].mac)
    mac[data.draw(st.integers(0, 31))] ^= data.draw(st.integers(1, 255))
    links[place] = replace(links[place], mac=bytes(mac))
    assert first_broken(KEY, links) == place + 1


@given(CHAINS, st.data())
def test_two_entries_that_change_places_are_found(links: list[Link], data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.sets(st.integers(0, len(links) - 1), min_size=2, max_size=2)))
    links[first], links[second] = links[second], links[first]
    assert first_broken(KEY, links) == first + 1


@given(CHAINS, st.data())
def test_an_entry_taken_out_before_the_last_is_found_even_when_the_rest_is_renumbered(
    links: list[Link], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(links) - 2))
    del links[place]
    assert first_broken(KEY, links) == place + 1
    renumbered = [Link(replace(link.entry, number=n), link.mac) for n, link in enumerate(links, 1)]
    assert first_broken(KEY, renumbered) == place + 1


@given(CHAINS, ENTRIES, st.data())
def test_an_entry_put_in_without_the_key_is_found(links: list[Link], entry: Entry, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(links)))
    put_in = replace(entry, number=place + 1)
    forged = chained(bytes(32), links[place - 1].mac if place else BEGINNING, put_in)
    links.insert(place, Link(put_in, forged))
    assert first_broken(KEY, links) == place + 1


@given(CHAINS)
def test_another_key_sees_the_first_entry_broken(links: list[Link]) -> None:
    assert first_broken(bytes(32), links) == 1


@given(CHAINS, st.data())
def test_a_cut_tail_cannot_be_seen_by_the_chain_alone(links: list[Link], data: st.DataObject) -> None:
    """Known, and the reason why the head must also be kept somewhere else: what is left is a whole chain."""
    assert first_broken(KEY, links[: data.draw(st.integers(0, len(links)))]) is None


def entry(**others: object) -> Entry:
    fields: dict[str, object] = {
        "number": 1,
        "at": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        "act": Act.ACCESS,
        "subject": UUID(int=7),
        "actor": "operator:3",
        "details": {"by": "desk", "қадам": "1"},
    }
    return Entry(**{**fields, **others})  # type: ignore[arg-type]  # fields by name, of the types above


def test_the_mac_of_a_known_entry_stays_what_it_was() -> None:
    """A change of the canonical form would break every journal that was ever written."""
    canonical = (
        '[1,"2026-11-22T10:00:00.000000+00:00","access","00000000000000000000000000000007","operator:3",'
        '{"by":"desk","қадам":"1"}]'
    )
    assert chained(KEY, BEGINNING, entry()) == hmac.digest(KEY, bytes(32) + canonical.encode(), "sha256")


def test_neither_the_order_of_details_nor_the_time_zone_is_part_of_an_entry() -> None:
    almaty = entry().at.astimezone(timezone(timedelta(hours=5)))
    same = entry(at=almaty, details=MappingProxyType({"қадам": "1", "by": "desk"}))
    assert chained(KEY, BEGINNING, same) == chained(KEY, BEGINNING, entry())


@given(st.sampled_from([[], None, "", 0, [["by", "desk"]]]))
def test_details_that_are_no_mapping_were_not_written_here(details: object) -> None:
    written = Link(entry(details={}), chained(KEY, BEGINNING, entry(details={})))
    assert first_broken(KEY, [replace(written, entry=entry(details=details))]) == 1


@pytest.mark.parametrize(
    "change", [{"at": None}, {"subject": "nobody"}, {"details": object()}, {"actor": b"\xff"}, {"actor": chr(0xD800)}]
)
def test_a_value_of_another_kind_was_not_written_here(change: dict[str, object]) -> None:
    written = Link(entry(), chained(KEY, BEGINNING, entry()))
    assert first_broken(KEY, [replace(written, entry=entry(**change))]) == 1
    assert first_broken(KEY, [replace(written, mac="text")]) == 1  # type: ignore[arg-type]  # what SQLite lets anybody store


def test_the_time_zone_of_the_machine_is_no_part_of_a_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    before = chained(KEY, BEGINNING, entry())
    monkeypatch.setenv("TZ", "Asia/Almaty")
    time.tzset()
    try:
        assert chained(KEY, BEGINNING, entry()) == before
    finally:
        monkeypatch.undo()
        time.tzset()
