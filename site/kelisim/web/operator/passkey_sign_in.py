"""Signing in with a passkey: the browser asks for a challenge, and sends what the device has signed."""

from flask import Blueprint, jsonify, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kelisim.domain.operators import Stage
from kelisim.services import passkey_sign_in
from kelisim.services.challenges import ChallengeOver
from kelisim.services.sign_in import SignInPaused, SignInRefused
from kelisim.storage.db import db
from kelisim.web import desk_session
from kelisim.web.forms import typed
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.operator.sign_in import PasswordForm, password_page, paused_notice
from kelisim.web.pages import Notice
from kelisim.web.security.limits import masked_network

blueprint = Blueprint("passkey_sign_in", __name__, url_prefix="/operator/sign-in/passkey")

Answer = Response | tuple[str, int]


@blueprint.get("")
def challenge() -> Response:
    """A challenge for any passkey of this site, with its token. It costs nothing and opens nothing."""
    settings, keys = house().settings, house().keys
    offer = passkey_sign_in.offer(settings=settings, keys=keys, now=house().now, randomness=house().randomness)
    return jsonify(token=offer.token, options=offer.options)


@blueprint.post("")
def enter() -> Answer:
    """Check what the device has signed: both factors in one. From now on it is another session."""
    try:
        operator = passkey_sign_in.check_passkey(
            db.session(),
            typed("token"),
            typed("answer"),
            network=masked_network(),
            settings=house().settings,
            keys=house().keys,
            now=house().now,
        )
    except ChallengeOver:
        return password_page(PasswordForm(), _over()), 422
    except SignInRefused:
        return password_page(PasswordForm(), _refused()), 401
    except SignInPaused as paused:
        return password_page(PasswordForm(), paused_notice(paused)), 429
    desk_session.begin(operator, Stage.FULL)
    say("sign-in", result="full", factor="passkey", operator=operator.id)
    return redirect(url_for("home.page"), 303)


def _over() -> Notice:
    return Notice(gettext("It took too long"), gettext("Press the button of the passkey again."))


def _refused() -> Notice:
    say("sign-in", result="refused", factor="passkey")
    return Notice(
        gettext("This passkey does not open the desk"),
        gettext(
            "Choose another one, or sign in with name, password and code. A passkey that was removed at the account stays on "
            "its device until you delete it there."
        ),
    )
