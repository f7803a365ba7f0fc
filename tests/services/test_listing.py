"""The desk's list: pages that do not move, filters, counts, neighbours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.filters import Due, Filter, Order
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.services import listing, requests
from kelisim.services.listing import Page, Place
from kelisim.services.records import By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from tests.conftest import FixedClock
from tests.services.given import counts, house_of, send
from tests.support.people import PEOPLE, Person

EVERYTHING = Filter()


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def references() -> list[str]:
    """All of them, newest first."""
    db.session.rollback()
    query = select(ReceiptRow.reference).join(SubmissionRow).order_by(SubmissionRow.id.desc())
    return list(db.session.scalars(query))


def page(app: Flask, wanted: Filter = EVERYTHING, **others: Any) -> Page:
    house = house_of(app)
    given: dict[str, Any] = {"order": Order.NEWEST, "place": None, "rows": 5, **others}
    return listing.page(db.session(), wanted, keys=house.keys, today=house.now.date(), **given)


def shown(found: Page) -> list[str]:
    return [listed.reference for listed in found.listed]


def send_many(app: Flask, clock: FixedClock, number: int) -> None:
    for each in range(number):
        clock.at += timedelta(milliseconds=each % 3)  # several within one millisecond
        send(app, PEOPLE[each % len(PEOPLE)])


def put(reference: str, **values: object) -> None:
    with writing(db.session()):
        found = select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference).scalar_subquery()
        db.session.execute(update(SubmissionRow).where(SubmissionRow.id == found).values(**values))


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_both_ways_and_new_rows_do_not_move_them(
    site: Flask, clock: FixedClock, order: Order
) -> None:
    send_many(site, clock, 12)
    expected = references() if order is Order.NEWEST else references()[::-1]
    on, back = ("before", "after") if order is Order.NEWEST else ("after", "before")
    first = page(site, order=order)
    clock.at += timedelta(seconds=1)
    send(site, PEOPLE[0])
    second = page(site, order=order, place=Place(first.listed[-1].id, on))  # type: ignore[arg-type]  # one of the ways
    third = page(site, order=order, place=Place(second.listed[-1].id, on))  # type: ignore[arg-type]  # the same
    there = [shown(found) for found in (first, second, third)]
    assert [reference for found in there for reference in found][:12] == expected
    again = page(site, order=order, place=Place(third.listed[0].id, back))  # type: ignore[arg-type]  # the same
    assert (shown(again), again.earlier, again.later) == (shown(second), True, True)
    same = page(site, order=order, place=Place(second.listed[2].id, "from"))
    assert shown(same)[:3] == shown(second)[2:], "a page may begin with a record"
    if order is Order.NEWEST:
        assert (first.later, first.earlier, third.later, third.earlier) == (False, True, True, False)


def test_a_list_that_ends_with_its_page_has_no_next_one(site: Flask, person: Person) -> None:
    assert page(site) == Page((), earlier=False, later=False)
    send(site, person)
    (only,) = page(site, rows=1).listed
    assert page(site, rows=1) == Page((only,), earlier=False, later=False)
    assert page(site, rows=1, place=Place(only.id, "before")).listed == ()


def test_a_list_shows_masks_and_writes_nothing(site: Flask, person: Person) -> None:
    send(site, person, topic=Purpose.SUPPORT)
    before = counts()
    (listed,) = page(site).listed
    assert (listed.masked_name, listed.masked_phone) == ("А••• Қ•••", "+7 ••• •• 37")
    assert (listed.state, listed.topic, listed.mailing, listed.suspicions) == (State.ACTIVE, Purpose.SUPPORT, False, ())
    assert counts() == before


def test_a_page_and_its_counts_are_one_query_each_however_many_rows(site: Flask, clock: FixedClock) -> None:
    send_many(site, clock, 6)
    db.session.rollback()
    house, asked = house_of(site), []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    page(site)
    listing.counts(db.session(), EVERYTHING, keys=house.keys, today=house.now.date(), most=100)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([words for words in asked if words.startswith("SELECT")]) == 2


def test_each_filter_lets_through_what_it_names(site: Flask, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 24, 18, 59, tzinfo=UTC)  # 23:59 in Almaty
    send(site, PEOPLE[0], topic=Purpose.SUPPORT)
    clock.at = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # the next day there
    send(site, PEOPLE[1], mailing=True)
    clock.at += timedelta(days=1)
    send(site, PEOPLE[2])
    third, second, first = references()
    put(third, state="blocked", consent_state="withdrawn")
    (revision,) = listing.revisions(db.session())
    for wanted, through in (
        (EVERYTHING, [third, second, first]),
        (Filter(state=State.BLOCKED), [third]),
        (Filter(consent=ConsentState.GIVEN), [second, first]),
        (Filter(topic=Purpose.SUPPORT), [first]),
        (Filter(mailing=True), [second]),
        (Filter(mailing=False), [third, first]),
        (Filter(since=date(2026, 11, 25)), [third, second]),
        (Filter(until=date(2026, 11, 24)), [first]),
        (Filter(since=date(2026, 11, 25), until=date(2026, 11, 25)), [second]),
        (Filter(since=date(1960, 1, 1)), [third, second, first]),
        (Filter(revision=revision), [third, second, first]),
        (Filter(revision="1999-01-01"), []),
        (Filter(mailing=False, state=State.ACTIVE), [first]),
    ):
        assert shown(page(site, wanted)) == through, wanted


def test_a_filter_by_requests_knows_what_is_open_and_what_is_overdue(site: Flask, clock: FixedClock) -> None:
    send_many(site, clock, 2)
    newest = references()[0]
    house = house_of(site)
    requests.take_in(
        db.session(),
        reference=newest,
        kind=RequestKind.ACCESS,
        channel=Channel.LETTER,
        identity=Identity.DOCUMENT_SHOWN,
        received=house.now.date(),
        language="en",
        terms=house.settings.terms,
        by=By("operator:3", house.keys.site.journal, house.now),
        randomness=house.randomness,
    )
    assert shown(page(site, Filter(due=Due.OPEN))) == [newest]
    assert shown(page(site, Filter(due=Due.OVERDUE))) == []
    clock.at += timedelta(days=30)
    assert shown(page(site, Filter(due=Due.OVERDUE))) == [newest]


def test_counts_are_by_state_within_the_other_filters_and_end_where_they_should(site: Flask, clock: FixedClock) -> None:
    send_many(site, clock, 4)
    put(references()[0], state="blocked", mailing=True)
    house = house_of(site)

    def count(wanted: Filter, most: int = 100) -> tuple[int, dict[State, int]]:
        found = listing.counts(db.session(), wanted, keys=house.keys, today=house.now.date(), most=most)
        return found.everything, {state: number for state, number in found.by_state.items() if number}

    assert count(EVERYTHING) == (4, {State.ACTIVE: 3, State.BLOCKED: 1})
    assert count(Filter(state=State.BLOCKED)) == (4, {State.ACTIVE: 3, State.BLOCKED: 1}), "a tab counts the others"
    assert count(Filter(mailing=True)) == (1, {State.BLOCKED: 1})
    assert count(EVERYTHING, most=2) == (3, {State.ACTIVE: 3, State.BLOCKED: 1})


def test_neighbours_stand_within_the_filter_in_the_order_of_the_list(site: Flask, clock: FixedClock) -> None:
    for each in range(4):
        clock.at += timedelta(seconds=1)
        send(site, PEOPLE[each], mailing=each != 1)
    fourth, third, second, first = references()
    house = house_of(site)

    def beside(reference: str, wanted: Filter = EVERYTHING, order: Order = Order.NEWEST) -> tuple[str | None, ...]:
        found = listing.neighbours(
            db.session(), reference, wanted, order=order, keys=house.keys, today=house.now.date()
        )
        return tuple(near and near.reference for near in (found.previous, found.next))

    assert beside(third) == (fourth, second)
    assert beside(third, order=Order.OLDEST) == (second, fourth)
    assert beside(fourth) == (None, third)
    assert beside(third, Filter(mailing=True)) == (fourth, first)
    assert beside(second, Filter(mailing=True)) == (third, first), "also of a record the filter does not let through"
    assert beside("33333333") == (None, None)
