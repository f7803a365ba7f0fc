"""The set-up link of the first operator, which a start prints while nobody can sign in yet."""

from kelisim.app import create_app
from kelisim.cli_operators import set_up_link
from kelisim.services import operators
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.web.house import house


def first_link(settings: Settings) -> str | None:
    """A fresh link, or None where an administrator has finished the set-up."""
    with create_app(settings).app_context():
        token = operators.invite_first(
            db.session(), settings=settings, keys=house().keys, now=house().now, randomness=house().randomness
        )
        return None if token is None else set_up_link(token)
