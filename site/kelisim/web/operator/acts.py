"""Decisions about one record as a whole; what nobody can take back is asked twice. The act that is written of it."""

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.desk_acts import IRREVERSIBLE, TAKES_AWAY, DeskAct, DeskActRefused, DeskStanding, why_not_at_desk
from kelisim.services import desk_acts, destructions, operators
from kelisim.services.destructions import Shown
from kelisim.services.records import NoRecord
from kelisim.storage.db import db
from kelisim.web.act_pages import ConfirmPage, DeskActLink, RecordActsPage
from kelisim.web.act_words import DESK_ACTS, TITLES, WHY_NOT
from kelisim.web.destruction_pages import destruction_page, operator_facts
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.issuer import issuer
from kelisim.web.operator.act_forms import ConfirmForm, ReasonForm
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.who import by_operator, who
from kelisim.web.pages import DecisionPage, ErrorLine
from kelisim.web.public.receipts import attachment

blueprint = Blueprint("acts", __name__, url_prefix="/operator/submissions/<reference>")

Answer = str | AnyResponse | tuple[str, int]


def record_acts(reference: str) -> RecordActsPage:
    """The decisions on the record's page, each with its address or the reason why not."""
    session = db.session()
    standing = desk_acts.standing(session, reference, by=by_operator())
    made = destructions.of_reference(session, reference)
    links = []
    for act in DeskAct:
        reason = why_not_at_desk(act, standing)
        url = url_for("acts.page", reference=reference, act=act.value) if reason is None else None
        links.append(DeskActLink(str(DESK_ACTS[act].link), url, "" if reason is None else str(WHY_NOT[reason])))
    if made is None:
        return RecordActsPage(tuple(links), None, None)
    title = str(TITLES[made.act]) % {"number": made.number}
    return RecordActsPage(tuple(links), title, url_for("acts.written", reference=reference))


@blueprint.get("/acts/<act>")
def page(reference: str, act: str) -> Answer:
    """What exactly, and what follows."""
    what, standing = _known(reference, act)
    return _page(reference, what, ReasonForm(what, standing.consent), standing)


@blueprint.post("/acts/<act>")
def choose(reference: str, act: str) -> Answer:
    """Do what can be taken back; ask once more before what cannot."""
    what, standing = _known(reference, act)
    form = ReasonForm(what, standing.consent)
    if not form.validate():
        return _page(reference, what, form, standing), 422
    if what in IRREVERSIBLE and why_not_at_desk(what, standing) is None:
        return _confirm(reference, what, _confirm_form(what, standing))
    return _do(reference, what, form, standing)


@blueprint.post("/acts/<act>/do")
def do(reference: str, act: str) -> Answer:
    """Do what was asked twice."""
    what, standing = _known(reference, act)
    if what not in IRREVERSIBLE:
        abort(404)
    form = _confirm_form(what, standing)
    if not form.validate():
        return _page(reference, what, form, standing), 422
    if isinstance(form, ConfirmForm) and why_not_at_desk(what, standing) is None and not form.is_confirmed():
        return _confirm(reference, what, form), 422
    return _do(reference, what, form, standing)


@blueprint.get("/destruction")
def written(reference: str) -> str:
    """The act of destruction, ready to print."""
    shown = _shown(reference)
    names = operators.names(db.session())
    page_value = destruction_page(
        shown,
        who=lambda actor: who(actor, names),
        file_url=url_for("acts.file", reference=reference),
        back_url=url_for("records.record", reference=reference),
    )
    return render("operator/acts/destruction.html", act=page_value)


@blueprint.get("/destruction.json")
def file(reference: str) -> Response:
    """The signed act as a file."""
    shown = _shown(reference)
    return attachment(shown.file, f"kelisim-{shown.made.act.value}-{shown.made.number}.json", "application/json")


def _shown(reference: str) -> Shown:
    session = db.session()
    found = destructions.by_reference(
        session, reference, issuer=issuer(), operator=operator_facts(), names=operators.names(session)
    )
    if found is None:
        abort(404)
    return found


def _known(reference: str, text: str) -> tuple[DeskAct, DeskStanding]:
    if text not in set(DeskAct):
        abort(404)
    try:
        return DeskAct(text), desk_acts.standing(db.session(), reference, by=by_operator())
    except NoRecord:
        abort(404)


def _do(reference: str, act: DeskAct, form: ReasonForm, standing: DeskStanding) -> Answer:
    try:
        desk_acts.carry_out(db.session(), reference, act, form.chosen_code, by=by_operator())
    except DeskActRefused as refused:
        form.form_errors.append(str(WHY_NOT[refused.reason]))
        return _page(reference, act, form, standing), 422
    return redirect(url_for("records.record", reference=reference), 303)


def _page(reference: str, act: DeskAct, form: ReasonForm, standing: DeskStanding) -> str:
    words, reason = DESK_ACTS[act], why_not_at_desk(act, standing)
    decision = DecisionPage(
        title=str(words.title) % {"reference": reference},
        consequences=tuple(str(text) for text in words.consequences),
        button=str(words.button) % {"reference": reference},
        url=url_for("acts.choose", reference=reference, act=act.value),
        back_url=url_for("records.record", reference=reference),
        permitted=reason is None,
    )
    # Where there is nothing to press there is no field either that a line could lead to.
    errors = all_lines(form) if reason is None else (ErrorLine("", str(WHY_NOT[reason])),)
    twice = act in IRREVERSIBLE
    return render("operator/acts/choose.html", decision=decision, form=form, twice=twice, errors=errors)


def _confirm_form(act: DeskAct, standing: DeskStanding) -> ReasonForm:
    """What takes the data away is decided by somebody who says once more who they are."""
    return ConfirmForm(act, standing.consent) if act in TAKES_AWAY else ReasonForm(act, standing.consent)


def _confirm(reference: str, act: DeskAct, form: ReasonForm) -> str:
    words = DESK_ACTS[act]
    confirm = ConfirmPage(
        title=str(words.title) % {"reference": reference},
        chosen=next((label for value, label, *_ in form.code.iter_choices() if value == typed("code")), "")
        if "code" in form
        else "",
        code=form.chosen_code,
        consequences=tuple(str(text) for text in words.consequences),
        button=str(words.button) % {"reference": reference},
        url=url_for("acts.do", reference=reference, act=act.value),
        back_url=url_for("records.record", reference=reference),
    )
    return render("operator/acts/confirm.html", confirm=confirm, form=form, errors=all_lines(form))
