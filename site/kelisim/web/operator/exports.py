"""Exports at the desk: asking for one, looking how far it is, saving it, taking it away."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, stream_with_context, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kelisim.services import exports
from kelisim.services.exports import Export, NoExport, NothingToSave, TooMany
from kelisim.storage.db import db
from kelisim.web.desk_session import BY_ITSELF
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.export_forms import ButtonForm, ExportForm
from kelisim.web.operator.export_values import TYPES, content, export_page, exports_page, file_name, scope_of
from kelisim.web.operator.filters import asked, lists
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.who import by_operator

blueprint = Blueprint("exports", __name__, url_prefix="/operator/exports")

# How soon a page about an unfinished export asks again, and how many exports a list shows.
_AGAIN_SECONDS, _SHOWN = 3, 20


@blueprint.get("")
def index() -> str:
    """What can be exported, and what was."""
    form = ExportForm()
    form.suggest()
    return _page(form)


@blueprint.post("")
def ask() -> AnyResponse | tuple[str, int]:
    """Ask for an export; the worker makes it."""
    form = ExportForm()
    if not form.is_whole() or not form.is_confirmed():
        return _page(form), 422
    settings = house().settings
    try:
        new_id = exports.ask(
            db.session(),
            form.wanted(scope_of(asked())),
            keys=house().keys,
            by=by_operator(),
            term=timedelta(hours=settings.export_hours),
            most=settings.exports_most,
            randomness=house().randomness,
        )
    except TooMany:
        form.form_errors.append(gettext("You have %(num)s exports: remove one first", num=settings.exports_most))
        return _page(form), 422
    return redirect(url_for("exports.one", export_id=new_id), 303)


@blueprint.get("/<uuid:export_id>")
def one(export_id: UUID) -> AnyResponse:
    """Where an export is. While it is made, the page asks again by itself."""
    return _one(_found(export_id))


@blueprint.post("/<uuid:export_id>/file")
def save(export_id: UUID) -> AnyResponse:
    """The file. Each saving is journalled."""
    found = _found(export_id)
    if not ButtonForm().validate():
        abort(400)
    try:
        rows = exports.save(db.session(), export_id, keys=house().keys, by=by_operator())
    except NothingToSave:
        return _one(_found(export_id), 409)
    parts: Iterator[bytes] = stream_with_context(content(found, rows))
    disposition = {"Content-Disposition": f'attachment; filename="{file_name(found)}"'}
    return Response(parts, content_type=TYPES[found.wanted.format], headers=disposition)


@blueprint.post("/<uuid:export_id>/remove")
def remove(export_id: UUID) -> AnyResponse:
    """Take an export away before its time."""
    if not ButtonForm().validate():
        abort(400)
    try:
        exports.remove(db.session(), export_id, by=by_operator())
    except NoExport:
        abort(404)
    except NothingToSave:
        return _one(_found(export_id), 409)
    return redirect(url_for("exports.one", export_id=export_id), 303)


def _found(export_id: UUID) -> Export:
    try:
        return exports.find(db.session(), export_id, by_operator())
    except NoExport:
        abort(404)


def _page(form: ExportForm) -> str:
    found = exports.of_operator(db.session(), by_operator(), rows=_SHOWN)
    page = exports_page(asked(), found)
    return render("operator/exports/list.html", exports=page, form=form, errors=all_lines(form))


def _one(found: Export, status: int = 200) -> AnyResponse:
    page = export_page(found, lists())
    answer = make_response(render("operator/exports/export.html", export=page, form=ButtonForm()), status)
    if page.unfinished:
        here = url_for("exports.one", export_id=found.id)
        answer.headers["Refresh"] = f"{_AGAIN_SECONDS}; url={here}?{BY_ITSELF}=1"
    return answer
