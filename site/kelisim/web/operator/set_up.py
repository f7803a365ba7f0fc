"""Setting up the way in, behind a one-time link: password, second factor, recovery codes."""

from flask import Blueprint, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField, StringField

from kelisim.services import operators
from kelisim.services.operators import Invitation, LinkSpent, WeakPassword, WrongCode
from kelisim.services.second_factor import provisioning_address
from kelisim.storage.db import db
from kelisim.web.desk_pages import SetUpPage
from kelisim.web.forms import PublicForm, error_lines
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.qr import qr_page

blueprint = Blueprint("set_up", __name__, url_prefix="/operator/set-up")

Answer = str | tuple[str, int]


class SetUpForm(PublicForm):
    """A new password and the first code of the app."""

    purpose = "set-up"

    password = PasswordField(lazy_gettext("New password"))
    code = StringField(lazy_gettext("Code from the app"))


@blueprint.get("/<token>")
def page(token: str) -> Answer:
    """Show what to set up, or that the link is spent."""
    try:
        invitation = operators.invitation(db.session(), token, keys=house().keys, now=house().now)
    except LinkSpent:
        return _spent()
    return _page(SetUpForm(), invitation)


@blueprint.post("/<token>")
def send(token: str) -> Answer:
    """Set password and second factor in one step, and show the recovery codes once."""
    try:
        invitation = operators.invitation(db.session(), token, keys=house().keys, now=house().now)
        form = SetUpForm()
        if not form.validate():
            return _page(form, invitation), 422
        codes = operators.set_up(
            db.session(),
            token,
            password=form.password.data or "",
            code=form.code.data or "",
            passwords=house().passwords,
            settings=house().settings,
            keys=house().keys,
            now=house().now,
            randomness=house().randomness,
        )
    except LinkSpent:
        return _spent()
    except WeakPassword as weak:
        form.password.errors = [password_problem(weak.problem)]
        return _page(form, invitation), 422
    except WrongCode:
        form.code.errors = [gettext("Enter the six digits the app shows now")]
        return _page(form, invitation), 422
    say("set-up", operator=invitation.operator.id)
    on = url_for("sign_in.password"), gettext("The codes are saved: sign in")
    return render("operator/signin/recovery.html", codes=codes, on=on)


def _page(form: SetUpForm, invitation: Invitation) -> str:
    settings, name = house().settings, invitation.operator.name
    address = provisioning_address(invitation.secret, name=name, site=settings.site_name)
    set_up = SetUpPage(
        name=name,
        qr=qr_page(address),
        secret=grouped(invitation.secret),
        password_length=settings.password_length,
    )
    return render("operator/signin/set_up.html", form=form, errors=error_lines(form), set_up=set_up)


def _spent() -> tuple[str, int]:
    return render("operator/signin/spent.html"), 404


def grouped(secret: str) -> str:
    """The key of an app, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def password_problem(problem: str) -> str:
    """Why a new password is refused, in words."""
    if problem == "short":
        return gettext("Use at least %(length)s signs", length=house().settings.password_length)
    if problem == "long":
        return gettext("Use at most 256 signs")
    return gettext("This password is guessed too easily: several words that do not belong together are better")
