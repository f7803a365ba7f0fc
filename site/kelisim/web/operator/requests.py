"""The requests of persons: the queue, taking one in, its page, the decision about it, its letter."""

from typing import get_args
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import ValidationError

from kelisim.domain.acts import ActRefused, State
from kelisim.domain.deadlines import local_day
from kelisim.domain.grounds import KeepingProblem, RefusalGround
from kelisim.domain.requests import IDENTITIES, Channel, RequestProblem
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.services import days, operators, request_effects, request_reading, requests
from kelisim.services.changes import NothingChanged
from kelisim.services.request_effects import RequestObstacle
from kelisim.services.request_reading import Kept, Tab
from kelisim.services.requests import EnteredBefore
from kelisim.storage.db import db
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.act_forms import MeetAgainForm, RefuseAgainForm
from kelisim.web.operator.letters import letter_at_desk
from kelisim.web.operator.request_forms import (
    CorrectionForm,
    DeskForm,
    IdentityForm,
    IntakeForm,
    MeetForm,
    RefusalForm,
    all_lines,
)
from kelisim.web.operator.request_pages import meeting_page, refusal_page, request_page, requests_page
from kelisim.web.operator.who import by_operator
from kelisim.web.own_words import NOTHING_CHANGED
from kelisim.web.request_words import PROBLEMS

blueprint = Blueprint("requests", __name__, url_prefix="/operator/requests")

Answer = str | Response | tuple[str, int]
_NOT_PERMITTED = lazy_gettext("The state of the record does not permit this: see the record")
# Where a problem is shown; what is not here belongs to no field.
_FIELDS = {
    "received": "received",
    "reference": "reference",
    "record": "reference",
    "identity": "identity",
    "objection": "objection",
    "ground": "ground",
    "data": "ground",
    "term": "until",
}
_REFUSED = (RequestProblem, RequestObstacle, KeepingProblem, ActRefused, NothingChanged, ValidationError)


@blueprint.get("")
def queue() -> str:
    """What is due, what is overdue, what is done."""
    tab, skip = _tab(), _number("skip")
    today, rows = local_day(house().now), house().settings.page_rows
    session = db.session()
    found = request_reading.queue(session, tab, today=today, skip=skip, rows=rows + 1)
    counts = request_reading.counts(session, today=today)
    page = requests_page(found, counts, tab, skip, rows, days.calendar(session), today)
    return render("operator/requests/queue.html", requests=page)


@blueprint.get("/new")
def intake() -> str:
    """The form for a letter or an e-mail: empty, or begun from a record."""
    form = IntakeForm()
    form.begin(request.args)
    return _intake_page(form)


@blueprint.post("/new")
def take_in() -> Answer:
    """Enter a letter or an e-mail."""
    form = IntakeForm()
    if not form.validate():
        return _intake_page(form), 422
    try:
        new = requests.take_in(
            db.session(),
            reference=form.quoted,
            kind=RequestKind(form.kind.data),
            channel=Channel(form.channel.data),
            identity=form.checked,
            received=form.day,
            language=form.language.data,
            terms=house().settings.terms,
            by=by_operator(),
            randomness=house().randomness,
            entry=form.entry_id,
            objection=form.objected,
        )
    except EnteredBefore as before:
        return redirect(url_for("requests.one", request_id=before.id, again="1"), 303)
    except _REFUSED as problem:
        _show(form, problem)
        return _intake_page(form), 422
    return redirect(url_for("requests.one", request_id=new), 303)


@blueprint.get("/<uuid:request_id>")
def one(request_id: UUID) -> str:
    """One request with its steps and what can be done now."""
    kept = _found(request_id)
    return _one_page(kept, _identity_form(kept))


@blueprint.post("/<uuid:request_id>")
def step(request_id: UUID) -> Answer:
    """Take a request up, or note how it was checked who asks."""
    kept = _found(request_id)
    form = _identity_form(kept)
    take_up = typed("step") == "take_up"
    if not take_up and not form.validate():
        return _one_page(kept, form), 422
    try:
        if take_up:
            requests.take_up(db.session(), request_id, by=by_operator())
        elif form.checked is not None:
            requests.identify(db.session(), request_id, form.checked, reference=form.quoted, by=by_operator())
    except _REFUSED as problem:
        _show(form, problem)
        return _one_page(_found(request_id), form), 422
    return _back(request_id)


@blueprint.get("/<uuid:request_id>/meet")
def meeting(request_id: UUID) -> str:
    """What follows if the request is met."""
    kept = _found(request_id)
    return _meet_page(kept, _meet_form(kept))


