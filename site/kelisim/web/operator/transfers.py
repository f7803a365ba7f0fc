"""Handing a record over at the desk, and the register of transfers."""

from datetime import timedelta
from typing import cast, get_args
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import is_reference
from kelisim.domain.transfers import TransferRefused, Way
from kelisim.services import deliveries, recipients, transfers
from kelisim.services.records import NoRecord
from kelisim.services.transfers import Tab, Transfer
from kelisim.storage.db import db
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.issuer import transfer_paper
from kelisim.web.operator.recipient_forms import EndForm, TransferForm
from kelisim.web.operator.recipient_values import transfer_page, transfers_page
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.who import by_operator
from kelisim.web.public.receipts import attachment
from kelisim.web.recipient_words import REFUSALS

blueprint = Blueprint("transfers", __name__, url_prefix="/operator")

Answer = str | Response | tuple[str, int]
_STEPS = {"again": deliveries.try_again, "give_up": deliveries.give_up}


@blueprint.get("/submissions/<reference>/transfer")
def new(reference: str) -> str:
    """To whom, for what, how, and what follows."""
    return _new_page(reference, _form(reference))


@blueprint.post("/submissions/<reference>/transfer")
def hand_over(reference: str) -> Answer:
    """Hand the record over, or say why not."""
    form = _form(reference)
    if not form.validate():
        return _new_page(reference, form), 422
    try:
        new_id = transfers.hand_over(
            db.session(),
            reference,
            UUID(hex=form.recipient.data),
            Purpose(form.purpose.data),
            Way(form.way.data),
            paper=transfer_paper(),
            keys=house().keys,
            file_term=timedelta(hours=house().settings.transfer_file_hours),
            by=by_operator(),
            randomness=house().randomness,
        )
    except TransferRefused as refused:
        form.form_errors.append(str(REFUSALS[refused.reason]))
        return _new_page(reference, form), 422
    return redirect(url_for("transfers.one", transfer_id=new_id), 303)


@blueprint.get("/transfers")
def register() -> str:
    """The register of transfers."""
    tab, before, rows = _tab(), _before(), house().settings.page_rows
    found = transfers.register(db.session(), tab, before=before, rows=rows + 1)
    page = transfers_page(found, tab, rows=rows, older=before is not None)
    return render("operator/transfers/register.html", transfers=page)


@blueprint.get("/transfers/<uuid:transfer_id>")
def one(transfer_id: UUID) -> str:
    """One transfer and where it is."""
    return _page(_found(transfer_id), EndForm())


@blueprint.post("/transfers/<uuid:transfer_id>")
def step(transfer_id: UUID) -> Answer:
    """Try a webhook again that did not arrive, or give it up."""
    found, form = _found(transfer_id), EndForm()
    act = _STEPS.get(typed("step"))
    if act is None or not form.validate():
        return _page(found, form), 422
    try:
        act(db.session(), transfer_id, by=by_operator())
    except deliveries.NothingWaits:
        abort(409)
    return redirect(url_for("transfers.one", transfer_id=transfer_id), 303)


@blueprint.post("/transfers/<uuid:transfer_id>/file")
def save_file(transfer_id: UUID) -> Answer:
    """The file that only the recipient opens."""
    found, form = _found(transfer_id), EndForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        content = deliveries.save_file(db.session(), transfer_id, keys=house().keys, by=by_operator())
    except TransferRefused as refused:
        form.form_errors.append(str(REFUSALS[refused.reason]))
        return _page(_found(transfer_id), form), 422
    except deliveries.NothingWaits:
        abort(409)
    return attachment(content, f"kelisim-{found.reference}.json.age", "application/octet-stream")


def _form(reference: str) -> TransferForm:
    if not is_reference(reference):
        abort(404)
    session = db.session()
    try:
        purposes = transfers.purposes(session, reference)
    except NoRecord:
        abort(404)
    return TransferForm(recipients.all_of_them(session), purposes)


def _found(transfer_id: UUID) -> Transfer:
    found = transfers.find(db.session(), transfer_id)
    if found is None:
        abort(404)
    return found


def _tab() -> Tab:
    asked = request.args.get("tab", "all")
    if asked not in get_args(Tab):
        abort(404)
    return cast(Tab, asked)


def _before() -> UUID | None:
    text = request.args.get("before")
    if text is None:
        return None
    try:
        return UUID(hex=text)
    except ValueError:
        abort(404)


def _page(found: Transfer, form: EndForm) -> str:
    return render("operator/transfers/transfer.html", transfer=transfer_page(found), form=form, errors=all_lines(form))


def _new_page(reference: str, form: TransferForm) -> str:
    return render("operator/transfers/new.html", reference=reference, form=form, errors=all_lines(form))
