"""The journal at the desk: who did or saw what, whether it holds, the whole of it as a file."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, request, stream_with_context, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.spreadsheets import csv_text
from kelisim.services import jobs, journal_reading, operators
from kelisim.services.journal_reading import Line, Page, UnknownReference, Unreadable
from kelisim.storage.db import db
from kelisim.web.forms import error_lines
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.journal_pages import EntryRow, JournalPage
from kelisim.web.journal_words import about_words, act_words, actor_words, codes_of
from kelisim.web.list_pages import Chip
from kelisim.web.operator.journal_form import JournalForm
from kelisim.web.operator.proof import CHECK_JOB, proof_page
from kelisim.web.operator.request_forms import DeskForm
from kelisim.web.operator.who import by_operator

blueprint = Blueprint("journal", __name__, url_prefix="/operator")

_HOME = ZoneInfo("Asia/Almaty")
_MOST_DIGITS = 18
_NOTHING = Page((), earlier=False)


@blueprint.get("/journal")
def page() -> str | tuple[str, int]:
    """One page of it. Reading it is an act of access and is journalled."""
    names = operators.names(db.session())
    house().journal_watch.learn(journal_reading.last_check(db.session()))
    form, before = JournalForm(names), _before()
    if not form.validate():
        return _page(form, _NOTHING, names), 422
    try:
        found = journal_reading.read(
            db.session(), form.sought, before=before, rows=house().settings.page_rows, by=by_operator()
        )
    except UnknownReference:
        return _unknown(form, names)
    except Unreadable:
        return _page(form, _NOTHING, names, unreadable=True)
    return _page(form, found, names)


@blueprint.post("/journal")
def check() -> AnyResponse | tuple[str, int]:
    """Check the whole chain: now, or by the worker where it is long."""
    form = DeskForm()
    if not form.validate():
        abort(400)
    session, most = db.session(), house().settings.journal_check_entries
    if journal_reading.count(session) > most:
        # No page waits for a long chain: the worker checks it, and its result is shown here.
        journal_reading.note_asked(session, by=by_operator())
        jobs.ask(session, CHECK_JOB, now=house().now)
    else:
        checked = journal_reading.check(session, seed=house().keys.site.receipt_signature, by=by_operator())
        house().journal_watch.take(checked)
    return redirect(url_for("journal.page", _anchor="proof"), 303)


@blueprint.get("/journal.csv")
def file() -> Response | tuple[str, int]:
    """Every entry that fits, as CSV. Taking it is journalled."""
    names = operators.names(db.session())
    form = JournalForm(names)
    if not form.validate():
        return Response(_page(form, _NOTHING, names), 422)
    try:
        lines = journal_reading.export(db.session(), form.sought, by=by_operator())
    except UnknownReference:
        return Response(*_unknown(form, names))
    columns = ("number", "time", "act", "actor", "name", "about", "details", "mac")
    rows = csv_text(columns, (_csv_row(line, names) for line in lines))
    name = f"kelisim-journal-{house().now.astimezone(_HOME):%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(rows), content_type="text/csv; charset=utf-8", headers=disposition)


def _before() -> int | None:
    text = request.args.get("before")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        abort(404)
    return int(text)


def _unknown(form: JournalForm, names: dict[int, str]) -> tuple[str, int]:
    form.reference.errors = [gettext("No submission has this reference: check its eight signs")]
    return _page(form, _NOTHING, names), 422


def _page(form: JournalForm, found: Page, names: dict[int, str], *, unreadable: bool = False) -> str:
    parts = form.parts
    older = found.lines[-1].link.entry.number if found.earlier else None
    shown = JournalPage(
        rows=tuple(entry_row(line, names) for line in found.lines),
        filtered=bool(parts),
        chips=_chips(form),
        unreadable=unreadable,
        proof=proof_page(),
        csv_url=url_for("journal.file", **parts),
        newest_url=url_for("journal.page", **parts) if "before" in request.args else None,
        older_url=url_for("journal.page", **parts, before=older) if older is not None else None,
    )
    return render("operator/journal/page.html", journal=shown, form=form, check=DeskForm(), errors=error_lines(form))


def _chips(form: JournalForm) -> tuple[Chip, ...]:
    """Each part that narrows, in words, with the address without it."""
    parts = form.parts
    return tuple(
        Chip(f"{form[name].label.text}: {form.words(name)}", url_for("journal.page", **_without(parts, name)))
        for name in parts
    )


def _without(parts: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in parts.items() if other != name}


def entry_row(line: Line, names: dict[int, str]) -> EntryRow:
    """An entry in a list."""
    entry, reference = line.link.entry, line.reference
    return EntryRow(
        number=entry.number,
        at=entry.at,
        act=act_words(entry),
        who=actor_words(entry.actor, names),
        about=about_words(entry, reference),
        about_url=url_for("records.record", reference=reference) if reference is not None else None,
        codes=codes_of(entry),
    )


def _csv_row(line: Line, names: dict[int, str]) -> Sequence[str]:
    entry = line.link.entry
    return (
        str(entry.number),
        entry.at.astimezone(_HOME).isoformat(timespec="seconds"),
        str(entry.act),
        entry.actor,
        actor_words(entry.actor, names),
        line.reference or str(entry.details.get("register", "")) or entry.subject.hex,
        codes_of(entry),
        line.link.mac.hex(),
    )
