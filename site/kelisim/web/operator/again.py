"""Asking once more who is at the desk, before something that cannot be taken back or leaves the house.

Which factors are asked for is the setting ``asked_again``. Wrong tries count like those at the sign-in.
"""

from typing import ClassVar

from flask_babel import format_time, gettext, lazy_gettext
from wtforms import PasswordField, StringField

from kelisim.domain.operators import Stage
from kelisim.services import sign_in
from kelisim.services.sign_in import Attempt, SignInPaused, SignInRefused
from kelisim.storage.db import db
from kelisim.web.desk_session import signed_in
from kelisim.web.house import house
from kelisim.web.log import say
from kelisim.web.operator.request_forms import DeskForm
from kelisim.web.security import masked_network


class AgainForm(DeskForm):
    """A form that asks for the factors once more; what the setting does not ask for is no field of it, but ``always``."""

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

    def is_confirmed(self) -> bool:
        """True where the factors are right. Else the form says what to do. Ask it last, of a form that is valid."""
        try:
            self._check()
        except SignInRefused:
            say("asked-again", result="refused")
            self.form_errors.append(gettext("Password or code is wrong: enter both anew, with a new code"))
            return False
        except SignInPaused as paused:
            say("asked-again", result="paused")
            until = format_time(paused.until, "HH:mm")
            self.form_errors.append(
                gettext("Too many wrong tries: the next one is looked at after %(time)s", time=until)
            )
            return False
        return True

    def _check(self) -> None:
        found = signed_in(Stage.FULL)
        if found is None:
            raise RuntimeError("the guard lets nobody come here without both factors")
        session, settings, keys, now = db.session(), house().settings, house().keys, house().now
        if "password" in self:
            attempt = Attempt(found.operator.name, masked_network())
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
                found.operator,
                self.app_code.data or "",
                network=masked_network(),
                settings=settings,
                keys=keys,
                now=now,
            )
