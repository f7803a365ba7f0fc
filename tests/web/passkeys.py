"""Passkeys through the pages: what static/passkey.js does, done with an authenticator in software."""

import json
from typing import Any

from werkzeug.test import TestResponse

from tests.support.authenticator import Authenticator
from tests.support.visitor import ORIGIN, Visitor
from tests.web.desk import Desk
from tests.web.strict import page_of

PASSKEYS, SIGN_IN = "/operator/account/passkeys", "/operator/sign-in/passkey"


def offered(desk: Desk, name: str, again: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """The fields of the page that makes a passkey, and what it asks the device."""
    fields = {"csrf_token": desk.page(f"{PASSKEYS}/new").value("csrf_token", -1), "name": name, **again}
    answer = desk.post(f"{PASSKEYS}/new", fields)
    assert answer.status_code == 200, page_of(answer).text
    page = page_of(answer)
    (form,) = [one for one in page.elements("form") if one.get("data-makes")]
    return {name: page.value(name, -1) for name in ("csrf_token", "name", "challenge")}, json.loads(
        str(form.get("data-makes"))
    )


def save(desk: Desk, fields: dict[str, str], answer: str) -> TestResponse:
    """Send what the device has made."""
    return desk.post(PASSKEYS, {**fields, "answer": answer})


def added(desk: Desk, name: str = "Phone", again: dict[str, str] | None = None) -> Authenticator:
    """A device with a passkey that was added on the page."""
    fields, options = offered(desk, name, again or desk.again())
    device = Authenticator(ORIGIN)
    assert save(desk, fields, device.make(options)).headers["Location"] == "/operator/account"
    return device


def shown(visitor: Visitor, device: Authenticator, **wrong: Any) -> dict[str, str]:
    """The fields that the page of the sign-in sends with a device's answer."""
    given = visitor.get(SIGN_IN).get_json()
    return {"token": given["token"], "answer": device.show(given["options"], **wrong)}


def enter(visitor: Visitor, device: Authenticator, **wrong: Any) -> TestResponse:
    """Sign in with a passkey."""
    return visitor.post(SIGN_IN, shown(visitor, device, **wrong))
