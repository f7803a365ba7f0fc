"""Signing in with two factors, and out."""

from flask import Blueprint, make_response, redirect, url_for
from flask_babel import format_time, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from kelisim.domain.operators import Operator, Stage
from kelisim.services import sign_in
from kelisim.services.sign_in import Attempt, SignInPaused, SignInRefused
from kelisim.storage.db import db
from kelisim.web import desk_session
from kelisim.web.forms import OneBody, PublicForm, error_lines
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.pages import Notice
from kelisim.web.security.limits import masked_network

blueprint = Blueprint("sign_in", __name__, url_prefix="/operator")

Answer = Response | tuple[str, int]


class PasswordForm(PublicForm):
    """The first factor."""

    purpose = "sign-in"

    name = StringField(lazy_gettext("Name"))
    password = PasswordField(lazy_gettext("Password"))


class CodeForm(FlaskForm):
    """The second factor."""

    class Meta(OneBody, FlaskForm.Meta):
        pass

    code = StringField(lazy_gettext("Code"))


@blueprint.get("/sign-in")
def password() -> str | Response:
    """Ask for the name and the password."""
    if desk_session.signed_in(Stage.FULL) is not None:
        return redirect(url_for("home.page"), 303)
    return password_page(PasswordForm())


@blueprint.post("/sign-in")
def send_password() -> Answer:
    """Check the first factor."""
    form = PasswordForm()
    if not form.validate():
        return password_page(form), 422
    try:
        operator = sign_in.check_password(
            db.session(),
            Attempt(form.name.data or "", masked_network()),
            form.password.data or "",
            passwords=house().passwords,
            settings=house().settings,
            keys=house().keys,
            now=house().now,
        )
    except SignInRefused:
        return password_page(form, _refused("password")), 401
    except SignInPaused as paused:
        return password_page(form, paused_notice(paused)), 429
    desk_session.begin(operator, Stage.PASSWORD)
    return redirect(url_for("sign_in.code"), 303)


@blueprint.get("/sign-in/code")
def code() -> str:
    """Ask for the code."""
    return _code_page(CodeForm())


@blueprint.post("/sign-in/code")
def send_code() -> Answer:
    """Check the second factor; from now on it is another session."""
    form = CodeForm()
    operator = _half_signed_in()
    try:
        sign_in.check_code(
            db.session(),
            operator,
            form.code.data or "",
            network=masked_network(),
            settings=house().settings,
            keys=house().keys,
            now=house().now,
        )
    except SignInRefused:
        return _code_page(form, _refused("code")), 401
    except SignInPaused as paused:
        return _code_page(form, paused_notice(paused)), 429
    desk_session.begin(operator, Stage.FULL)
    say("sign-in", result="full", operator=operator.id)
    return redirect(url_for("home.page"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and in the database, and clear what the browser kept of the desk."""
    desk_session.end()
    say("sign-out")
    response = make_response(redirect(url_for("sign_in.password"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _half_signed_in() -> Operator:
    found = desk_session.signed_in()
    if found is None:
        raise RuntimeError("the guard lets nobody come here without a password")
    return found.operator


def password_page(form: PasswordForm, notice: Notice | None = None) -> str:
    """The page of the first factor, where a passkey does for both."""
    return render("operator/signin/password.html", form=form, errors=error_lines(form), notice=notice)


def _code_page(form: CodeForm, notice: Notice | None = None) -> str:
    return render("operator/signin/code.html", form=form, errors=(), notice=notice)


def _refused(factor: str) -> Notice:
    say("sign-in", result="refused", factor=factor)
    if factor == "code":
        return Notice(gettext("This code does not open"), gettext("Enter the newest code of your app, or another one."))
    return Notice(gettext("Name or password is wrong"), gettext("Check both and sign in again."))


def paused_notice(paused: SignInPaused) -> Notice:
    """Until when no try is looked at."""
    say("sign-in", result="paused")
    until = format_time(paused.until, "HH:mm")
    return Notice(gettext("Too many wrong tries"), gettext("The next try is looked at after %(time)s.", time=until))
