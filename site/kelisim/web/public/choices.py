"""The banner's answers, the preferences page, and the person's own records of choices."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.choices import ChoiceMethod, ChoicePurpose
from kelisim.domain.documents import Kind
from kelisim.services import choices
from kelisim.storage.db import db
from kelisim.web.choice_cookie import forget_choice, read_choice, standing_answers, write_choice
from kelisim.web.choice_words import CHOICE_TITLES
from kelisim.web.choosing import decide_now, is_banner_answer, of_banner
from kelisim.web.convenience import remember_appearance
from kelisim.web.cookies import APPEARANCES
from kelisim.web.forms import PublicForm, issue_token, typed
from kelisim.web.frame import SAID, render
from kelisim.web.pages import ErrorLine
from kelisim.web.public.choices_page import answers_shown, preferences_page
from kelisim.web.public.documents import document_page, in_force
from kelisim.web.security.walls import same_origin_path

blueprint = Blueprint("choices", __name__)

_YES_NO = {"yes": True, "no": False}


class ChoiceForm(PublicForm):
    """The token of the banner's and the preferences' forms; their answers are read one by one."""

    purpose = "choice"


@blueprint.get("/cookies")
def page() -> str:
    """What cookies are for, the preferences and the cookie table."""
    return _page(answers_shown(), ())


@blueprint.post("/cookies")
def choose() -> AnyResponse | tuple[str, int]:
    """Take an answer: from the banner for what it asks, from the page one by one."""
    form, answer = ChoiceForm(), typed("answer")
    if is_banner_answer(answer):
        return _keep(form, of_banner(answer), ChoiceMethod.BANNER)
    return _keep(form, _one_by_one(), ChoiceMethod.PAGE)


@blueprint.post("/appearance")
def look() -> AnyResponse | tuple[str, int]:
    """Remember how the site should look, where that was agreed to."""
    wanted = typed("appearance")
    if not ChoiceForm().validate() or wanted not in APPEARANCES:
        return _page(answers_shown(), (ErrorLine("", gettext("Choose how the site should look")),)), 422
    response = redirect(same_origin_path(typed("next"), url_for("choices.page")), 303)
    remember_appearance(response, wanted)
    return response


@blueprint.get("/cookies/records.json")
def records() -> Response:
    """This browser's own records, to keep."""
    kept = read_choice()
    if kept is None:
        abort(404)
    made = [
        {
            "decided_at": choice.decided_at.isoformat(),
            "method": choice.method,
            "language": choice.language,
            "answers": choice.answers,
            "versions": choice.versions,
            "expires_at": choice.expires_at.isoformat(),
        }
        for choice in choices.of_receipt(db.session(), kept.receipt_id)
    ]
    response = jsonify(receipt_id=kept.receipt_id, records=made)
    response.headers["Content-Disposition"] = 'attachment; filename="kelisim-choices.json"'
    return response


@blueprint.post("/cookies/forget")
def forget() -> AnyResponse | tuple[str, int]:
    """Delete the link between this browser and its records: they stay, and lead to nobody's device."""
    if not ChoiceForm().validate():
        return _page(answers_shown(), (_too_long_open(),)), 422
    response = redirect(url_for("choices.page", forgotten=1), 303)
    forget_choice(response)
    return response


def _keep(
    form: ChoiceForm, answers: Mapping[ChoicePurpose, bool], method: ChoiceMethod
) -> AnyResponse | tuple[str, int]:
    problems = _problems(form, answers, method)
    if problems:
        return _page({**standing_answers(), **answers}, problems), 422
    back = same_origin_path(typed("next"), url_for("choices.page")).partition("#")[0].partition("?")[0]
    response = redirect(f"{back}?{SAID}=1", 303)
    write_choice(response, decide_now(answers, method))
    return response


def _one_by_one() -> dict[ChoicePurpose, bool]:
    sent = {purpose: request.form.getlist(purpose.value) for purpose in ChoicePurpose}
    return {
        purpose: _YES_NO[values[0]] for purpose, values in sent.items() if len(values) == 1 and values[0] in _YES_NO
    }


def _problems(form: ChoiceForm, answers: Mapping[ChoicePurpose, bool], method: ChoiceMethod) -> tuple[ErrorLine, ...]:
    if not form.validate():
        return (_too_long_open(),)
    asked = ChoicePurpose if method is ChoiceMethod.PAGE else ()
    return tuple(ErrorLine(purpose.value, _unanswered(purpose)) for purpose in asked if purpose not in answers)


def _too_long_open() -> ErrorLine:
    return ErrorLine("", gettext("This page was open for too long. Check your answers and save them again"))


def _unanswered(purpose: ChoicePurpose) -> str:
    return gettext("Choose yes or no: %(purpose)s", purpose=str(CHOICE_TITLES[purpose]))


def _page(answers: Mapping[ChoicePurpose, bool], errors: tuple[ErrorLine, ...]) -> str:
    document = document_page(in_force(Kind.COOKIES))
    preferences = preferences_page(
        answers, errors, token=issue_token(ChoiceForm.purpose), forgotten=request.args.get("forgotten") == "1"
    )
    return render("public/choices/preferences.html", document=document, preferences=preferences, errors=errors)
