"""Who is at the desk, as services and pages name them."""

from flask_babel import gettext

from kelisim.domain.operators import Operator, Stage
from kelisim.services.records import By
from kelisim.web.desk_session import signed_in
from kelisim.web.house import house


def operator_here() -> Operator:
    """The operator who is signed in with both factors."""
    found = signed_in(Stage.FULL)
    if found is None:
        raise RuntimeError("the guard lets nobody come here without both factors")
    return found.operator


def by_operator() -> By:
    """The operator who acts, now."""
    return By(f"operator:{operator_here().id}", house().keys.site.journal, house().now)


def who(actor: str, names: dict[int, str]) -> str:
    """An actor of the journal in words."""
    role, _, number = actor.partition(":")
    if role == "operator":
        return names.get(int(number), gettext("an operator who has left"))
    return gettext("the person") if role == "person" else gettext("the site")
