"""What recipients have to be told, at the desk: what is due, what is overdue, how and when it was done."""

from typing import cast, get_args

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.domain.deadlines import Calendar, local_day
from kelisim.domain.recipient_tasks import How, TaskProblem
from kelisim.services import days, recipient_tasks
from kelisim.services.recipient_tasks import Tab, Task
from kelisim.storage.db import db
from kelisim.web.dates import day_words
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.recipient_forms import ToldForm
from kelisim.web.operator.request_forms import all_lines, day_of
from kelisim.web.operator.who import by_operator
from kelisim.web.pages import TabLink
from kelisim.web.recipient_pages import TaskRow, TasksPage
from kelisim.web.recipient_words import HOW, TASK_PROBLEMS, TASK_TABS, TASKS
from kelisim.web.request_words import left as words_left

blueprint = Blueprint("recipient_tasks", __name__, url_prefix="/operator/recipients/tasks")


@blueprint.get("")
def queue() -> str:
    """What is due, what is overdue, what is done."""
    tab, skip = _tab(), _skip()
    session, today, rows = db.session(), local_day(house().now), house().settings.page_rows
    found = recipient_tasks.queue(session, tab, today=today, term=_term(), skip=skip, rows=rows + 1)
    counts = recipient_tasks.counts(session, today=today, term=_term())
    calendar = days.calendar(session)
    page = TasksPage(
        tabs=tuple(TabLink(str(TASK_TABS[one]), counts[one], _url(one, 0), one == tab) for one in get_args(Tab)),
        rows=tuple(_row(one, calendar) for one in found[:rows]),
        before_url=_url(tab, max(skip - rows, 0)) if skip else None,
        after_url=_url(tab, skip + rows) if len(found) > rows else None,
    )
    return render("operator/recipients/tasks.html", tasks=page)


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    """One task."""
    return _page(_found(number), ToldForm())


@blueprint.post("/<int:number>")
def close(number: int) -> str | Response | tuple[str, int]:
    """Note how and when the recipient was told."""
    found, form = _found(number), ToldForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        recipient_tasks.close(db.session(), number, How(form.how.data), day_of(form.told_on), by=by_operator())
    except TaskProblem as problem:
        form.told_on.errors = [str(TASK_PROBLEMS[problem.code])]
        return _page(_found(number), form), 422
    return redirect(url_for("recipient_tasks.queue"), 303)


def _found(number: int) -> Task:
    found = recipient_tasks.find(db.session(), number, term=_term())
    if found is None:
        abort(404)
    return found


def _term() -> int:
    return house().settings.recipient_days


def _tab() -> Tab:
    asked = request.args.get("tab", "")
    if asked and asked not in get_args(Tab):
        abort(404)
    if asked:
        return cast(Tab, asked)
    waiting = recipient_tasks.counts(db.session(), today=local_day(house().now), term=_term())
    return "overdue" if waiting["overdue"] else "due"


def _skip() -> int:
    text = request.args.get("skip", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        abort(404)
    return int(text)


def _url(tab: Tab, skip: int) -> str:
    return url_for("recipient_tasks.queue", tab=tab, skip=skip or None)


def _row(task: Task, calendar: Calendar) -> TaskRow:
    left = None if task.closed else calendar.days_left(local_day(house().now), task.due)
    return TaskRow(
        url=url_for("recipient_tasks.one", number=task.number),
        kind=str(TASKS[task.kind]),
        recipient=task.recipient,
        contact=task.contact,
        reference=task.reference,
        record_url=url_for("records.record", reference=task.reference),
        opened=task.opened,
        due=task.due,
        left=None if left is None else words_left(left),
        overdue=left is not None and left < 0,
        told=_told(task),
    )


def _told(task: Task) -> str:
    if task.how is None or task.told_on is None:
        return ""
    return gettext("Told on %(day)s, %(how)s.", day=day_words(task.told_on), how=str(HOW[task.how]))


def _page(task: Task, form: ToldForm) -> str:
    row = _row(task, days.calendar(db.session()))
    return render("operator/recipients/task.html", task=row, form=form, errors=all_lines(form))
