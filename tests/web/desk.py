"""An operator at the desk: added by the command, set up and signed in through the pages."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from kelisim.web.cookies import DESK
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.visitor import ORIGIN, Visitor

PASSWORD = "түнгі пойыз бен көк шәйнек 7"
NAME = "Әсел Нұрланқызы"


class Desk(Visitor):
    """One person of the Operator at one browser."""

    def __init__(self, client: FlaskClient, app: Flask, clock: FixedClock) -> None:
        super().__init__(client)
        self.app, self.clock = app, clock
        self.secret = ""

    def command(self, *words: str) -> str:
        """What a ``flask`` command prints. It must succeed."""
        done = self.app.test_cli_runner().invoke(args=list(words))
        assert done.exit_code == 0, done.output
        return str(done.output)

    def link(self, name: str = NAME, verb: str = "add") -> str:
        """The path of a new set-up link."""
        printed = self.command("operators", verb, name).splitlines()[0]
        assert printed.startswith(f"{ORIGIN}/operator/set-up/")
        return printed.removeprefix(ORIGIN)

    def code(self) -> str:
        """What the authenticator app shows in the next half minute: each code opens once."""
        self.clock.at += timedelta(seconds=30)
        return TOTP(self.secret).generate_otp(int(self.clock.at.timestamp()) // 30)

    def again(self) -> dict[str, str]:
        """The fields of a form that asks for both factors once more."""
        return {"password": PASSWORD, "app_code": self.code()}

    def set_up(self, link: str, password: str = PASSWORD) -> TestResponse:
        """Open the link and fill the page in."""
        page = self.page(link)
        self.secret = key_on(page)
        return self.post(link, {"token": page.value("token"), "password": password, "code": self.code()})

    def give_password(self, name: str = NAME, password: str = PASSWORD) -> TestResponse:
        """Send the first factor."""
        token = self.page("/operator/sign-in").value("token")
        return self.post("/operator/sign-in", {"token": token, "name": name, "password": password})

    def give_code(self, code: str | None = None) -> TestResponse:
        """Send the second factor."""
        page = self.page("/operator/sign-in/code")
        fields = {"csrf_token": page.value("csrf_token"), "code": self.code() if code is None else code}
        return self.post("/operator/sign-in/code", fields)

    def sign_in(self, name: str = NAME) -> "Desk":
        """Both factors."""
        assert self.give_password(name).headers["Location"] == "/operator/sign-in/code"
        assert self.give_code().headers["Location"] == "/operator"
        return self

    def sign_in_again(self) -> "Desk":
        """Both factors once more, while signed in."""
        token = Desk(self.app.test_client(), self.app, self.clock).page("/operator/sign-in").value("token")
        self.post("/operator/sign-in", {"token": token, "name": NAME, "password": PASSWORD})
        self.give_code()
        return self

    def set_up_unread(self, link: str) -> TestResponse:
        """Fill in a set-up page without having seen one."""
        return self.post(link, {"token": "x", "password": PASSWORD, "code": "123456"})

    def whole(self, name: str = NAME) -> "Desk":
        """From nothing to a signed-in operator."""
        assert self.set_up(self.link(name)).status_code == 200
        return self.sign_in(name)

    @property
    def cookie(self) -> str | None:
        """The session's token as the browser holds it."""
        found = self.client.get_cookie(DESK.name, domain="localhost")
        return None if found is None else found.value

    def carry(self, token: str) -> None:
        """Put a session's token into this browser."""
        self.client.set_cookie(DESK.name, token, domain="localhost", secure=True)


def key_on(page: Page) -> str:
    """The key of the second factor that a set-up page shows."""
    grouped = ["".join(code.itertext()) for code in page.elements("code")]
    return next(text for text in grouped if len(text.replace(" ", "")) == 32).replace(" ", "")
