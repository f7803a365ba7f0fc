"""The own account: the sessions that stand, the passkeys, a new password, a new app, new recovery codes."""

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField

from kelisim.domain.passkeys import Passkey
from kelisim.services import accounts, passkeys
from kelisim.services.operators import WeakPassword, WrongCode
from kelisim.services.second_factor import provisioning_address
from kelisim.storage.db import db
from kelisim.web.desk_pages import SetUpPage
from kelisim.web.desk_session import session_terms, session_token
from kelisim.web.forms import typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.operator.again import AgainForm
from kelisim.web.operator.request_forms import DeskForm, all_lines
from kelisim.web.operator.set_up import grouped, password_problem
from kelisim.web.operator.who import by_operator, operator_here
from kelisim.web.qr import qr_page
from kelisim.web.staff_pages import AccountPage, PasskeyRow, SessionRow
from kelisim.web.staff_words import ROLES, ROLES_MAY

blueprint = Blueprint("account", __name__, url_prefix="/operator/account")

Answer = str | Response | tuple[str, int]


class PasswordForm(AgainForm):
    """The old password, whatever else is asked for again, and the new one."""

    always = "password"

    new = PasswordField(lazy_gettext("New password"))
    others = BooleanField(lazy_gettext("End my other sessions"), default=True)


class AppForm(AgainForm):
    """The first code of the new app."""

    first = StringField(lazy_gettext("Code from the new app"))


@blueprint.get("")
def page() -> str:
    """Who is signed in here, and where else."""
    operator = operator_here()
    found = accounts.standing(
        db.session(), operator, session_token(), key=_key(), terms=session_terms(), now=house().now
    )
    shown = AccountPage(
        name=operator.name,
        role=str(ROLES[operator.role]),
        may=str(ROLES_MAY[operator.role]),
        sessions=tuple(SessionRow(one.id, one.since, one.seen_at, one.here) for one in found),
        passkeys=tuple(_row(one) for one in passkeys.passkeys_of(db.session(), operator)),
    )
    return render("operator/account/page.html", account=shown, form=DeskForm())


@blueprint.post("/sessions")
def end_sessions() -> Response:
    """End one of the own sessions, or all others."""
    if not DeskForm().validate():
        abort(400)
    one = typed("session")
    if one:
        accounts.end_session(db.session(), operator_here(), one, by=by_operator())
    else:
        accounts.end_others(db.session(), operator_here(), session_token(), key=_key(), by=by_operator())
    return redirect(url_for("account.page"), 303)


@blueprint.get("/password")
def password() -> str:
    """Ask for the old password and the new one."""
    return _password_page(PasswordForm())


@blueprint.post("/password")
def change_password() -> Answer:
    """Change the password."""
    form = PasswordForm()
    if not form.is_whole() or not form.is_confirmed():
        return _password_page(form), 422
    try:
        accounts.change_password(
            db.session(),
            operator_here(),
            form.new.data or "",
            others_end=bool(form.others.data),
            token=session_token(),
            passwords=house().passwords,
            settings=house().settings,
            keys=house().keys,
            by=by_operator(),
        )
    except WeakPassword as weak:
        form.new.errors = [password_problem(weak.problem)]
        return _password_page(form), 422
    say("account", what="password")
    return redirect(url_for("account.page"), 303)


@blueprint.get("/app")
def app() -> str:
    """Offer a new app."""
    return _app_page(AppForm())


@blueprint.post("/app")
def renew_app() -> Answer:
    """Take the new app's codes from now on."""
    form, secret = AppForm(), _offered()
    if not form.is_whole() or not form.is_confirmed():
        return _app_page(form), 422
    try:
        accounts.renew_app(
            db.session(),
            operator_here(),
            form.first.data or "",
            secret=secret,
            keys=house().keys,
            by=by_operator(),
            randomness=house().randomness,
        )
    except WrongCode:
        form.first.errors = [gettext("Enter the six digits the app shows now")]
        return _app_page(form), 422
    say("account", what="app")
    return redirect(url_for("account.page"), 303)


@blueprint.get("/codes")
def codes() -> str:
    """What follows from new recovery codes."""
    return _codes_page(AgainForm())


@blueprint.post("/codes")
def renew_codes() -> Answer:
    """New recovery codes, shown once."""
    form = AgainForm()
    if not form.is_whole() or not form.is_confirmed():
        return _codes_page(form), 422
    made = accounts.renew_codes(
        db.session(),
        operator_here(),
        settings=house().settings,
        keys=house().keys,
        by=by_operator(),
        randomness=house().randomness,
    )
    say("account", what="recovery_codes")
    back = url_for("account.page"), gettext("The codes are saved: back to the account")
    return render("operator/signin/recovery.html", codes=made, on=back)


def _password_page(form: PasswordForm) -> str:
    length = house().settings.password_length
    return render("operator/account/password.html", form=form, errors=all_lines(form), length=length)


def _app_page(form: AppForm) -> str:
    settings, secret, name = house().settings, _offered(), operator_here().name
    set_up = SetUpPage(
        name=name,
        qr=qr_page(provisioning_address(secret, name=name, site=settings.site_name)),
        secret=grouped(secret),
        password_length=settings.password_length,
    )
    return render("operator/account/app.html", form=form, errors=all_lines(form), set_up=set_up)


def _codes_page(form: AgainForm) -> str:
    return render("operator/account/codes.html", form=form, errors=all_lines(form))


def _row(one: Passkey) -> PasskeyRow:
    way = url_for("passkeys.removing", number=one.number)
    return PasskeyRow(one.name, one.added_at, one.used_at, one.synced, way)


def _offered() -> str:
    return accounts.offered_secret(db.session(), operator_here(), session_token(), keys=house().keys)


def _key() -> bytes:
    return house().keys.desk.session
