"""The form and its receipt."""

from functools import cached_property

from flask import Blueprint, Response, abort, make_response, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, SelectField, StringField, ValidationError

from kelisim.domain.choices import ChoiceMethod
from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.documents import Document, Kind
from kelisim.domain.purposes import Purpose, purposes_of
from kelisim.domain.submissions import Draft, PersonalData
from kelisim.services import receipts, submissions
from kelisim.services.submission_rows import TextsChanged
from kelisim.services.texts import Stand
from kelisim.storage.db import db
from kelisim.web.choice_cookie import write_choice
from kelisim.web.choosing import decide_now, is_banner_answer, of_banner
from kelisim.web.form_tokens import Opened
from kelisim.web.forms import PublicForm, TickField, error_lines, sent_once, typed
from kelisim.web.frame import language, render, render_kept
from kelisim.web.house import house
from kelisim.web.issuer import issuer
from kelisim.web.log import say
from kelisim.web.pages import Notice
from kelisim.web.personal_fields import PersonalFields, parsed_name, parsed_phone
from kelisim.web.public.closed import closed_after_sending, closed_page, is_closed
from kelisim.web.public.documents import document_page, in_force
from kelisim.web.public.receipt_page import receipt_page
from kelisim.web.public.sending import PURPOSE, about, attested, read_good, shown, stated, suspicions
from kelisim.web.topic_fields import TopicFields, topic_choices

blueprint = Blueprint("submissions", __name__)

_FORM = "public/submissions/form.html"


class SubmissionForm(PersonalFields, TopicFields, PublicForm):
    """The form a visitor sends: the three personal fields, a topic, two boxes."""

    purpose = PURPOSE

    name = StringField(lazy_gettext("Name"), description=lazy_gettext("So that we know how to address you."))
    second_name = StringField(
        lazy_gettext("Second name"), description=lazy_gettext("Your family name, to tell you from your namesakes.")
    )
    phone = StringField(
        lazy_gettext("Phone number"),
        description=lazy_gettext(
            "So that we can call you back, for example 8 701 123 45 67. Outside Kazakhstan, with the country code."
        ),
    )
    topic = SelectField(lazy_gettext("What is it about?"), validate_choice=False)
    consent = TickField(lazy_gettext("I give my consent for the processing of my personal data"))
    mailing = TickField(lazy_gettext("Send me news and offers too (optional; you can stop them at any time)"))
    website = StringField(lazy_gettext("Leave this empty"))

    def __init__(self) -> None:
        super().__init__()
        self.topic.choices = topic_choices()

    @cached_property
    def shown_consent(self) -> Document:
        """The consent in force, in the language of the page."""
        return in_force(Kind.CONSENT)

    @cached_property
    def about(self) -> bytes:
        """The words that were shown: a form opened under other words asks for the consent again."""
        return about()

    @property
    def was_changed(self) -> bool:
        """True where the form was opened under other words."""
        return self.opened is not None and self.opened.about != self.about

    def validate_consent(self, field: Field) -> None:
        """The box must have been ticked, under the words that are in force."""
        sent_once(self, field)
        if self.was_changed:
            raise ValidationError(
                gettext("What you consent to has changed since you opened this page. Read it and tick the box again")
            )
        if not field.data:
            raise ValidationError(gettext("Tick the box to give your consent: without it we may not keep your data"))

    def draft(self) -> Draft:
        """What a valid form says."""
        return Draft(
            personal=PersonalData(
                name=parsed_name(self.name),
                second_name=parsed_name(self.second_name),
                phone=parsed_phone(self.phone),
            ),
            topic=Purpose(self.topic.data) if self.topic.data else None,
            mailing=bool(self.mailing.data),
            suspicions=suspicions(self.website.data, self.opened),
        )


@blueprint.get("/")
def form() -> str:
    """The empty form, or why there is none."""
    if is_closed():
        return closed_page()
    number = house().statements_number
    if number is None:
        return _page(SubmissionForm())
    shown = (in_force(Kind.CONSENT).sha256, in_force(Kind.POLICY).sha256, number)
    return render_kept(_FORM, shown, lambda: _page_values(SubmissionForm(), None))


