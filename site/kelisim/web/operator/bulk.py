"""Acts on the ticked rows of the list: a confirmation that counts and samples, then what was done and what was not."""

import json

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from kelisim.domain.bulk import BulkAct, Outcome
from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose
from kelisim.domain.transfers import Way
from kelisim.services import bulk, recipients, search, tags
from kelisim.storage.db import db
from kelisim.web.bulk_pages import BulkPage, ResultPage, ResultRow
from kelisim.web.bulk_words import BULK_BUTTONS, BULK_MEANS, refusal_words
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.bulk_transfers import files_page, handed_over
from kelisim.web.operator.filters import asked
from kelisim.web.operator.listing import list_page, place, where_asked
from kelisim.web.operator.recipient_forms import EndForm, TransferForm
from kelisim.web.operator.request_forms import DeskForm, all_lines
from kelisim.web.operator.use_forms import BulkTagForm, ContactForm
from kelisim.web.operator.who import by_operator

blueprint = Blueprint("bulk", __name__, url_prefix="/operator/bulk")

_SAMPLES, _MOST = 5, 200


@blueprint.post("")
def confirm() -> str:
    """What is about to be done, and to which records; with nothing ticked, the list with a word about it."""
    kind, references = _act(), _ticked()
    if not references:
        return render("operator/submissions/list.html", submissions=list_page(asked(), place(), nothing_ticked=True))
    form = _form(kind)
    if isinstance(form, ContactForm):
        form.day.data = local_day(house().now).isoformat()
    return _page(kind, references, form)


@blueprint.post("/do")
def do() -> Response | tuple[str, int]:
    """Do it."""
    kind, references, form = _act(), _ticked(), _form(_act())
    if not form.validate():
        return _page(kind, references, form, sent=True), 422
    outcome, files = _carry_out(kind, references, form), None
    if isinstance(form, TransferForm) and form.way.data == Way.FILE and outcome.done:
        files = (form.recipient.data, house().now.isoformat())
    told = search.sealed_text(_told(kind, outcome, files), keys=house().keys, randomness=house().randomness)
    return redirect(url_for("bulk.result", told=told, **where_asked(asked())), 303)


@blueprint.get("/result")
def result() -> str:
    """What was done and what was not, and why."""
    opened = search.opened_text(request.args.get("told", ""), keys=house().keys)
    try:
        kind, done, refused, files = json.loads(opened or "")
        page = ResultPage(
            title=str(BULK_BUTTONS[BulkAct(kind)]),
            done=int(done),
            refused=tuple(
                ResultRow(reference, refusal_words(code), url_for("records.record", reference=reference))
                for reference, code in refused
            ),
            back_url=url_for("records.index", **where_asked(asked())),
            files=files_page(*files) if files else None,
        )
    except (ValueError, KeyError, TypeError):
        abort(404)
    return render("operator/submissions/bulk_result.html", result=page, form=EndForm())


def _page(kind: BulkAct, references: list[str], form: DeskForm, *, sent: bool = False) -> str:
    rows = bulk.ticked(db.session(), references, house().keys)
    samples = tuple(f"{row.reference} {row.masked_name}".strip() for row in rows[:_SAMPLES])
    page = BulkPage(
        title=ngettext(
            "%(act)s: %(num)s submission", "%(act)s: %(num)s submissions", len(rows), act=BULK_BUTTONS[kind]
        ),
        act=kind.value,
        references=tuple(row.reference for row in rows),
        samples=samples,
        further=len(rows) - len(samples),
        means=str(BULK_MEANS[kind]),
        button=str(BULK_BUTTONS[kind]),
        url=url_for("bulk.do", **where_asked(asked())),
        back_url=url_for("records.index", **where_asked(asked())),
        has_contact=isinstance(form, ContactForm),
        has_tag=isinstance(form, BulkTagForm),
        has_transfer=isinstance(form, TransferForm),
    )
    return render(
        "operator/submissions/bulk.html",
        bulk=page,
        form=form,
        errors=all_lines(form) if sent else (),
        today=local_day(house().now),
    )


def _form(kind: BulkAct) -> DeskForm:
    if kind is BulkAct.CONTACT:
        return ContactForm(Purpose)
    if kind in {BulkAct.TAG, BulkAct.UNTAG}:
        return BulkTagForm(tag for tag in tags.every(db.session()) if kind is BulkAct.UNTAG or not tag.retired)
    if kind is BulkAct.TRANSFER:
        return TransferForm(recipients.all_of_them(db.session()), Purpose)
    return DeskForm()


def _act() -> BulkAct:
    if typed("act") not in set(BulkAct):
        abort(404)
    return BulkAct(typed("act"))


def _ticked() -> list[str]:
    return request.form.getlist("row")[:_MOST]


def _carry_out(kind: BulkAct, references: list[str], form: DeskForm) -> Outcome:
    if isinstance(form, TransferForm):
        return handed_over(references, form)
    contact = form.contact if isinstance(form, ContactForm) else None
    tag = form.tag_id if isinstance(form, BulkTagForm) else None
    return bulk.carry_out(db.session(), references, bulk.act(kind, contact=contact, tag=tag), by=by_operator())


def _told(kind: BulkAct, outcome: Outcome, files: tuple[str, str] | None) -> str:
    refused = [[one.reference, one.code] for one in outcome.refused]
    return json.dumps([kind.value, outcome.done, refused, files], separators=(",", ":"))
