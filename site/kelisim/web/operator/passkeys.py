"""The own passkeys: adding one, after both factors were asked for again, and taking one away."""

import json

from flask import Blueprint, abort, jsonify, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField

from kelisim.domain.passkeys import Passkey
from kelisim.services import passkey_sign_in, passkeys
from kelisim.services.passkeys import PasskeyProblem, PasskeyRefused
from kelisim.storage.db import db
from kelisim.web.desk_session import session_token
from kelisim.web.forms import sent_once, typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.operator.again import AgainForm
from kelisim.web.operator.request_forms import DeskForm, all_lines
from kelisim.web.operator.who import by_operator, operator_here
from kelisim.web.staff_pages import MakePage
from kelisim.web.staff_words import PASSKEY_PROBLEMS

blueprint = Blueprint("passkeys", __name__, url_prefix="/operator/account/passkeys")

Answer = str | Response | tuple[str, int]


class NewForm(AgainForm):
    """What the passkey is called, and the factors once more."""

    name = StringField(
        lazy_gettext("What you call it"),
        description=lazy_gettext("The name of the device or of the key, so that you tell them apart later."),
        validators=[sent_once],
    )


class RemoveForm(AgainForm):
    """The factors once more; who lost a device ends what it was signed in to."""

    others = BooleanField(lazy_gettext("End my other sessions"), default=True)


@blueprint.get("/new")
def new() -> str:
    """Ask for a name and the factors."""
    return _new_page(NewForm())


@blueprint.post("/new")
def ask() -> Answer:
    """Offer the browser to make one."""
    form = NewForm()
    if not form.is_whole() or not form.is_confirmed():
        return _new_page(form), 422
    try:
        offer = passkeys.offer(
            db.session(),
            operator_here(),
            form.name.data or "",
            in_session=session_token(),
            settings=house().settings,
            keys=house().keys,
            now=house().now,
            randomness=house().randomness,
        )
    except PasskeyRefused as refused:
        return _refused(form, refused)
    make = MakePage(form.name.data or "", json.dumps(offer.options), offer.token)
    return render("operator/account/make_passkey.html", make=make, form=DeskForm())


@blueprint.post("")
def save() -> Answer:
    """Keep what the browser has made."""
    if not DeskForm().validate():
        abort(400)
    try:
        passkeys.add(
            db.session(),
            operator_here(),
            typed("name"),
            typed("answer"),
            token=typed("challenge"),
            in_session=session_token(),
            settings=house().settings,
            keys=house().keys,
            by=by_operator(),
            randomness=house().randomness,
        )
    except PasskeyRefused as refused:
        form = NewForm()
        form.name.data = typed("name")
        return _refused(form, refused)
    say("account", what="passkey_added")
    return redirect(url_for("account.page"), 303)


@blueprint.get("/challenge")
def challenge() -> Response:
    """A challenge for the own passkeys, where both factors are asked for again. It changes nothing."""
    offer = passkey_sign_in.offer_again(
        db.session(),
        operator_here(),
        in_session=session_token(),
        settings=house().settings,
        keys=house().keys,
        now=house().now,
        randomness=house().randomness,
    )
    return jsonify(token=offer.token, options=offer.options)


@blueprint.get("/<int:number>/remove")
def removing(number: int) -> str:
    """What follows from taking one away."""
    return _remove_page(_known(number), RemoveForm())


@blueprint.post("/<int:number>/remove")
def remove(number: int) -> Answer:
    """Take it away."""
    known, form = _known(number), RemoveForm()
    if not form.is_whole() or not form.is_confirmed():
        return _remove_page(known, form), 422
    passkeys.remove(
        db.session(),
        operator_here(),
        number,
        others_end=bool(form.others.data),
        token=session_token(),
        keys=house().keys,
        by=by_operator(),
    )
    say("account", what="passkey_removed")
    return redirect(url_for("account.page"), 303)


def _known(number: int) -> Passkey:
    found = passkeys.passkey(db.session(), operator_here(), number)
    if found is None:
        abort(404)
    return found


def _refused(form: NewForm, refused: PasskeyRefused) -> tuple[str, int]:
    words = str(PASSKEY_PROBLEMS[refused.problem])
    if refused.problem is PasskeyProblem.NO_NAME:
        form.name.errors = [words]
    else:
        form.form_errors.append(words)
    return _new_page(form), 422


def _new_page(form: NewForm) -> str:
    return render("operator/account/new_passkey.html", form=form, errors=all_lines(form))


def _remove_page(known: Passkey, form: RemoveForm) -> str:
    title = gettext("Remove the passkey %(name)s", name=known.name)
    return render("operator/account/remove_passkey.html", title=title, form=form, errors=all_lines(form))
