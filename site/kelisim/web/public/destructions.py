"""The act of destruction at the person's secret link."""

from flask import Blueprint, Response, abort, url_for

from kelisim.services import destructions, holders
from kelisim.services.destructions import Shown
from kelisim.storage.db import db
from kelisim.web.destruction_pages import destruction_page, operator_facts
from kelisim.web.frame import render
from kelisim.web.issuer import issuer
from kelisim.web.own_words import actor_words
from kelisim.web.public.receipts import attachment

blueprint = Blueprint("destructions", __name__, url_prefix="/my/<secret>")


@blueprint.get("/destruction")
def page(secret: str) -> str:
    """The act, ready to print. Of the Operator's people only the role is in it."""
    shown = _shown(secret)
    page_value = destruction_page(
        shown,
        who=actor_words,
        file_url=url_for("destructions.file", secret=secret),
        back_url=url_for("my.page", secret=secret),
    )
    return render("public/my/destruction.html", act=page_value)


@blueprint.get("/destruction.json")
def file(secret: str) -> Response:
    """The signed act as a file."""
    shown = _shown(secret)
    return attachment(shown.file, f"kelisim-{shown.made.act.value}-{shown.made.number}.json", "application/json")


def _shown(secret: str) -> Shown:
    session = db.session()
    who = holders.holder(session, secret)
    found = None
    if who is not None:
        found = destructions.by_reference(
            session, who.reference, issuer=issuer(), operator=operator_facts(), names=None
        )
    if found is None:
        abort(404)
    return found
