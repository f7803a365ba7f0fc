"""An operator's way in over HTTP, for the tests that begin at the desk."""

import re
from typing import NamedTuple

import httpx
from pyotp import TOTP

from tests.support.pages import Page
from tests.support.server import Server

PASSWORD = "correct horse battery staple in Astana"
# What a hash costs on a real site; the other tests' applications hash for less.
HASHED = "$argon2id$v=19$m=19456,t=2,p=1$"


class Desk(NamedTuple):
    """Somebody who may sign in. ``cookies`` are those of a browser that has."""

    name: str
    recovery_codes: list[str]
    cookies: list[dict[str, object]]


def invited(server: Server, name: str) -> str:
    """The path of a fresh set-up link, made by the command an administrator uses."""
    made = server.flask("operators", "add", name)
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[0].removeprefix(server.address)


def codes_of(page: Page) -> list[str]:
    """What stands in the <code> elements of a page, without spaces."""
    return ["".join("".join(element.itertext()).split()) for element in page.elements("code")]


def set_up(client: httpx.Client, link: str) -> list[str]:
    """Set up the way in behind a link. Returns the recovery codes."""
    page = Page(client.get(link).text)
    fields = {"token": page.value("token", -1), "password": PASSWORD, "code": TOTP(codes_of(page)[0]).now()}
    answer = client.post(link, data=fields)
    assert answer.status_code == 200, answer.text
    return [code for code in codes_of(Page(answer.text)) if re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)]


def half_sign_in(client: httpx.Client, name: str) -> None:
    """Give the first factor."""
    token = Page(client.get("/operator/sign-in").text).value("token", -1)
    answer = client.post("/operator/sign-in", data={"token": token, "name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text


def cookies(client: httpx.Client, server: Server) -> list[dict[str, object]]:
    """A client's cookies as a browser takes them."""
    return [
        {"name": name, "value": value, "url": server.address, "secure": True} for name, value in client.cookies.items()
    ]


def signed_in(server: Server, name: str) -> Desk:
    """Invite somebody, set up, sign in with a recovery code."""
    with server.client() as client:
        recovery = set_up(client, invited(server, name))
        half_sign_in(client, name)
        token = Page(client.get("/operator/sign-in/code").text).value("csrf_token", -1)
        answer = client.post("/operator/sign-in/code", data={"csrf_token": token, "code": recovery.pop()})
        assert answer.status_code == 303, answer.text
        assert server.scalar(f"SELECT count(*) FROM operators WHERE password_hash LIKE '{HASHED}%'") >= 1
        return Desk(name, recovery, cookies(client, server))
