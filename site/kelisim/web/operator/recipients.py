"""The register of recipients at the desk."""

from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Form

from kelisim.domain.recipients import Recipient, RecipientProblem
from kelisim.services import recipients
from kelisim.storage.db import db
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.recipient_forms import ContactForm, EndForm, RecipientForm, UndertakingForm, WebhookForm
from kelisim.web.operator.recipient_values import recipient_page, recipients_page
from kelisim.web.operator.request_forms import DeskForm, all_lines
from kelisim.web.operator.who import by_operator
from kelisim.web.pages import DecisionPage
from kelisim.web.recipient_words import PROBLEMS

blueprint = Blueprint("recipients", __name__, url_prefix="/operator/recipients")

Answer = str | Response | tuple[str, int]
_FIELDS = {"bin": "number", "known": "number"}


@blueprint.get("")
def index() -> str:
    """The register."""
    return render("operator/recipients/list.html", recipients=recipients_page(recipients.all_of_them(db.session())))


@blueprint.get("/new")
def new() -> str:
    """The empty form."""
    return _new_page(RecipientForm())


@blueprint.post("/new")
def add() -> Answer:
    """Enter a recipient."""
    form = RecipientForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        new_id = recipients.add(db.session(), form.facts(), by=by_operator(), randomness=house().randomness)
    except RecipientProblem as problem:
        _show(form, problem)
        return _new_page(form), 422
    return _back(new_id)


@blueprint.get("/<uuid:recipient_id>")
def one(recipient_id: UUID) -> str:
    """One recipient with its undertakings and its history."""
    return _page(_found(recipient_id))


@blueprint.post("/<uuid:recipient_id>")
def set_contact(recipient_id: UUID) -> Answer:
    """Change where it is reached, or its public key."""
    found, form = _found(recipient_id), ContactForm()
    if not form.validate():
        return _page(found, contact=form), 422
    try:
        recipients.set_contact(
            db.session(), recipient_id, form.contact.data or "", form.age_key.data or "", by=by_operator()
        )
    except RecipientProblem as problem:
        _show(form, problem)
        return _page(_found(recipient_id), contact=form), 422
    return _back(recipient_id)


@blueprint.post("/<uuid:recipient_id>/undertakings")
def undertake(recipient_id: UUID) -> Answer:
    """Add an undertaking."""
    found = _found(recipient_id)
    form = UndertakingForm(found)
    if not form.validate():
        return _page(found, undertaking=form), 422
    try:
        recipients.undertake(db.session(), recipient_id, form.undertaking(), by=by_operator())
    except RecipientProblem as problem:
        _show(form, problem)
        return _page(_found(recipient_id), undertaking=form), 422
    return _back(recipient_id)


@blueprint.post("/<uuid:recipient_id>/webhook")
def set_webhook(recipient_id: UUID) -> Answer:
    """Set the recipient's address with a new secret, which the answer shows this once; or take both out."""
    found, form, there = _found(recipient_id), WebhookForm(), house()
    if not form.validate():
        return _page(found, webhook=form), 422
    try:
        secret = recipients.set_webhook(
            db.session(),
            recipient_id,
            form.webhook.data or "",
            keys=there.keys,
            by=by_operator(),
            randomness=there.randomness,
        )
    except RecipientProblem as problem:
        _show(form, problem)
        return _page(_found(recipient_id), webhook=form), 422
    if secret is None:
        return _back(recipient_id)
    back_url = url_for("recipients.one", recipient_id=recipient_id)
    return render("operator/recipients/secret.html", name=found.name, secret=secret, back_url=back_url)


@blueprint.get("/<uuid:recipient_id>/end")
def ending(recipient_id: UUID) -> str:
    """What follows if the recipient is ended."""
    return _end_page(_found(recipient_id), EndForm())


@blueprint.post("/<uuid:recipient_id>/end")
def end(recipient_id: UUID) -> Answer:
    """End the recipient."""
    found, form = _found(recipient_id), EndForm()
    if not form.validate():
        return _end_page(found, form), 422
    try:
        recipients.end(db.session(), recipient_id, by=by_operator())
    except RecipientProblem as problem:
        form.form_errors.append(str(PROBLEMS[problem.code]))
        return _end_page(_found(recipient_id), form), 422
    return _back(recipient_id)


def _found(recipient_id: UUID) -> Recipient:
    found = recipients.find(db.session(), recipient_id)
    if found is None:
        abort(404)
    return found


def _back(recipient_id: UUID) -> Response:
    # This worker tells visitors of it at once, the others within seconds.
    house().revisions.look(at_once=True)
    return redirect(url_for("recipients.one", recipient_id=recipient_id), 303)


def _show(form: Form, problem: RecipientProblem) -> None:
    """Put what the domain refused beside its field, or above the form."""
    name, text = _FIELDS.get(problem.code, problem.code), str(PROBLEMS[problem.code])
    if name in form:
        form[name].errors = [text]
    else:
        form.form_errors.append(text)


def _new_page(form: RecipientForm) -> str:
    return render("operator/recipients/new.html", form=form, errors=all_lines(form))


def _page(
    found: Recipient,
    *,
    contact: ContactForm | None = None,
    undertaking: UndertakingForm | None = None,
    webhook: WebhookForm | None = None,
) -> str:
    sent: DeskForm | None = contact or undertaking or webhook
    if contact is None:
        contact = ContactForm(formdata=None, data={"contact": found.contact, "age_key": found.age_key})
    return render(
        "operator/recipients/recipient.html",
        recipient=recipient_page(found),
        contact=contact,
        webhook=webhook or WebhookForm(formdata=None, data={"webhook": found.webhook}),
        undertaking=undertaking or UndertakingForm(found),
        errors=all_lines(sent) if sent is not None else (),
    )


def _end_page(found: Recipient, form: EndForm) -> str:
    decision = DecisionPage(
        title=gettext("End the recipient %(name)s", name=found.name),
        consequences=(
            gettext("From today on it gets nothing more, and what waits to go out to it does not go."),
            gettext("What it was handed stays in the register, and it must still be told of changes and withdrawals."),
            gettext("To work with it again you enter it anew, with a new undertaking."),
        ),
        button=gettext("End the recipient"),
        url=url_for("recipients.end", recipient_id=found.id),
        back_url=url_for("recipients.one", recipient_id=found.id),
    )
    return render("operator/requests/decision.html", decision=decision, form=form, errors=all_lines(form))
