"""The desk's home: what is overdue, what is due, is the evidence intact; then what is new."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kelisim.domain.deadlines import local_day
from kelisim.domain.operators import Stage
from kelisim.services import days, due, journal_reading, operators, people, statistics, visits_at_desk
from kelisim.services.due import Asked
from kelisim.services.journal_reading import Unreadable
from kelisim.storage.db import db
from kelisim.web.desk_session import signed_in
from kelisim.web.frame import render
from kelisim.web.home_pages import HomePage
from kelisim.web.house import house
from kelisim.web.journal_pages import EntryRow
from kelisim.web.operator.compliance import whether_many
from kelisim.web.operator.due_words import due_row
from kelisim.web.operator.journal import entry_row
from kelisim.web.operator.proof import proof_page
from kelisim.web.operator.statistics_values import default_days, time_chart
from kelisim.web.operator.who import by_operator
from kelisim.web.operator.work import work_page
from kelisim.web.statistics_pages import TimeChart

_DAYS = 14  # of the chart

blueprint = Blueprint("home", __name__, url_prefix="/operator")

# Submissions are counted up to here: the first page of the desk costs the same with a million of them.
_MOST = 10_000


@blueprint.get("")
def page() -> str | Response:
    """The home. The list of submissions stood here: an address that asks for a part of it leads there."""
    if request.args:
        parts: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("records.index", **parts), 308)
    session, settings, found = db.session(), house().settings, signed_in(Stage.FULL)
    if found is None:
        raise RuntimeError("the guard lets nobody come here without both factors")
    acts = _recent()
    asked = Asked(local_day(house().now), settings.terms, settings.recipient_days, settings.home_rows)
    waits, calendar = due.everything(session, asked), days.calendar(session)
    news = visits_at_desk.news(session, found.operator.id, most=_MOST)
    shown = HomePage(
        overdue=waits.overdue,
        waiting=waits.waiting,
        rows=tuple(due_row(item, asked, calendar, found.operator) for item in waits.items),
        proof=proof_page(),
        new=news.submissions,
        last_here=news.since,
        people=whether_many(),
        records=people.records_at_all(session, most=_MOST),
        most=_MOST,
        acts=acts,
        time=_time(),
        work=work_page(),
    )
    return render("operator/home.html", home=shown)


def _time() -> TimeChart:
    days = default_days(local_day(house().now), _DAYS)
    visits, sent = statistics.lately(db.session(), days, house().counted_days)
    return time_chart(visits, sent, days)


def _recent() -> tuple[EntryRow, ...] | None:
    try:
        lines = journal_reading.recent(db.session(), rows=house().settings.home_rows, by=by_operator())
    except Unreadable:
        return None
    names = operators.names(db.session())
    return tuple(entry_row(line, names) for line in lines)
