"""The page values of the desk's list: one page of a filter, with its tabs and its ways on."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask_babel import gettext

from kelisim.domain.acts import State
from kelisim.domain.deadlines import local_day
from kelisim.domain.filters import Order
from kelisim.domain.purposes import Purpose
from kelisim.services import listing, search
from kelisim.services.listing import Counts, Page, Place
from kelisim.services.submissions import Listed
from kelisim.web.bulk_words import BULK_BUTTONS
from kelisim.web.house import house
from kelisim.web.list_pages import ListPage, ListRow, StateTab
from kelisim.web.operator.broken_seals import name_in_list
from kelisim.web.operator.filters import Asked, filter_page
from kelisim.web.reading import reading
from kelisim.web.words import STATES, TOPICS

WAYS = ("before", "after", "from")


def place() -> Place | None:
    """Where the asked page begins, None for the first. Ends in 404 for what is no place."""
    for way in WAYS:
        text = request.args.get(way)
        if text is not None:
            try:
                return Place(UUID(hex=text), way)  # type: ignore[arg-type]  # one of the three
            except ValueError:
                abort(404)
    return None


def where_asked(given: Asked) -> dict[str, Any]:
    """Where in the list somebody is, as arguments of ``url_for``: the filter and the place of the page."""
    at = place()
    return given.but() | ({at.way: at.id.hex} if at is not None else {})


def list_page(given: Asked, at: Place | None, *, nothing_ticked: bool = False) -> ListPage:
    """The page of the list that an address asks for."""
    session, settings, today = reading(), house().settings, local_day(house().now)
    found = listing.page(
        session,
        given.filter,
        order=given.order,
        place=at,
        keys=house().keys,
        today=today,
        rows=settings.page_rows,
    )
    counts = listing.counts(session, given.filter, keys=house().keys, today=today, most=settings.count_most)
    state, sought = given.filter.state, given.filter.sought
    back, on = _ways(given, found)
    return ListPage(
        filter=filter_page(given),
        tabs=_tabs(given, counts),
        rows=tuple(_row(row, given, at) for row in found.listed),
        total=counts.everything if state is None else counts.by_state.get(state),
        most=counts.most,
        newest_first=given.order is Order.NEWEST,
        order_url=url_for("records.index", **given.but(order=_other(given.order))),
        first_url=url_for("records.index", **given.but()) if at is not None else None,
        back_url=back,
        on_url=on,
        bulk_url=url_for("bulk.confirm", **where_asked(given)),
        bulk_acts=tuple((kind.value, str(words)) for kind, words in BULK_BUTTONS.items()),
        nothing_ticked=nothing_ticked,
        export_url=url_for("exports.index", **given.but(order=None)),
        nothing_typed=sought is not None and sought.is_empty,
        behind=sought is not None and search.is_behind(session, keys=house().keys, least=settings.search_least),
    )


def topic_words(topic: Purpose | None) -> str:
    """A topic in words."""
    return str(TOPICS[topic]) if topic is not None else gettext("not chosen")


def _ways(given: Asked, found: Page) -> tuple[str | None, str | None]:
    """The addresses of the page before and the page after, in the order of the list."""
    if not found.listed:
        return None, None
    first, last = found.listed[0].id.hex, found.listed[-1].id.hex
    newest = given.order is Order.NEWEST
    back_there, on_there = (found.later, found.earlier) if newest else (found.earlier, found.later)
    back_way, on_way = ("after", "before") if newest else ("before", "after")
    return (
        url_for("records.index", **given.but() | {back_way: first}) if back_there else None,
        url_for("records.index", **given.but() | {on_way: last}) if on_there else None,
    )


def _tabs(given: Asked, counts: Counts) -> tuple[StateTab, ...]:
    chosen = given.filter.state
    everything = StateTab(
        gettext("All"), counts.everything, url_for("records.index", **given.but(state=None)), chosen is None
    )
    return (
        everything,
        *(
            StateTab(
                str(STATES[state]),
                counts.by_state.get(state),
                url_for("records.index", **given.but(state=state.value)),
                chosen is state,
            )
            for state in State
        ),
    )


def _row(row: Listed, given: Asked, at: Place | None) -> ListRow:
    where: dict[str, Any] = {at.way: at.id.hex} if at is not None else {}
    return ListRow(
        reference=row.reference,
        url=url_for("records.record", reference=row.reference, **given.but(), **where),
        name=name_in_list(row),
        phone=row.masked_phone,
        topic=topic_words(row.topic),
        received_at=row.received_at,
        state=str(STATES[row.state]),
        mailing=row.mailing,
        suspect=bool(row.suspicions),
    )


def _other(order: Order) -> str | None:
    return Order.OLDEST.value if order is Order.NEWEST else None
