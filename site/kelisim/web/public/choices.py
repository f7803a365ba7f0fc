"""The banner's answers and the preferences page."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.domain.choices import ChoiceMethod, ChoicePurpose, Kept, decide, everything, to_ask
from kelisim.domain.documents import Kind
from kelisim.services import choices
from kelisim.storage.db import db
from kelisim.web.choice_cookie import browser_signals, read_choice, standing_answers, write_choice
from kelisim.web.convenience import convenience_allowed, remember_appearance
from kelisim.web.cookies import APPEARANCES, cookie_rows
from kelisim.web.forms import PublicForm, issue_token, typed
from kelisim.web.frame import SAID, language, render, said
from kelisim.web.house import house
from kelisim.web.pages import ErrorLine, PreferencesPage, PurposeRow
from kelisim.web.public.documents import document_page, in_force
from kelisim.web.security import same_origin_path
from kelisim.web.words import CHOICE_DOES, CHOICE_SEEN_BY, CHOICE_TITLES

blueprint = Blueprint("choices", __name__)

_WHOLE_ANSWERS = {"accept": True, "reject": False}
_YES_NO = {"yes": True, "no": False}
_RECEIPT_BYTES = 16


class ChoiceForm(PublicForm):
    """The token of the banner's and the preferences' forms; their answers are read one by one."""

    purpose = "choice"


@blueprint.get("/cookies")
def page() -> str:
    """What cookies are for, the preferences and the cookie table."""
    return _page(_answered(), ())


@blueprint.post("/cookies")
def choose() -> Response | tuple[str, int]:
    """Take an answer: from the banner for everything, from the page one by one."""
    form = ChoiceForm()
    answer = typed("answer")
    answers = _of_banner(answer) if answer in _WHOLE_ANSWERS else _one_by_one()
    problems = _problems(form, answers, answer in _WHOLE_ANSWERS)
    if problems:
        return _page({**standing_answers(), **answers}, problems), 422
    method = ChoiceMethod.BANNER if answer in _WHOLE_ANSWERS else ChoiceMethod.PAGE
    return _keep(answers, method)


@blueprint.post("/appearance")
def look() -> Response | tuple[str, int]:
    """Remember how the site should look, where that was agreed to."""
    form = ChoiceForm()
    wanted = typed("appearance")
    if not form.validate() or wanted not in APPEARANCES:
        return _page(_answered(), (ErrorLine("", gettext("Choose how the site should look")),)), 422
    response = redirect(same_origin_path(typed("next"), url_for("choices.page")), 303)
    remember_appearance(response, wanted)
    return response


def _keep(answers: Mapping[ChoicePurpose, bool], method: ChoiceMethod) -> Response:
    known = read_choice()
    choice = decide(
        answers,
        receipt_id=known.receipt_id if known is not None else house().randomness(_RECEIPT_BYTES).hex(),
        # An answer in spite of the browser's signal counts from now on; one from before is on hold.
        method=ChoiceMethod.SIGNAL if browser_signals() else method,
        language=language(),
        now=house().now,
        days=house().settings.choice_days,
    )
    choices.record(db.session(), choice, key=house().keys.site.choice_record)
    back = same_origin_path(typed("next"), url_for("choices.page")).partition("#")[0].partition("?")[0]
    response = redirect(f"{back}?{SAID}=1", 303)
    write_choice(response, (known or Kept(choice.receipt_id, {})).with_choice(choice))
    return response


def _of_banner(answer: str) -> dict[ChoicePurpose, bool]:
    """One answer for what the banner asks about; on a page that is older than the last answer, for everything."""
    asked = to_ask(read_choice(), house().now) or tuple(ChoicePurpose)
    return dict(everything(_WHOLE_ANSWERS[answer], asked))


def _one_by_one() -> dict[ChoicePurpose, bool]:
    sent = {purpose: request.form.getlist(purpose.value) for purpose in ChoicePurpose}
    return {
        purpose: _YES_NO[values[0]] for purpose, values in sent.items() if len(values) == 1 and values[0] in _YES_NO
    }


def _answered() -> Mapping[ChoicePurpose, bool]:
    return standing_answers()


def _problems(form: ChoiceForm, answers: Mapping[ChoicePurpose, bool], whole: bool) -> tuple[ErrorLine, ...]:
    if not form.validate():
        return (ErrorLine("", gettext("This page was open for too long. Check your answers and save them again")),)
    if whole:
        return ()
    return tuple(ErrorLine(purpose.value, _unanswered(purpose)) for purpose in ChoicePurpose if purpose not in answers)


def _unanswered(purpose: ChoicePurpose) -> str:
    return gettext("Choose yes or no: %(purpose)s", purpose=str(CHOICE_TITLES[purpose]))


def _page(answers: Mapping[ChoicePurpose, bool], errors: tuple[ErrorLine, ...]) -> str:
    document = document_page(in_force(Kind.COOKIES))
    return render(
        "public/choices/preferences.html", document=document, preferences=_preferences(answers, errors), errors=errors
    )


def _preferences(answers: Mapping[ChoicePurpose, bool], errors: tuple[ErrorLine, ...]) -> PreferencesPage:
    kept = read_choice()
    standing = tuple(kept.standing(house().now).values()) if kept is not None else ()
    problems = {error.field: error.text for error in errors}
    return PreferencesPage(
        token=issue_token(ChoiceForm.purpose),
        purposes=tuple(_row(purpose, answers, problems) for purpose in ChoicePurpose),
        cookies=cookie_rows(house().settings),
        saved=said(),
        answered_on=max((answer.decided_at for answer in standing), default=None),
        asked_again_on=min((answer.expires_at for answer in standing), default=None),
        remembers_appearance=convenience_allowed(),
    )


def _row(purpose: ChoicePurpose, answers: Mapping[ChoicePurpose, bool], problems: Mapping[str, str]) -> PurposeRow:
    answer = answers.get(purpose)
    return PurposeRow(
        code=purpose.value,
        title=str(CHOICE_TITLES[purpose]),
        does=str(CHOICE_DOES[purpose]),
        seen_by=str(CHOICE_SEEN_BY[purpose]),
        kept=gettext("Your answer is kept for %(days)s days.", days=house().settings.choice_days),
        answer=None if answer is None else "yes" if answer else "no",
        problem=problems.get(purpose.value),
    )