@blueprint.post("/")
def send() -> AnyResponse | tuple[str, int]:
    """Take the form: its receipt, or the form again with what is to be mended."""
    sent = None if is_closed() else read_good()
    if sent is not None:
        try:
            # Read under texts that are known here, and written only if they are still those of the database.
            return _accepted(sent.draft, sent.opened, sent.shown, house().revisions.stand)
        except TextsChanged:
            pass
    # What is recorded was in force at this moment, whatever another worker has published since this one last looked.
    house().revisions.look(at_once=True)
    form = SubmissionForm()
    if is_closed():
        return _first_receipt(form) or _closed(form)
    if is_banner_answer(typed("answer")) and form.token_is_good and not form.was_changed:
        return _answered_meanwhile(form)
    if not form.validate() or form.opened is None:
        return _first_receipt(form) or _mend(form)
    return _accepted(form.draft(), form.opened, shown(), None)


def _accepted(draft: Draft, opened: Opened, under: tuple[Document, Document], stand: Stand | None) -> AnyResponse:
    accepted = submissions.accept(
        db.session(),
        draft,
        _consent(draft, *under),
        shown=under,
        form_id=opened.id,
        keys=house().keys,
        now=house().now,
        randomness=house().randomness,
        stated=house().stated,
        stand=stand,
    )
    if draft.suspicions:
        say("suspect", suspicions=list(draft.suspicions))
    return _to_receipt(accepted)


def _answered_meanwhile(form: SubmissionForm) -> AnyResponse:
    """The banner was answered in the middle of the form, without a script: the form again with all that was typed.

    The form's own token vouches for the answer; what was typed goes back to the page and nowhere else.
    """
    kept = decide_now(of_banner(typed("answer")), ChoiceMethod.BANNER)
    response = make_response(_page(form))
    write_choice(response, kept)
    return response


def _first_receipt(form: SubmissionForm) -> AnyResponse | None:
    """The receipt of a form that was taken before, however it looks now."""
    first = submissions.repeated(db.session(), form.opened.id, house().keys) if form.opened is not None else None
    return _to_receipt(first) if first is not None else None


def _closed(form: SubmissionForm) -> tuple[str, int]:
    say("submission", result="closed")
    return closed_after_sending(form), 503


def _mend(form: SubmissionForm) -> tuple[str, int]:
    say("submission", result=_why_not(form))
    if form.was_changed:
        form.consent.data = False
    return _page(form), 422


def _why_not(form: SubmissionForm) -> str:
    """Why a form comes back, as a code: the first of its reasons."""
    if form.was_changed:
        return "other_words"
    return "token" if not form.token_is_good else f"field_{next(iter(form.errors), 'none')}"


@blueprint.get("/receipt/<secret>")
def receipt(secret: str) -> str | Response:
    """The receipt behind its secret link. Nothing personal is on it."""
    found = receipts.by_secret(db.session(), secret, issuer=issuer())
    if found is None:
        abort(404)
    return render("public/submissions/receipt.html", receipt=receipt_page(found, secret))


def form_again(notice: Notice) -> str:
    """The form with everything that was typed, under a notice of something that is not the person's fault."""
    form = SubmissionForm()
    return closed_after_sending(form) if is_closed() else _page(form, notice)


def _page(form: SubmissionForm, notice: Notice | None = None) -> str:
    return render(_FORM, banner=True, **_page_values(form, notice))


def _page_values(form: SubmissionForm, notice: Notice | None) -> dict[str, object]:
    return {
        "form": form,
        "errors": error_lines(form),
        "notice": notice,
        "consent": document_page(form.shown_consent),
        "drafts": _drafts(form),
        "policy_url": url_for("documents.current", kind=Kind.POLICY),
        "statements": stated(),
        "version": house().statements_number,
        "attestations": attested(),
        "draft_days": house().settings.draft_days,
    }


def _to_receipt(accepted: submissions.Accepted) -> AnyResponse:
    say("submission", result="repeated" if accepted.repeated else "accepted")
    again = "1" if accepted.repeated else None
    return redirect(url_for("submissions.receipt", secret=accepted.secret, again=again), 303)


def _consent(draft: Draft, consent: Document, policy: Document) -> Consent:
    return Consent(
        revision=consent.revision,
        sha256=consent.sha256,
        policy_revision=policy.revision,
        policy_sha256=policy.sha256,
        language=language(),
        statements=Statements(person=attested(), operator=stated()),
        purposes=purposes_of(draft.topic, draft.mailing),
        given_at=house().now,
        method=Method.SITE_FORM,
    )


def _drafts(form: SubmissionForm) -> str:
    """The titles of the texts beside the form that nobody has approved yet."""
    shown = (form.shown_consent, in_force(Kind.POLICY))
    return ", ".join(document.title for document in shown if house().revisions.is_draft(document))
