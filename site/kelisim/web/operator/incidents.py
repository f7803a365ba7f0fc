"""The register of incidents at the desk: entering one, its page, its steps, the ready notice."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from kelisim.domain.deadlines import local_day
from kelisim.domain.incidents import IncidentKind, IncidentProblem, IncidentStep, Outcome, Step
from kelisim.domain.languages import LANGUAGES
from kelisim.services import days, incidents, operators
from kelisim.services.incidents import Incident
from kelisim.storage.db import db
from kelisim.web.forms import typed
from kelisim.web.frame import language, render
from kelisim.web.house import house
from kelisim.web.operator.incident_forms import AddForm, CloseForm, IncidentForm, NotifyForm, show
from kelisim.web.operator.incident_values import incident_page, incidents_page, notice_page
from kelisim.web.operator.request_forms import DeskForm, all_lines, day_of
from kelisim.web.operator.who import by_operator

blueprint = Blueprint("incidents", __name__, url_prefix="/operator/incidents")

Answer = str | Response | tuple[str, int]
Forms = tuple[AddForm, NotifyForm, CloseForm]


@blueprint.get("")
def index() -> str:
    """The register, the newest first."""
    session, settings, before = db.session(), house().settings, _before()
    found, older = incidents.page(session, before=before, rows=settings.page_rows, terms=settings.terms)
    page = incidents_page(found, older, before, days.calendar(session), local_day(house().now))
    return render("operator/incidents/list.html", incidents=page)


@blueprint.get("/new")
def new() -> str:
    """The empty form."""
    return _new_page(IncidentForm())


@blueprint.post("/new")
def register() -> Answer:
    """Enter an incident."""
    form = IncidentForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        new_id = incidents.register(
            db.session(),
            IncidentKind(form.kind.data),
            form.found_at,
            form.facts,
            measures=form.done,
            note=form.said,
            by=by_operator(),
            randomness=house().randomness,
        )
    except IncidentProblem as problem:
        show([form], problem.code)
        return _new_page(form), 422
    return redirect(url_for("incidents.one", incident_id=new_id), 303)


@blueprint.get("/<uuid:incident_id>")
def one(incident_id: UUID) -> str:
    """One incident with its steps and what can be done now."""
    return _one_page(_found(incident_id), (AddForm(), NotifyForm(), CloseForm()))


@blueprint.post("/<uuid:incident_id>")
def step(incident_id: UUID) -> Answer:
    """Add something, note that the authority was told, or close it."""
    found, forms = _found(incident_id), (AddForm(), NotifyForm(), CloseForm())
    asked = {"add": forms[0], "notify": forms[1], "close": forms[2]}.get(typed("step"))
    if asked is None:
        abort(404)
    if not asked.validate():
        return _one_page(found, forms, asked), 422
    try:
        incidents.take(db.session(), incident_id, _step(asked), by=by_operator())
    except IncidentProblem as problem:
        show([asked], problem.code)
        return _one_page(_found(incident_id), forms, asked), 422
    return redirect(url_for("incidents.one", incident_id=incident_id), 303)


@blueprint.get("/<uuid:incident_id>/notice")
def notice(incident_id: UUID) -> str:
    """The notice to the authority, ready to print, in one of the languages."""
    asked = request.args.get("language", language())
    if asked not in LANGUAGES:
        abort(404)
    return render("operator/incidents/notice.html", notice=notice_page(_found(incident_id), asked))


def _step(form: DeskForm) -> Step:
    by = by_operator()
    if isinstance(form, AddForm):
        return Step(IncidentStep.ADD, by.now, by.actor, form.done, form.said, form.facts)
    if isinstance(form, NotifyForm):
        number = " ".join((form.number.data or "").split())
        return Step(IncidentStep.NOTIFY, by.now, by.actor, told_on=day_of(form.told_on), number=number)
    outcome = Outcome(form.outcome.data)
    return Step(IncidentStep.CLOSE, by.now, by.actor, outcome=outcome)


def _found(incident_id: UUID) -> Incident:
    found = incidents.find(db.session(), incident_id, terms=house().settings.terms)
    if found is None:
        abort(404)
    return found


def _before() -> UUID | None:
    text = request.args.get("before")
    try:
        return UUID(hex=text) if text is not None else None
    except ValueError:
        abort(404)


def _new_page(form: IncidentForm) -> str:
    return render("operator/incidents/new.html", form=form, errors=all_lines(form), today=local_day(house().now))


def _one_page(found: Incident, forms: Forms, asked: DeskForm | None = None) -> str:
    session, today = db.session(), local_day(house().now)
    page = incident_page(found, operators.names(session), days.calendar(session), today)
    add, notify, close = forms
    return render(
        "operator/incidents/incident.html",
        incident=page,
        add=add,
        notify=notify,
        close=close,
        errors=all_lines(asked) if asked is not None else (),
        today=today,
    )
