"""Using a record: a contact is noted, tags are put on."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.domain.acts import ActRefused
from kelisim.domain.contacts import ContactProblem
from kelisim.domain.deadlines import local_day
from kelisim.domain.tags import TagProblem
from kelisim.services import contacts, tags
from kelisim.services.records import NoRecord
from kelisim.storage.db import db
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.filters import asked
from kelisim.web.operator.listing import where_asked
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.use_forms import ContactForm, TagsForm
from kelisim.web.operator.who import by_operator
from kelisim.web.record_pages import TagChoice
from kelisim.web.use_words import CONTACT_PROBLEMS, TAG_PROBLEMS

blueprint = Blueprint("uses", __name__, url_prefix="/operator/submissions/<reference>")

Answer = str | Response | tuple[str, int]


@blueprint.get("/contact")
def contact(reference: str) -> str:
    """The empty form of a contact, of today."""
    form = _contact_form(reference)
    form.day.data = local_day(house().now).isoformat()
    return _contact_page(reference, form)


@blueprint.post("/contact")
def note(reference: str) -> Answer:
    """Note a contact."""
    form = _contact_form(reference)
    if not form.validate():
        return _contact_page(reference, form), 422
    try:
        contacts.log(db.session(), reference, form.contact, by=by_operator())
    except ContactProblem as problem:
        form["purpose" if problem.code == "purpose" else "day"].errors = [str(CONTACT_PROBLEMS[problem.code])]
        return _contact_page(reference, form), 422
    except ActRefused:
        form.form_errors.append(gettext("The state of the record does not permit this: see the record"))
        return _contact_page(reference, form), 422
    return redirect(_record(reference), 303)


@blueprint.get("/tags")
def choose(reference: str) -> str:
    """The tags a record bears, and those it can bear."""
    return _tags_page(reference, TagsForm())


@blueprint.post("/tags")
def put(reference: str) -> Answer:
    """Let the record bear the ticked tags and no others."""
    form = TagsForm()
    wanted = {
        int(text) for text in request.form.getlist("tag") if text.isascii() and text.isdecimal() and len(text) < 9
    }
    try:
        tags.put_on(db.session(), reference, wanted, by=by_operator())
    except NoRecord:
        abort(404)
    except TagProblem as problem:
        form.form_errors.append(str(TAG_PROBLEMS[problem.code]))
        return _tags_page(reference, form), 422
    except ActRefused:
        form.form_errors.append(gettext("The state of the record does not permit this: see the record"))
        return _tags_page(reference, form), 422
    return redirect(_record(reference), 303)


def _contact_form(reference: str) -> ContactForm:
    try:
        return ContactForm(contacts.purposes_of_record(db.session(), reference))
    except NoRecord:
        abort(404)


def _contact_page(reference: str, form: ContactForm) -> str:
    return render(
        "operator/submissions/contact.html",
        reference=reference,
        form=form,
        errors=all_lines(form),
        today=local_day(house().now),
        url=url_for("uses.note", reference=reference, **_where()),
        back_url=_record(reference),
    )


def _tags_page(reference: str, form: TagsForm) -> str:
    session = db.session()
    try:
        borne = tags.of_reference(session, reference)
    except NoRecord:
        abort(404)
    choices = tuple(
        TagChoice(tag.id, tag.words, tag.id in borne)
        for tag in tags.every(session)
        if tag.id in borne or not tag.retired
    )
    return render(
        "operator/submissions/tags.html",
        reference=reference,
        form=form,
        errors=all_lines(form),
        choices=choices,
        url=url_for("uses.put", reference=reference, **_where()),
        back_url=_record(reference),
    )


def _record(reference: str) -> str:
    return url_for("records.record", reference=reference, **_where())


def _where() -> dict[str, Any]:
    return where_asked(asked())
