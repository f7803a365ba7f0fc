"""Entering a consent that was signed on paper, and its receipt to hand over."""

from flask import Blueprint, redirect, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.deadlines import day_begins, local_day
from kelisim.domain.purposes import purposes_of
from kelisim.services import receipts, search, submissions
from kelisim.services.papers import PaperEnteredBefore
from kelisim.services.submissions import Accepted
from kelisim.storage.db import db
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.issuer import issuer
from kelisim.web.operator.beside import phone_url, with_phone
from kelisim.web.operator.paper_form import PaperConsentForm
from kelisim.web.operator.paper_sheet import sheet_page
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.who import by_operator
from kelisim.web.paper_pages import EnteredPage
from kelisim.web.public.closed import is_closed
from kelisim.web.words import attestations

blueprint = Blueprint("papers", __name__, url_prefix="/operator/submissions")


@blueprint.get("/new")
def new() -> str:
    """The empty form."""
    return _page(PaperConsentForm())


@blueprint.post("/new")
def enter() -> str | Response | tuple[str, int]:
    """Enter the paper: the receipt, whose secret is in this answer and nowhere else."""
    house().revisions.look(at_once=True)
    form = PaperConsentForm()
    if is_closed():
        return _page(form), 409
    if form.opened is None or not form.is_fresh:
        return _too_late(form)
    good = form.validate()
    first = submissions.repeated(db.session(), form.opened.id, house().keys)
    if first is not None:
        return _entered(first, 0, "")
    if not good:
        return _page(form), 422
    phone = form.personal.phone
    same = _same_phone(phone)
    try:
        accepted = _accept(form, form.opened.id)
    except PaperEnteredBefore as before:
        form.number.errors = [gettext("The paper with this number is entered already: %(one)s", one=before.reference)]
        return _page(form), 422
    return _entered(accepted, same, phone_url(phone))


def _same_phone(phone: str) -> int:
    """How many have this number so far; what has come in lately is entered into the index first."""
    settings = house().settings
    search.enter(db.session(), keys=house().keys, least=settings.search_least, rows=settings.search_batch)
    return with_phone(phone)


def _accept(form: PaperConsentForm, entry: bytes) -> Accepted:
    texts, by = form.stands_on, by_operator()
    draft, language = form.draft(), texts.consent.language
    stated = house().stated
    with force_locale(language):
        signed = attestations()
    consent = Consent(
        revision=texts.consent.revision,
        sha256=texts.consent.sha256,
        policy_revision=texts.policy.revision,
        policy_sha256=texts.policy.sha256,
        language=language,
        statements=Statements(person=signed, operator=stated.words[language]),
        purposes=purposes_of(draft.topic, draft.mailing),
        given_at=day_begins(form.day),
        method=Method.PAPER,
    )
    return submissions.accept(
        db.session(),
        draft,
        consent,
        shown=(texts.consent, texts.policy),
        form_id=entry,
        keys=house().keys,
        now=by.now,
        randomness=house().randomness,
        stated=stated,
        paper=form.paper(by.actor),
    )


def _too_late(form: PaperConsentForm) -> Response | tuple[str, int]:
    """To the record, where this page entered it before; its receipt is not shown again."""
    first = submissions.repeated(db.session(), form.opened.id, house().keys) if form.opened is not None else None
    found = receipts.by_secret(db.session(), first.secret, issuer=issuer()) if first is not None else None
    if found is not None:
        return redirect(url_for("records.record", reference=found.receipt.reference), 303)
    form.form_errors.append(gettext("This page was open for too long. Check what you typed and send it again."))
    return _page(form), 422


def _entered(accepted: Accepted, same_phone: int, same_phone_url: str) -> str:
    """The receipt in the person's language, inside the desk's page."""
    found = receipts.by_secret(db.session(), accepted.secret, issuer=issuer())
    if found is None:
        raise RuntimeError("a record has its receipt")
    shown = EnteredPage(
        sheet=sheet_page(found, accepted.secret),
        repeated=accepted.repeated,
        record_url=url_for("records.record", reference=found.receipt.reference),
        same_phone=same_phone,
        same_phone_url=same_phone_url,
    )
    return render("operator/papers/entered.html", entered=shown)


def _page(form: PaperConsentForm) -> str:
    return render(
        "operator/papers/new.html",
        form=form,
        errors=all_lines(form),
        today=local_day(house().now),
        entry=form.entry,
        closed=is_closed(),
    )
