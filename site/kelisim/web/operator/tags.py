"""The tags' list: add, rename, retire, bring back."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kelisim.domain.tags import TagProblem
from kelisim.services import tags
from kelisim.storage.db import db
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.operator.request_forms import all_lines
from kelisim.web.operator.use_forms import TagForm
from kelisim.web.operator.who import by_operator
from kelisim.web.record_pages import TagRowPage
from kelisim.web.use_words import TAG_PROBLEMS

blueprint = Blueprint("tags", __name__, url_prefix="/operator/tags")


@blueprint.get("")
def page() -> str:
    """The list."""
    return _page(TagForm())


@blueprint.post("")
def change() -> str | Response | tuple[str, int]:
    """Do one of the four."""
    form, session = TagForm(), db.session()
    act, tag_id = typed("act"), _number(typed("id"))
    try:
        if act in {"retire", "bring_back"}:
            tags.retire(session, tag_id, retired=act == "retire", by=by_operator())
        elif not form.validate():
            return _page(form), 422
        elif act == "rename":
            tags.rename(session, tag_id, typed("words"), by=by_operator())
        else:
            tags.add(session, typed("words"), by=by_operator())
    except TagProblem as problem:
        form.words.errors = [str(TAG_PROBLEMS[problem.code])]
        return _page(form), 422
    return redirect(url_for("tags.page"), 303)


def _page(form: TagForm) -> str:
    rows = tuple(
        TagRowPage(tag.id, tag.words, tag.retired, url_for("records.index", tag=str(tag.id)))
        for tag in tags.every(db.session())
    )
    return render("operator/tags.html", tags=rows, form=form, errors=all_lines(form))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
