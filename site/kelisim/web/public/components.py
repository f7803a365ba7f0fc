"""Every component of the pages in every state, for who designs and builds them: served in a trial only."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort
from wtforms import BooleanField, Form, SelectField, StringField

from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.pages import ErrorLine, QrPage
from kelisim.web.qr import qr_page

blueprint = Blueprint("components", __name__)

_LONG = "Тауар белгілерін, өнертабыстарды және өнеркәсіптік үлгілерді тіркеуге келісімдеріңізді қайтарып алғандығыңыз"
_ROWS = 200


class _Sample(Form):
    """Fields as a page would have them; nothing is ever sent."""

    plain = StringField("A field")
    hinted = StringField("A field with a hint", description="What it is for, in one sentence.")
    long = StringField(_LONG, description=_LONG)
    short = StringField("Ж", description="One letter.")
    chosen = SelectField("One of several", validate_choice=False)
    ticked = BooleanField(f"A box. {_LONG}", description="What ticking it means.")


@dataclass(frozen=True)
class ComponentsPage:
    """The components; ``wrong`` is the same form with something wrong in every field."""

    good: Form
    wrong: Form
    problems: tuple[ErrorLine, ...]
    rows: range
    at: datetime
    long: str
    qr: QrPage


@blueprint.get("/components")
def page() -> str:
    """The components. Outside of a trial there is no such page."""
    if not house().settings.trial:
        abort(404)
    return render("public/components/page.html", components=_page())


def _page() -> ComponentsPage:
    good, wrong = (
        _Sample(),
        _Sample(prefix="wrong-", data={"plain": "as it was typed", "long": _LONG, "short": "ж", "ticked": True}),
    )
    good.chosen.choices = wrong.chosen.choices = [("a", "The first"), ("b", _LONG)]
    for field in wrong:
        field.errors = [f"Say what to do about: {field.label.text}"]
    problems = tuple(ErrorLine(field.id, f"Say what to do about: {field.label.text}") for field in wrong)
    address = house().settings.address
    return ComponentsPage(good, wrong, problems, range(1, _ROWS + 1), house().now, _LONG, qr_page(address))
