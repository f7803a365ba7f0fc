"""My data: the person's own page behind the secret of the receipt, its forms, and the way in from paper."""

from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.acts import Reason
from kelisim.domain.own_acts import OwnAct, OwnActRefused, OwnReason, why_not_own
from kelisim.services import changes, holders, my
from kelisim.services.holders import Holder
from kelisim.services.my import Own
from kelisim.services.records import By
from kelisim.storage.db import db
from kelisim.web.forms import error_lines
from kelisim.web.frame import language, render
from kelisim.web.house import house
from kelisim.web.my_pages import MyRefusalPage
from kelisim.web.own_words import NOT_LONGER, NOT_OPENED, NOTHING_CHANGED, OWN_ACTS, REASONS
from kelisim.web.pages import DecisionPage, ErrorLine
from kelisim.web.public.my_forms import FORMS, CompleteForm, CorrectForm, ObjectionForm, OwnForm, WayInForm
from kelisim.web.public.my_page import my_page

blueprint = Blueprint("my", __name__)

_ACT = "/my/<secret>/<act>"
_ABOUT_BYTES = 8


@blueprint.get("/my")
def way_in() -> str:
    """The form for who kept reference and secret on paper."""
    return _way_in(WayInForm(), ())


@blueprint.post("/my")
def enter() -> AnyResponse | tuple[str, int]:
    """To the page of who has both; else the same answer, whatever was wrong."""
    form = WayInForm()
    good = form.validate()
    secret = holders.secret_of(db.session(), form.reference.data or "", form.secret.data or "")
    if good and secret is not None:
        return redirect(url_for("my.page", secret=secret), 303)
    return _way_in(form, error_lines(form) or (ErrorLine(form.reference.id, str(NOT_OPENED)),)), 422


@blueprint.get("/my/<secret>")
def page(secret: str) -> str:
    """Everything that is held about the person. Opening it is the act of access and is journalled."""
    own = _opened(_holder(secret))
    done = request.args.get("done", "")
    said = str(OWN_ACTS[OwnAct(done)].done) if done in set(OwnAct) else None
    return render("public/my/page.html", my=my_page(own, secret, said))


@blueprint.get(_ACT)
def form(secret: str, act: str) -> str | tuple[str, int]:
    """What follows from an act, and the button that does it."""
    who, what = _holder(secret), _own_act(act)
    reason = why_not_own(what, my.standing(db.session(), who))
    return _refusal(what, reason, secret) if reason is not None else _page(_form(who, what), what, secret)


@blueprint.post(_ACT)
def send(secret: str, act: str) -> AnyResponse | tuple[str, int]:
    """Do an act, or say why not."""
    who, what = _holder(secret), _own_act(act)
    reason = why_not_own(what, my.standing(db.session(), who))
    if reason is not None:
        return _refusal(what, reason, secret)
    form = _form(who, what)
    try:
        if not form.validate() or not _do(who, what, form):
            return _page(form, what, secret), 422
    except OwnActRefused as refused:
        return _refusal(what, refused.reason, secret)
    return redirect(url_for("my.page", secret=secret, done=act), 303)


def _do(who: Holder, act: OwnAct, form: OwnForm) -> bool:
    """False where the form has something to mend. Raises OwnActRefused."""
    session, house_ = db.session(), house()
    given: dict[str, Any] = {"by": _by(), "randomness": house_.randomness}
    try:
        if isinstance(form, CorrectForm):
            my.correct(session, who, form.personal(), **given)
        elif isinstance(form, CompleteForm):
            my.complete(session, who, form.names(), form.chosen_topic(), **given)
        elif act is OwnAct.UNSUBSCRIBE:
            my.unsubscribe(session, who, by=_by())
        else:
            given |= {"objection": form.chosen} if isinstance(form, ObjectionForm) else {}
            my.ask(session, who, act, language=language(), terms=house_.settings.terms, **given)
    except changes.NothingChanged:
        return form.wrong("name", str(NOTHING_CHANGED))
    except my.NotLonger as problem:
        return form.wrong(problem.field, str(NOT_LONGER))
    return True


def _form(who: Holder, act: OwnAct) -> OwnForm:
    """The form of an act. One that begins with the data opens them, which is journalled."""
    about = sha256(who.secret + act.encode()).digest()[:_ABOUT_BYTES]
    if act is OwnAct.OBJECT:
        return ObjectionForm(about)
    kind = FORMS.get(act)
    if kind is None:
        return OwnForm(about)
    if request.method == "POST":
        return kind(about, None, my.topic(db.session(), who))
    own = _opened(who)
    if own.damaged:
        raise changes.DataDamaged
    return kind(about, own.personal, own.receipt.topic)


def _opened(who: Holder) -> Own:
    """The person's record. Damage is told on the desk, and its rest is shown all the same."""
    own = my.open_own(db.session(), who, by=_by())
    if own.damaged:
        house().broken_seals.add(own.receipt.reference)
    return own


def _page(form: OwnForm, act: OwnAct, secret: str) -> str:
    words = OWN_ACTS[act]
    shown = DecisionPage(
        title=str(words.title),
        consequences=tuple(str(text) for text in words.consequences),
        button=str(words.button),
        url=url_for("my.send", secret=secret, act=act.value),
        back_url=url_for("my.page", secret=secret),
    )
    return render("public/my/act.html", act=shown, form=form, fields_shown=form.shown(), errors=error_lines(form))


def _refusal(act: OwnAct, reason: Reason | OwnReason, secret: str) -> tuple[str, int]:
    shown = MyRefusalPage(
        wanted=str(OWN_ACTS[act].title), reason=str(REASONS[reason]), back_url=url_for("my.page", secret=secret)
    )
    return render("public/my/refusal.html", refusal=shown), 409


def _way_in(form: WayInForm, errors: tuple[ErrorLine, ...]) -> str:
    return render("public/my/way_in.html", form=form, errors=errors)


def _holder(secret: str) -> Holder:
    found = holders.holder(db.session(), secret)
    if found is None:
        abort(404)
    return found


def _own_act(text: str) -> OwnAct:
    if text not in set(OwnAct):
        abort(404)
    return OwnAct(text)


def _by() -> By:
    return my.person(house().keys.site.journal, house().now)
