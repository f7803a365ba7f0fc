"""The days the Operator moved, by which every term is counted."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.services import days
from kelisim.services.days import DayProblem
from kelisim.storage.db import db
from kelisim.web.desk_pages import MovedDayRow
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.request_forms import DayForm, DeskForm, PutBackForm, all_lines, day_of
from kelisim.web.operator.who import by_operator

blueprint = Blueprint("days", __name__, url_prefix="/operator/days")


@blueprint.get("")
def page() -> str:
    """The table."""
    return _page(DayForm())


@blueprint.post("")
def change() -> str | Response | tuple[str, int]:
    """Move a day, or let the public calendar decide about it again."""
    form, terms = DayForm(), house().settings.terms
    if typed("act") == "put_back":
        back = PutBackForm()
        if not back.validate():
            return _page(form, back), 422
        days.put_back(db.session(), day_of(back.day), terms=terms, by=by_operator())
        return redirect(url_for("days.page"), 303)
    if not form.validate():
        return _page(form, form), 422
    try:
        days.move(db.session(), day_of(form.day), works=form.works.data == "yes", terms=terms, by=by_operator())
    except DayProblem:
        form.day.errors = [gettext("This day is so already: choose another one")]
        return _page(form, form), 422
    return redirect(url_for("days.page"), 303)


def _page(form: DayForm, sent: DeskForm | None = None) -> str:
    rows = tuple(MovedDayRow(found.day, found.works) for found in days.moved(db.session()))
    errors = all_lines(sent) if sent is not None else ()
    return render("operator/requests/days.html", days=rows, form=form, errors=errors)