@blueprint.post("/<uuid:request_id>/meet")
def meet(request_id: UUID) -> Answer:
    """Answer or finish the request, and do to the record what was asked."""
    kept = _found(request_id)
    form = _meet_form(kept)
    if not form.validate() or (isinstance(form, MeetAgainForm) and not form.is_confirmed()):
        return _meet_page(kept, form), 422
    try:
        if isinstance(form, CorrectionForm):
            keys, randomness = house().keys, house().randomness
            requests.correct(
                db.session(), request_id, form.values(), keys=keys, by=by_operator(), randomness=randomness
            )
        else:
            requests.meet(db.session(), request_id, by=by_operator())
    except _REFUSED as problem:
        _show(form, problem)
        return _meet_page(_found(request_id), form), 422
    return _back(request_id)


@blueprint.get("/<uuid:request_id>/refuse")
def refusing(request_id: UUID) -> str:
    """On what ground."""
    kept = _found(request_id)
    return _refuse_page(kept, _refusal_form(kept))


@blueprint.post("/<uuid:request_id>/refuse")
def refuse(request_id: UUID) -> Answer:
    """Refuse the request on a ground."""
    kept = _found(request_id)
    form = _refusal_form(kept)
    if not form.validate() or (isinstance(form, RefuseAgainForm) and not form.is_confirmed()):
        return _refuse_page(kept, form), 422
    try:
        ground = RefusalGround(form.ground.data)
        requests.refuse(db.session(), request_id, ground, until=form.last_day, by=by_operator())
    except _REFUSED as problem:
        _show(form, problem)
        return _refuse_page(_found(request_id), form), 422
    return _back(request_id)


@blueprint.get("/<uuid:request_id>/letter")
def letter(request_id: UUID) -> str:
    """The letter that says where the request stands, ready to print. Data in it are an act of access."""
    return render("operator/requests/letter.html", letter=letter_at_desk(_found(request_id)))


def _found(request_id: UUID) -> Kept:
    kept = request_reading.find(db.session(), request_id)
    if kept is None:
        abort(404)
    return kept


def _back(request_id: UUID) -> Response:
    return redirect(url_for("requests.one", request_id=request_id), 303)


def _tab() -> Tab:
    asked = request.args.get("tab", "")
    for tab in get_args(Tab):
        if tab == asked:
            return tab
    if asked:
        abort(404)
    return "overdue" if request_reading.counts(db.session(), today=local_day(house().now)).overdue else "due"


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        abort(404)
    return int(text)


def _identity_form(kept: Kept) -> IdentityForm:
    return IdentityForm(sorted(IDENTITIES[kept.request.channel]), may_wait=False)


def _meet_form(kept: Kept) -> DeskForm:
    if RIGHTS[kept.request.kind].done is State.DESTROYED or _destroys(kept, met=True):
        return MeetAgainForm()
    return CorrectionForm() if kept.request.kind in {RequestKind.CORRECT, RequestKind.COMPLETE} else MeetForm()


def _refusal_form(kept: Kept) -> RefusalForm:
    return RefuseAgainForm(kept.request) if _destroys(kept, met=False) else RefusalForm(kept.request)


def _destroys(kept: Kept, *, met: bool) -> bool:
    return request_effects.destroys(db.session(), kept.id, met=met, by=by_operator())


def _show(form: DeskForm, problem: Exception) -> None:
    """Put what the service refused beside its field, or above the form."""
    if isinstance(problem, NothingChanged):
        text, name = str(NOTHING_CHANGED), "name"
    elif isinstance(problem, ActRefused):
        text, name = str(_NOT_PERMITTED), ""
    else:
        code = str(problem)
        text, name = str(PROBLEMS[code]), _FIELDS.get(code, "")
    if name in form:
        form[name].errors = [text]
    else:
        form.form_errors.append(text)


def _intake_page(form: IntakeForm) -> str:
    return render(
        "operator/requests/new.html",
        form=form,
        errors=all_lines(form),
        today=local_day(house().now),
        entry=form.entry_id.hex,
    )


def _one_page(kept: Kept, form: IdentityForm) -> str:
    session = db.session()
    taken, names = request_reading.steps(session, kept.id), operators.names(session)
    page = request_page(kept, taken, names, days.calendar(session), local_day(house().now))
    again = request.args.get("again") == "1"
    return render("operator/requests/request.html", request=page, form=form, errors=all_lines(form), again=again)


def _meet_page(kept: Kept, form: DeskForm) -> str:
    return render(
        "operator/requests/meet.html",
        decision=meeting_page(kept),
        form=form,
        corrects=isinstance(form, CorrectionForm),
        errors=all_lines(form),
    )


def _refuse_page(kept: Kept, form: RefusalForm) -> str:
    return render(
        "operator/requests/ground.html",
        decision=refusal_page(kept, form.keeps, destroys=isinstance(form, RefuseAgainForm)),
        form=form,
        keeps=form.keeps,
        errors=all_lines(form),
    )
