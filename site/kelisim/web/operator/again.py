"""Asking once more who is at the desk, before something that cannot be taken back or leaves the house.

Which factors are asked for is the setting ``asked_again``; one of the person's own passkeys does for all of them. Wrong
tries count like those at the sign-in.
"""

from typing import ClassVar

from flask_babel import format_time, gettext, lazy_gettext
from wtforms import PasswordField, StringField

from kelisim.services import passkey_sign_in, sign_in
from kelisim.services.challenges import ChallengeOver
from kelisim.services.passkeys import passkeys_of
from kelisim.services.sign_in import Attempt, SignInPaused, SignInRefused
from kelisim.storage.db import db
from kelisim.web.desk_session import session_token
from kelisim.web.forms import typed
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.operator.request_forms import DeskForm
from kelisim.web.operator.who import operator_here
from kelisim.web.security.limits import masked_network


class AgainForm(DeskForm):
    """A form that asks for the factors once more; what the setting does not ask for is no field of it, but ``always``."""

    # A factor that nothing else stands in for: the password before a new one.
    always: ClassVar[str] = ""

    password = PasswordField(lazy_gettext("Your password"))
    app_code = StringField(
        lazy_gettext("Code of your app"), description=lazy_gettext("A new one: each code opens once.")
    )

    def __init__(self) -> None:
        super().__init__()
        asked = house().settings.asked_again
        for name, left_out_by in (("password", "code"), ("app_code", "password")):
            if asked == left_out_by and self.always != name:
                del self[name]

    @property
    def passkeys(self) -> bool:
        """May a passkey stand in, and has the person one?"""
        return not self.always and bool(passkeys_of(db.session(), operator_here()))

    def is_whole(self) -> bool:
        """True where the form is valid and no factor was left empty: all of it is told at once, and is no wrong try."""
        valid = self.validate()
        for name, words in (
            ("password", gettext("Enter your password")),
            ("app_code", gettext("Enter the six digits the app shows now")),
        ):
            if name in self and not self[name].data and not self._with_passkey:
                self[name].errors = [*self[name].errors, words]
                valid = False
        return valid

    def is_confirmed(self) -> bool:
        """True where the factors are right. Else the form says what to do. Ask it last, of a form that is valid."""
        try:
            self._check()
        except SignInRefused:
            say("asked-again", result="refused")
            self.form_errors.append(
                gettext("This passkey was not taken: use another one, or enter password and code")
                if self._with_passkey
                else gettext("Password or code is wrong: enter both anew, with a new code")
            )
            return False
        except ChallengeOver:
            self.form_errors.append(gettext("It took too long: use the passkey again"))
            return False
        except SignInPaused as paused:
            say("asked-again", result="paused")
            until = format_time(paused.until, "HH:mm")
            self.form_errors.append(
                gettext("Too many wrong tries: the next one is looked at after %(time)s", time=until)
            )
            return False
        return True

    @property
    def _with_passkey(self) -> bool:
        return not self.always and bool(typed("passkey_answer"))

    def _check(self) -> None:
        operator = operator_here()
        session, settings, keys, now = db.session(), house().settings, house().keys, house().now
        if self._with_passkey:
            passkey_sign_in.check_again(
                session,
                operator,
                typed("passkey_token"),
                typed("passkey_answer"),
                in_session=session_token(),
                network=masked_network(),
                settings=settings,
                keys=keys,
                now=now,
            )
            return
        if "password" in self:
            attempt = Attempt(operator.name, masked_network())
            sign_in.check_password(
                session,
                attempt,
                self.password.data or "",
                passwords=house().passwords,
                settings=settings,
                keys=keys,
                now=now,
            )
        if "app_code" in self:
            sign_in.check_code(
                session,
                operator,
                self.app_code.data or "",
                network=masked_network(),
                settings=settings,
                keys=keys,
                now=now,
            )
