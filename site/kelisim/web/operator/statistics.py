"""The desk's statistics: visits of those who agreed, submissions, answers about cookies; and the same as a file."""

from datetime import date

from flask import Blueprint, Response, request
from flask_babel import gettext

from kelisim.domain.deadlines import local_day
from kelisim.domain.spans import LONGEST_RANGE, RangeProblem, Span, checked
from kelisim.domain.spreadsheets import csv_text
from kelisim.services import statistics
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.statistics_values import default_days, statistics_page
from kelisim.web.pages import ErrorLine
from kelisim.web.reading import reading
from kelisim.web.statistics_pages import StatisticsPage

blueprint = Blueprint("statistics", __name__, url_prefix="/operator")


@blueprint.get("/statistics")
def page() -> str | tuple[str, int]:
    """The numbers of a range, as pictures with their tables."""
    days, errors = _asked()
    typed = {name: request.args.get(name, "") for name in ("first", "last")} if errors else None
    shown = render("operator/statistics.html", page=_page(days), typed=typed, errors=errors)
    return (shown, 422) if errors else shown


@blueprint.get("/statistics.csv")
def file() -> Response | tuple[str, int]:
    """The same numbers for a spreadsheet, small ones as small as on the page."""
    days, errors = _asked()
    if errors:
        return page()  # type: ignore[return-value]  # with errors it is the page and its status
    head, *rows = _rows(_page(days))
    name = f"statistics-{days.first.isoformat()}-{days.last.isoformat()}.csv"
    answer = Response("".join(csv_text(head, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(days: Span) -> StatisticsPage:
    return statistics_page(statistics.of(reading(), days), days, local_day(house().now))


def _asked() -> tuple[Span, tuple[ErrorLine, ...]]:
    """The range that is asked for; where it cannot be shown, the usual one and why."""
    usual = default_days(local_day(house().now))
    errors, days = [], {}
    for name in ("first", "last"):
        text = request.args.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(text) if text else getattr(usual, name)
        except ValueError:
            errors.append(ErrorLine(name, gettext("Choose the day from the calendar, or write it as 2026-11-22")))
    if errors:
        return usual, tuple(errors)
    try:
        return checked(days["first"], days["last"]), ()
    except RangeProblem:
        words = gettext("Choose a first day that is not after the last, at most %(days)s days", days=LONGEST_RANGE)
        return usual, (ErrorLine("first", words),)


def _rows(shown: StatisticsPage) -> list[tuple[str, str, str]]:
    rows = [(gettext("Table"), gettext("What"), gettext("Number"))]
    rows += [(gettext("Range"), tile.title, tile.number) for tile in shown.tiles]
    titles = (gettext("Visits"), gettext("Form opened"), gettext("Form sent"), gettext("Submissions"))
    for column in shown.time.columns:
        numbers = (column.visits, column.opened, column.sent, column.submissions)
        rows += [(title, column.words, number) for title, number in zip(titles, numbers, strict=True)]
    for chart in (*shown.charts, shown.methods):
        rows += [(chart.title, bar.words, bar.number) for bar in chart.bars]
    for share in shown.shares:
        rows += [(share.title, piece.words, piece.number) for piece in share.pieces]
    return rows
