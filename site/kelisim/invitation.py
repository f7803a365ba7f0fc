"""The set-up link of the first operator, which a start prints while nobody can sign in yet."""

from flask import Flask

from kelisim.services import operators
from kelisim.storage.db import db
from kelisim.web.house import house


def first_link(app: Flask) -> str | None:
    """A fresh link, or None where an administrator has finished the set-up."""
    with app.app_context():
        token = operators.invite_first(
            db.session(), settings=house().settings, keys=house().keys, now=house().now, randomness=house().randomness
        )
        return None if token is None else set_up_link(token)


def set_up_link(token: str) -> str:
    """The full address of a set-up link, inside an application's context."""
    return f"{house().settings.own_address}/operator/set-up/{token}"
