"""Keeping a record without consent: ground, author, last day."""

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.domain.acts import ActRefused
from kelisim.domain.grounds import KeepingGround, KeepingProblem
from kelisim.domain.submissions import is_reference
from kelisim.services import keepings
from kelisim.services.records import NoRecord
from kelisim.storage.db import db
from kelisim.web.frame import render
from kelisim.web.operator.request_forms import KeepingForm, all_lines
from kelisim.web.operator.who import by_operator
from kelisim.web.pages import DecisionPage
from kelisim.web.request_words import PROBLEMS

blueprint = Blueprint("keepings", __name__, url_prefix="/operator/submissions")


@blueprint.get("/<reference>/keep")
def page(reference: str) -> str:
    """On what ground and until when."""
    return _page(reference, KeepingForm())


@blueprint.post("/<reference>/keep")
def keep(reference: str) -> str | Response | tuple[str, int]:
    """Decide to keep the record."""
    form = KeepingForm()
    if not form.validate():
        return _page(reference, form), 422
    try:
        if form.last_day is None:
            raise KeepingProblem("term")
        keepings.keep(db.session(), reference, KeepingGround(form.ground.data), form.last_day, by=by_operator())
    except NoRecord:
        abort(404)
    except KeepingProblem as problem:
        form.until.errors = [str(PROBLEMS[problem.code])]
        return _page(reference, form), 422
    except ActRefused:
        form.form_errors.append(gettext("Nothing of these data is left to be kept"))
        return _page(reference, form), 422
    return redirect(url_for("records.record", reference=reference), 303)


def _page(reference: str, form: KeepingForm) -> str:
    if not is_reference(reference):
        abort(404)
    decision = DecisionPage(
        title=gettext("Keep the data of submission %(reference)s", reference=reference),
        consequences=(
            gettext("Where the consent is over, the record is restricted: it is stored and not used."),
            gettext("A block stays as it is. The person sees that the data are kept and until when."),
            gettext("Your name stands in the journal as the one who decided."),
        ),
        button=gettext("Keep the data"),
        url=url_for("keepings.keep", reference=reference),
        back_url=url_for("records.record", reference=reference),
    )
    return render("operator/requests/ground.html", decision=decision, form=form, keeps=True, errors=all_lines(form))
